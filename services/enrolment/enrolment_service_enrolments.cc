// Enrolments and the roster; see enrolment_service.h.
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/db/transaction.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/enrolment_service.h"
#include "services/enrolment/operations/leave_or_rest.h"
#include "services/enrolment/operations/read_roster.h"
#include "services/enrolment/operations/record_reads.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/operations/take_place.h"
#include "services/enrolment/participant_convert.h"
#include "services/enrolment/request.h"

namespace dap::enrolment {
namespace {

// A change's answer shows what is private to the participant alone: a coach's look is recorded, and
// is a call of its own.
Privacy PrivacyFor(const store::EnrolmentView& view, const rpc::Call& call) {
  return view.enrolment.participant == call.principal().staff ? Privacy::kShow : Privacy::kHide;
}

absl::StatusOr<store::EnrolmentFilter> FilterOf(const rpc::Call& call,
                                                const v1::ListEnrolmentsRequest& request) {
  store::EnrolmentFilter filter;
  filter.prefix = request.query_prefix();
  ASSIGN_OR_RETURN(filter.states, StatesOf<EnrolmentState>(request, v1::ENROLMENT_STATE_WITHDRAWN));
  if (!request.patron().empty()) {
    ASSIGN_OR_RETURN(filter.patron, StaffOf(call, request.patron()));
  }
  if (!request.team().empty()) {
    ASSIGN_OR_RETURN(filter.team, TeamOf(call, request.team()));
  }
  return filter;
}

}  // namespace

void EnrolmentFace::BindEnrolments() {
  using Face = EnrolmentFace;
  rpc::Bind(service_, "ApplyToCohort", this, &Face::ApplyToCohort);
  rpc::Bind(service_, "NominateToCohort", this, &Face::NominateToCohort);
  rpc::Bind(service_, "AcceptEnrolment", this, &Face::AcceptEnrolment);
  rpc::Bind(service_, "WithdrawEnrolment", this, &Face::WithdrawEnrolment);
  rpc::Bind(service_, "PauseEnrolment", this, &Face::PauseEnrolment);
  rpc::Bind(service_, "ResumeEnrolment", this, &Face::ResumeEnrolment);
  rpc::Bind(service_, "GetEnrolment", this, &Face::GetEnrolment);
  rpc::Bind(service_, "ListEnrolments", this, &Face::ListEnrolments);
  rpc::Bind(service_, "ListMyEnrolments", this, &Face::ListMyEnrolments);
  rpc::Bind(roster_service_, "GetRosterEntry", this, &Face::GetRosterEntry);
}

absl::StatusOr<v1::ApplyToCohortResponse> EnrolmentFace::ApplyToCohort(
    const Call& call, const v1::ApplyToCohortRequest& request) {
  using Response = v1::ApplyToCohortResponse;
  ASSIGN_OR_RETURN(CohortKey key, CohortOf(call, request.parent()));
  return Once<Response>(call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(store::EnrolmentView view,
                     enrolment::ApplyToCohort(work, {key.organisation, key.cohort, ids_.Next()},
                                              CallerOf(call), FromProto(request.way_in())));
    Response response;
    *response.mutable_enrolment() = ToProto(view, Privacy::kShow);
    return response;
  });
}

absl::StatusOr<v1::NominateToCohortResponse> EnrolmentFace::NominateToCohort(
    const Call& call, const v1::NominateToCohortRequest& request) {
  using Response = v1::NominateToCohortResponse;
  ASSIGN_OR_RETURN(CohortKey key, CohortOf(call, request.parent()));
  ASSIGN_OR_RETURN(id::Uuid participant, StaffOf(call, request.participant()));
  return Once<Response>(call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(store::EnrolmentView view,
                     enrolment::NominateToCohort(work, {key.organisation, key.cohort, ids_.Next()},
                                                 CallerOf(call), participant));
    Response response;
    *response.mutable_enrolment() = ToProto(view, Privacy::kHide);
    return response;
  });
}

absl::StatusOr<v1::AcceptEnrolmentResponse> EnrolmentFace::AcceptEnrolment(
    const Call& call, const v1::AcceptEnrolmentRequest& request) {
  using Response = v1::AcceptEnrolmentResponse;
  ASSIGN_OR_RETURN(store::EnrolmentKey key, EnrolmentOf(call, request.name()));
  ASSIGN_OR_RETURN(PreferredDays days, DaysFromProto(request.preferred_days(), "preferred_days"));
  return Once<Response>(call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(
        store::EnrolmentView view,
        enrolment::AcceptEnrolment(work, key, CallerOf(call),
                                   FromProto(request.has_commitment(), request.commitment()), days,
                                   FromProto(request.way_in())));
    Response response;
    *response.mutable_enrolment() = ToProto(view, Privacy::kShow);
    return response;
  });
}

absl::StatusOr<v1::WithdrawEnrolmentResponse> EnrolmentFace::WithdrawEnrolment(
    const Call& call, const v1::WithdrawEnrolmentRequest& request) {
  using Response = v1::WithdrawEnrolmentResponse;
  ASSIGN_OR_RETURN(store::EnrolmentKey key, EnrolmentOf(call, request.name()));
  return Once<Response>(call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(store::EnrolmentView view,
                     enrolment::WithdrawEnrolment(work, key, CallerOf(call)));
    Response response;
    *response.mutable_enrolment() = ToProto(view, PrivacyFor(view, call));
    return response;
  });
}

absl::StatusOr<v1::PauseEnrolmentResponse> EnrolmentFace::PauseEnrolment(
    const Call& call, const v1::PauseEnrolmentRequest& request) {
  using Response = v1::PauseEnrolmentResponse;
  ASSIGN_OR_RETURN(store::EnrolmentKey key, EnrolmentOf(call, request.name()));
  ASSIGN_OR_RETURN(Pause pause, FromProto(request.pause()));
  return Once<Response>(call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(store::EnrolmentView view,
                     enrolment::PauseEnrolment(work, key, CallerOf(call), pause));
    Response response;
    *response.mutable_enrolment() = ToProto(view, PrivacyFor(view, call));
    return response;
  });
}

absl::StatusOr<v1::ResumeEnrolmentResponse> EnrolmentFace::ResumeEnrolment(
    const Call& call, const v1::ResumeEnrolmentRequest& request) {
  using Response = v1::ResumeEnrolmentResponse;
  ASSIGN_OR_RETURN(store::EnrolmentKey key, EnrolmentOf(call, request.name()));
  return Once<Response>(call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(store::EnrolmentView view,
                     enrolment::ResumeEnrolment(work, key, CallerOf(call)));
    Response response;
    *response.mutable_enrolment() = ToProto(view, PrivacyFor(view, call));
    return response;
  });
}

absl::StatusOr<v1::GetEnrolmentResponse> EnrolmentFace::GetEnrolment(
    const Call& call, const v1::GetEnrolmentRequest& request) {
  ASSIGN_OR_RETURN(store::EnrolmentKey key, EnrolmentOf(call, request.name()));
  ASSIGN_OR_RETURN(store::EnrolmentView view,
                   db::Read(pool_, call.deadline(), [&](db::Connection& connection) {
                     return FindOwnOrAsCoach(connection, key, CallerOf(call));
                   }));
  RETURN_IF_ERROR(
      RecordReads(pool_, key.organisation, CallerOf(call), {view}, clock_.Now(), call.deadline()));
  v1::GetEnrolmentResponse response;
  *response.mutable_enrolment() = ToProto(view, Privacy::kShow);
  return response;
}

absl::StatusOr<v1::ListEnrolmentsResponse> EnrolmentFace::ListEnrolments(
    const Call& call, const v1::ListEnrolmentsRequest& request) {
  using Views = std::vector<store::EnrolmentView>;
  ASSIGN_OR_RETURN(CohortKey key, CohortOf(call, request.parent()));
  ASSIGN_OR_RETURN(Page page, Page::Open(page_tokens_, call, request));
  ASSIGN_OR_RETURN(store::EnrolmentFilter filter, FilterOf(call, request));
  int64_t after = 0;
  if (!page.position().empty() && !absl::SimpleAtoi(page.position(), &after)) after = 0;
  ASSIGN_OR_RETURN(
      Views views,
      db::Read(pool_, call.deadline(), [&](db::Connection& connection) -> Result<Views> {
        RETURN_IF_ERROR(FindAsCoach(connection, key, CallerOf(call)).status());
        ASSIGN_OR_RETURN(Views found,
                         store::ListEnrolments(connection, key.organisation, key.cohort, filter,
                                               after, page.limit()));
        RETURN_IF_ERROR(store::NumberWaitlisted(connection, key.organisation, key.cohort, found));
        return found;
      }));
  v1::ListEnrolmentsResponse response;
  response.set_next_page_token(page.Cut(views, [](const store::EnrolmentView& last) {
    return absl::StrCat(last.enrolment.ask_number);
  }));
  RETURN_IF_ERROR(
      RecordReads(pool_, key.organisation, CallerOf(call), views, clock_.Now(), call.deadline()));
  for (const auto& view : views) *response.add_enrolments() = ToProto(view, Privacy::kShow);
  return response;
}

absl::StatusOr<v1::ListMyEnrolmentsResponse> EnrolmentFace::ListMyEnrolments(
    const Call& call, const v1::ListMyEnrolmentsRequest& request) {
  ASSIGN_OR_RETURN(id::Uuid organisation, OrganisationOf(call, request.parent()));
  ASSIGN_OR_RETURN(Page page, Page::Open(page_tokens_, call, request));
  ASSIGN_OR_RETURN(std::vector<store::EnrolmentView> views,
                   db::Read(pool_, call.deadline(), [&](db::Connection& connection) {
                     return store::ListEnrolmentsOf(connection, organisation,
                                                    call.principal().staff, IdAt(page.position()),
                                                    page.limit());
                   }));
  v1::ListMyEnrolmentsResponse response;
  response.set_next_page_token(page.Cut(
      views, [](const store::EnrolmentView& last) { return PositionOf(last.enrolment.id); }));
  for (const auto& view : views) *response.add_enrolments() = ToProto(view, Privacy::kShow);
  return response;
}

absl::StatusOr<v1::GetRosterEntryResponse> EnrolmentFace::GetRosterEntry(
    const Call& call, const v1::GetRosterEntryRequest& request) {
  ASSIGN_OR_RETURN(v1::RosterEntry entry,
                   db::Read(pool_, call.deadline(), [&](db::Connection& connection) {
                     return ReadRosterEntry(connection, id::Uuid::FromBytes(request.organisation()),
                                            id::Uuid::FromBytes(request.enrolment()));
                   }));
  v1::GetRosterEntryResponse response;
  *response.mutable_entry() = std::move(entry);
  return response;
}

}  // namespace dap::enrolment
