#include "services/enrolment/participant_service.h"

#include <limits>
#include <optional>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/db/transaction.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/operations/arrange.h"
#include "services/enrolment/operations/listening_note.h"
#include "services/enrolment/operations/own_word.h"
#include "services/enrolment/operations/record_reads.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/participant_convert.h"
#include "services/enrolment/request.h"
#include "services/enrolment/store/arrangement_changes.h"
#include "services/enrolment/store/listening_notes.h"

namespace dap::enrolment {
namespace {

using store::PrivateSubject;

constexpr char kArrangement[] = "/arrangement";
constexpr char kListeningNote[] = "/listeningNote";

// A position that is a number; `none` for the first page.
int64_t NumberAt(const std::string& position, int64_t none) {
  int64_t number = none;
  return absl::SimpleAtoi(position, &number) ? number : none;
}

// A position of ListPrivateReads: the reader's bytes, then day and subject.
std::string ReadPosition(const store::PrivateRead& read) {
  return absl::StrCat(PositionOf(read.reader), absl::FormatCivilTime(read.day),
                      static_cast<int>(read.subject));
}
std::optional<store::PrivateReadPosition> ReadAt(const std::string& position) {
  constexpr size_t kDay = 10;  // 2027-01-31
  store::PrivateReadPosition at;
  int subject = 0;
  if (position.size() <= id::Uuid::kBytes + kDay ||
      !absl::ParseCivilTime(position.substr(id::Uuid::kBytes, kDay), &at.day) ||
      !absl::SimpleAtoi(position.substr(id::Uuid::kBytes + kDay), &subject)) {
    return std::nullopt;
  }
  at.reader = IdAt(position.substr(0, id::Uuid::kBytes));
  at.subject = static_cast<PrivateSubject>(subject);
  return at;
}

}  // namespace

ParticipantFace::ParticipantFace(const Parts& parts)
    : parts_(parts), service_("dap.enrolment.v1.ParticipantService") {
  using Face = ParticipantFace;
  rpc::Bind(service_, "SetWayIn", this, &Face::SetWayIn);
  rpc::Bind(service_, "CompleteEnrolment", this, &Face::CompleteEnrolment);
  rpc::Bind(service_, "WriteReflection", this, &Face::WriteReflection);
  rpc::Bind(service_, "GetArrangement", this, &Face::GetArrangement);
  rpc::Bind(service_, "UpdateArrangement", this, &Face::UpdateArrangement);
  rpc::Bind(service_, "ListArrangementChanges", this, &Face::ListArrangementChanges);
  rpc::Bind(service_, "GetListeningNote", this, &Face::GetListeningNote);
  rpc::Bind(service_, "UpdateListeningNote", this, &Face::UpdateListeningNote);
  rpc::Bind(service_, "ListListeningNoteRevisions", this, &Face::ListListeningNoteRevisions);
  rpc::Bind(service_, "ListPrivateReads", this, &Face::ListPrivateReads);
}

absl::StatusOr<v1::SetWayInResponse> ParticipantFace::SetWayIn(const Call& call,
                                                               const v1::SetWayInRequest& request) {
  using Response = v1::SetWayInResponse;
  ASSIGN_OR_RETURN(store::EnrolmentKey key, EnrolmentOf(call, request.name()));
  return Once<Response>(parts_, call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(store::EnrolmentView view,
                     enrolment::SetWayIn(work, key, CallerOf(call), FromProto(request.way_in())));
    Response response;
    *response.mutable_enrolment() = ToProto(view, Privacy::kShow);
    return response;
  });
}

absl::StatusOr<v1::CompleteEnrolmentResponse> ParticipantFace::CompleteEnrolment(
    const Call& call, const v1::CompleteEnrolmentRequest& request) {
  using Response = v1::CompleteEnrolmentResponse;
  ASSIGN_OR_RETURN(store::EnrolmentKey key, EnrolmentOf(call, request.name()));
  return Once<Response>(parts_, call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(store::EnrolmentView view,
                     enrolment::CompleteEnrolment(work, key, CallerOf(call), request.reflection()));
    Response response;
    *response.mutable_enrolment() = ToProto(view, Privacy::kShow);
    return response;
  });
}

absl::StatusOr<v1::WriteReflectionResponse> ParticipantFace::WriteReflection(
    const Call& call, const v1::WriteReflectionRequest& request) {
  using Response = v1::WriteReflectionResponse;
  ASSIGN_OR_RETURN(store::EnrolmentKey key, EnrolmentOf(call, request.name()));
  return Once<Response>(parts_, call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(store::EnrolmentView view,
                     enrolment::WriteReflection(work, key, CallerOf(call), request.reflection()));
    Response response;
    *response.mutable_enrolment() = ToProto(view, Privacy::kShow);
    return response;
  });
}

absl::StatusOr<v1::GetArrangementResponse> ParticipantFace::GetArrangement(
    const Call& call, const v1::GetArrangementRequest& request) {
  ASSIGN_OR_RETURN(store::EnrolmentKey key, EnrolmentOf(call, request.name(), kArrangement));
  ASSIGN_OR_RETURN(Arranged found,
                   db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) {
                     return FindArranged(connection, key, CallerOf(call));
                   }));
  RETURN_IF_ERROR(RecordRead(parts_.pool, found.enrolment, CallerOf(call),
                             PrivateSubject::kArrangement, parts_.clock.Now(), call.deadline()));
  v1::GetArrangementResponse response;
  *response.mutable_arrangement() = ToProto(found.cohort, found.enrolment);
  return response;
}

absl::StatusOr<v1::UpdateArrangementResponse> ParticipantFace::UpdateArrangement(
    const Call& call, const v1::UpdateArrangementRequest& request) {
  using Response = v1::UpdateArrangementResponse;
  const v1::Arrangement& asked = request.arrangement();
  ASSIGN_OR_RETURN(store::EnrolmentKey key, EnrolmentOf(call, asked.name(), kArrangement));
  ASSIGN_OR_RETURN(const ArrangementUpdate update, FromProto(asked, request.update_mask()));
  return Once<Response>(parts_, call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(Arranged arranged,
                     enrolment::UpdateArrangement(work, key, CallerOf(call), update, asked.etag()));
    RETURN_IF_ERROR(
        RecordRead(work, arranged.enrolment, CallerOf(call), PrivateSubject::kArrangement));
    Response response;
    *response.mutable_arrangement() = ToProto(arranged.cohort, arranged.enrolment);
    return response;
  });
}

absl::StatusOr<v1::ListArrangementChangesResponse> ParticipantFace::ListArrangementChanges(
    const Call& call, const v1::ListArrangementChangesRequest& request) {
  using Changes = std::vector<store::ArrangementChange>;
  ASSIGN_OR_RETURN(store::EnrolmentKey key, EnrolmentOf(call, request.parent(), kArrangement));
  ASSIGN_OR_RETURN(Page page, Page::Open(parts_.page_tokens, call, request));
  RETURN_IF_ERROR(FindAndRecord(call, key, PrivateSubject::kArrangement).status());
  const int64_t below = NumberAt(page.position(), std::numeric_limits<int64_t>::max());
  ASSIGN_OR_RETURN(Changes changes,
                   db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) {
                     return store::ListArrangementChanges(connection, key.organisation,
                                                          key.enrolment, below, page.limit());
                   }));
  v1::ListArrangementChangesResponse response;
  response.set_next_page_token(page.Cut(
      changes, [](const store::ArrangementChange& last) { return absl::StrCat(last.version); }));
  for (const auto& change : changes) *response.add_changes() = ToProto(change);
  return response;
}

absl::StatusOr<v1::GetListeningNoteResponse> ParticipantFace::GetListeningNote(
    const Call& call, const v1::GetListeningNoteRequest& request) {
  ASSIGN_OR_RETURN(store::EnrolmentKey key, EnrolmentOf(call, request.name(), kListeningNote));
  RETURN_IF_ERROR(FindAndRecord(call, key, PrivateSubject::kListeningNote).status());
  ASSIGN_OR_RETURN(ListeningNote note,
                   db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) {
                     return store::FindListeningNote(connection, key.organisation, key.enrolment);
                   }));
  v1::GetListeningNoteResponse response;
  *response.mutable_listening_note() = ToProto(key, note);
  return response;
}

absl::StatusOr<v1::UpdateListeningNoteResponse> ParticipantFace::UpdateListeningNote(
    const Call& call, const v1::UpdateListeningNoteRequest& request) {
  using Response = v1::UpdateListeningNoteResponse;
  const v1::ListeningNote& asked = request.listening_note();
  ASSIGN_OR_RETURN(store::EnrolmentKey key, EnrolmentOf(call, asked.name(), kListeningNote));
  ASSIGN_OR_RETURN(const ListeningNoteUpdate update, FromProto(asked, request.update_mask()));
  return Once<Response>(parts_, call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(ListeningNote note, enrolment::UpdateListeningNote(work, key, CallerOf(call),
                                                                        update, asked.etag()));
    Response response;
    *response.mutable_listening_note() = ToProto(key, note);
    return response;
  });
}

absl::StatusOr<v1::ListListeningNoteRevisionsResponse> ParticipantFace::ListListeningNoteRevisions(
    const Call& call, const v1::ListListeningNoteRevisionsRequest& request) {
  ASSIGN_OR_RETURN(store::EnrolmentKey key, EnrolmentOf(call, request.parent(), kListeningNote));
  ASSIGN_OR_RETURN(Page page, Page::Open(parts_.page_tokens, call, request));
  RETURN_IF_ERROR(FindAndRecord(call, key, PrivateSubject::kListeningNote).status());
  const auto below = static_cast<int>(NumberAt(page.position(), std::numeric_limits<int>::max()));
  ASSIGN_OR_RETURN(std::vector<ListeningNote> notes,
                   db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) {
                     return store::ListListeningNotes(connection, key.organisation, key.enrolment,
                                                      below, page.limit());
                   }));
  v1::ListListeningNoteRevisionsResponse response;
  response.set_next_page_token(
      page.Cut(notes, [](const ListeningNote& last) { return absl::StrCat(last.revision); }));
  for (const ListeningNote& note : notes) {
    *response.add_revisions() = ToProto(key, note);
    response.mutable_revisions()->rbegin()->clear_etag();
  }
  return response;
}

absl::StatusOr<v1::ListPrivateReadsResponse> ParticipantFace::ListPrivateReads(
    const Call& call, const v1::ListPrivateReadsRequest& request) {
  using Reads = std::vector<store::PrivateRead>;
  ASSIGN_OR_RETURN(store::EnrolmentKey key, EnrolmentOf(call, request.parent()));
  ASSIGN_OR_RETURN(Page page, Page::Open(parts_.page_tokens, call, request));
  ASSIGN_OR_RETURN(
      Reads reads,
      db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) -> Result<Reads> {
        RETURN_IF_ERROR(FindOwn(connection, key, CallerOf(call)).status());
        return store::ListPrivateReads(connection, key.organisation, key.enrolment,
                                       ReadAt(page.position()), page.limit());
      }));
  v1::ListPrivateReadsResponse response;
  response.set_next_page_token(
      page.Cut(reads, ReadPosition));
  for (const auto& read : reads) *response.add_reads() = ToProto(key.organisation, read);
  return response;
}

absl::StatusOr<store::EnrolmentView> ParticipantFace::FindAndRecord(const Call& call,
                                                                    const store::EnrolmentKey& key,
                                                                    PrivateSubject subject) {
  ASSIGN_OR_RETURN(store::EnrolmentView view,
                   db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) {
                     return FindOwnOrAsCoach(connection, key, CallerOf(call));
                   }));
  RETURN_IF_ERROR(RecordRead(parts_.pool, view.enrolment, CallerOf(call), subject,
                             parts_.clock.Now(), call.deadline()));
  return view;
}

}  // namespace dap::enrolment
