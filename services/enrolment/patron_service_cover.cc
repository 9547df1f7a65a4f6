// When a patron is away, or gone; see patron_service.h.
#include <optional>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/db/transaction.h"
#include "libs/status/macros.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/operations/patron_covers.h"
#include "services/enrolment/operations/reassign.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/participant_convert.h"
#include "services/enrolment/patron_service.h"
#include "services/enrolment/request.h"
#include "services/enrolment/store/patron_covers.h"
#include "services/enrolment/store/reassignments.h"

namespace dap::enrolment {
namespace {

// A position of ListPatronCovers: the id's bytes, then the start in microseconds.
std::optional<store::PatronCoverPosition> CoverAt(const std::string& position) {
  int64_t from = 0;
  if (position.size() <= id::Uuid::kBytes ||
      !absl::SimpleAtoi(position.substr(id::Uuid::kBytes), &from)) {
    return std::nullopt;
  }
  return store::PatronCoverPosition{absl::FromUnixMicros(from),
                                    IdAt(position.substr(0, id::Uuid::kBytes))};
}

}  // namespace

void PatronFace::BindCover() {
  using Face = PatronFace;
  rpc::Bind(service_, "PlanPatronCover", this, &Face::PlanPatronCover);
  rpc::Bind(service_, "EndPatronCover", this, &Face::EndPatronCover);
  rpc::Bind(service_, "ListPatronCovers", this, &Face::ListPatronCovers);
  rpc::Bind(service_, "ListParticipantsToReassign", this, &Face::ListParticipantsToReassign);
  rpc::Bind(service_, "ReassignParticipants", this, &Face::ReassignParticipants);
}

absl::StatusOr<v1::PlanPatronCoverResponse> PatronFace::PlanPatronCover(
    const Call& call, const v1::PlanPatronCoverRequest& request) {
  using Response = v1::PlanPatronCoverResponse;
  ASSIGN_OR_RETURN(PatronKey key, PatronOf(call, request.parent()));
  ASSIGN_OR_RETURN(PatronCover plan, FromProto(request.cover()));
  ASSIGN_OR_RETURN(plan.covering, StaffOf(call, request.cover().covering_patron()));
  plan.organisation = key.organisation;
  plan.cohort = key.cohort;
  plan.patron = key.staff;
  plan.id = parts_.ids.Next();
  return Once<Response>(parts_, call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(store::PatronCoverView view,
                     enrolment::PlanPatronCover(work, plan, CallerOf(call)));
    Response response;
    *response.mutable_cover() = ToProto(view);
    return response;
  });
}

absl::StatusOr<v1::EndPatronCoverResponse> PatronFace::EndPatronCover(
    const Call& call, const v1::EndPatronCoverRequest& request) {
  using Response = v1::EndPatronCoverResponse;
  ASSIGN_OR_RETURN(PatronCoverOfPatron key, PatronCoverOf(call, request.name()));
  return Once<Response>(parts_, call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(store::PatronCoverView view,
                     enrolment::EndPatronCover(work, key.patron, key.cover, CallerOf(call)));
    Response response;
    *response.mutable_cover() = ToProto(view);
    return response;
  });
}

absl::StatusOr<v1::ListPatronCoversResponse> PatronFace::ListPatronCovers(
    const Call& call, const v1::ListPatronCoversRequest& request) {
  using Views = std::vector<store::PatronCoverView>;
  ASSIGN_OR_RETURN(PatronKey key, PatronOf(call, request.parent()));
  ASSIGN_OR_RETURN(Page page, Page::Open(parts_.page_tokens, call, request));
  ASSIGN_OR_RETURN(
      Views views,
      db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) -> Result<Views> {
        RETURN_IF_ERROR(FindAsPatronOrCoach(connection, {key.organisation, key.cohort}, key.staff,
                                            CallerOf(call))
                            .status());
        return store::ListPatronCovers(connection, key.organisation, key.cohort, key.staff,
                                       CoverAt(page.position()), page.limit());
      }));
  v1::ListPatronCoversResponse response;
  response.set_next_page_token(page.Cut(views, [](const store::PatronCoverView& last) {
    return absl::StrCat(PositionOf(last.cover.id), absl::ToUnixMicros(last.cover.from));
  }));
  for (const store::PatronCoverView& view : views) *response.add_covers() = ToProto(view);
  return response;
}

absl::StatusOr<v1::ListParticipantsToReassignResponse> PatronFace::ListParticipantsToReassign(
    const Call& call, const v1::ListParticipantsToReassignRequest& request) {
  using Found = std::vector<store::ToReassign>;
  ASSIGN_OR_RETURN(CohortKey key, CohortOf(call, request.parent()));
  ASSIGN_OR_RETURN(Page page, Page::Open(parts_.page_tokens, call, request));
  int64_t after = 0;
  if (!absl::SimpleAtoi(page.position(), &after)) after = 0;
  ASSIGN_OR_RETURN(
      Found found,
      db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) -> Result<Found> {
        RETURN_IF_ERROR(FindAsCoach(connection, key, CallerOf(call)).status());
        return store::ListToReassign(connection, key.organisation, key.cohort, parts_.clock.Now(),
                                     after, page.limit());
      }));
  v1::ListParticipantsToReassignResponse response;
  response.set_next_page_token(
      page.Cut(found, [](const store::ToReassign& last) { return absl::StrCat(last.ask_number); }));
  for (const store::ToReassign& one : found) *response.add_participants() = ToProto(one);
  return response;
}

absl::StatusOr<v1::ReassignParticipantsResponse> PatronFace::ReassignParticipants(
    const Call& call, const v1::ReassignParticipantsRequest& request) {
  using Response = v1::ReassignParticipantsResponse;
  ASSIGN_OR_RETURN(CohortKey key, CohortOf(call, request.parent()));
  std::vector<Reassignment> reassignments;
  for (const v1::Reassignment& asked : request.reassignments()) {
    ASSIGN_OR_RETURN(store::EnrolmentKey enrolment, EnrolmentOf(call, asked.enrolment()));
    ASSIGN_OR_RETURN(id::Uuid patron, StaffOf(call, asked.patron()));
    reassignments.push_back({enrolment, patron});
  }
  return Once<Response>(parts_, call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(std::vector<store::EnrolmentView> views,
                     enrolment::ReassignParticipants(work, key, CallerOf(call), reassignments));
    Response response;
    for (const auto& view : views) *response.add_enrolments() = ToProto(view, Privacy::kHide);
    return response;
  });
}

}  // namespace dap::enrolment
