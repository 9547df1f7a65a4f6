#include "services/enrolment/enrolment_service.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "libs/db/transaction.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/operations/advance_cohort.h"
#include "services/enrolment/operations/create_cohort.h"
#include "services/enrolment/operations/create_organisation.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/request.h"
#include "services/enrolment/store/cohorts.h"
#include "services/enrolment/store/organisations.h"

namespace dap::enrolment {
namespace {

Code CodeFor(const Cohort& cohort, const Caller& caller) {
  return IsCoachOf(cohort, caller) ? Code::kShow : Code::kHide;
}

// A position of ListCohorts: the id's bytes, then the title.
std::optional<store::CohortPosition> CohortAt(const std::string& position) {
  if (position.size() < id::Uuid::kBytes) return std::nullopt;
  return store::CohortPosition{IdAt(position.substr(0, id::Uuid::kBytes)),
                               position.substr(id::Uuid::kBytes)};
}

}  // namespace

EnrolmentFace::EnrolmentFace(const Parts& parts)
    : parts_(parts),
      pool_(parts.pool),
      clock_(parts.clock),
      ids_(parts.ids),
      page_tokens_(parts.page_tokens),
      service_("dap.enrolment.v1.EnrolmentService"),
      roster_service_("dap.enrolment.v1.RosterService") {
  BindCohorts();
  BindStaff();
  BindCohortChanges();
  BindEnrolments();
}

void EnrolmentFace::BindCohorts() {
  using Face = EnrolmentFace;
  rpc::Bind(service_, "CreateOrganisation", this, &Face::CreateOrganisation);
  rpc::Bind(service_, "GetOrganisation", this, &Face::GetOrganisation);
  rpc::Bind(service_, "CreateCohort", this, &Face::CreateCohort);
  rpc::Bind(service_, "GetCohort", this, &Face::GetCohort);
  rpc::Bind(service_, "ListCohorts", this, &Face::ListCohorts);
  rpc::Bind(service_, "OpenCohort", this, &Face::OpenCohort);
  rpc::Bind(service_, "CloseRecruitment", this, &Face::CloseRecruitment);
  rpc::Bind(service_, "StartCohort", this, &Face::StartCohort);
  rpc::Bind(service_, "FinishCohort", this, &Face::FinishCohort);
  rpc::Bind(service_, "CancelCohort", this, &Face::CancelCohort);
}

absl::StatusOr<v1::CreateOrganisationResponse> EnrolmentFace::CreateOrganisation(
    const Call& call, const v1::CreateOrganisationRequest& request) {
  using Response = v1::CreateOrganisationResponse;
  return Once<Response>(call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(
        Organisation made,
        enrolment::CreateOrganisation(work, ids_.Next(), request.organisation().display_name(),
                                      request.organisation().time_zone()));
    Response response;
    *response.mutable_organisation() = ToProto(made);
    return response;
  });
}

absl::StatusOr<v1::GetOrganisationResponse> EnrolmentFace::GetOrganisation(
    const Call& call, const v1::GetOrganisationRequest& request) {
  ASSIGN_OR_RETURN(id::Uuid organisation, OrganisationOf(call, request.name()));
  ASSIGN_OR_RETURN(std::optional<Organisation> found,
                   db::Read(pool_, call.deadline(), [&](db::Connection& connection) {
                     return store::FindOrganisation(connection, organisation);
                   }));
  if (!found.has_value()) return status::NotFound("organisation", request.name());
  v1::GetOrganisationResponse response;
  *response.mutable_organisation() = ToProto(*found);
  return response;
}

absl::StatusOr<v1::CreateCohortResponse> EnrolmentFace::CreateCohort(
    const Call& call, const v1::CreateCohortRequest& request) {
  using Response = v1::CreateCohortResponse;
  ASSIGN_OR_RETURN(id::Uuid organisation, OrganisationOf(call, request.parent()));
  std::vector<id::Uuid> coaches;
  for (const std::string& coach : request.cohort().coaches()) {
    ASSIGN_OR_RETURN(coaches.emplace_back(), StaffOf(call, coach));
  }
  return Once<Response>(call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(Cohort made,
                     enrolment::CreateCohort(work, {organisation, ids_.Next()}, CallerOf(call),
                                             request.cohort(), coaches));
    Response response;
    *response.mutable_cohort() = ToProto(made, Code::kShow);
    return response;
  });
}

absl::StatusOr<v1::GetCohortResponse> EnrolmentFace::GetCohort(
    const Call& call, const v1::GetCohortRequest& request) {
  ASSIGN_OR_RETURN(CohortKey key, CohortOf(call, request.name()));
  ASSIGN_OR_RETURN(std::optional<Cohort> found,
                   db::Read(pool_, call.deadline(), [&](db::Connection& connection) {
                     return store::FindCohort(connection, key.organisation, key.cohort);
                   }));
  if (!found.has_value()) return status::NotFound("cohort", request.name());
  v1::GetCohortResponse response;
  *response.mutable_cohort() = ToProto(*found, CodeFor(*found, CallerOf(call)));
  return response;
}

absl::StatusOr<v1::ListCohortsResponse> EnrolmentFace::ListCohorts(
    const Call& call, const v1::ListCohortsRequest& request) {
  ASSIGN_OR_RETURN(id::Uuid organisation, OrganisationOf(call, request.parent()));
  ASSIGN_OR_RETURN(Page page, Page::Open(page_tokens_, call, request));
  store::CohortFilter filter;
  filter.title_prefix = request.title_prefix();
  ASSIGN_OR_RETURN(filter.states, StatesOf<CohortState>(request, v1::COHORT_STATE_CANCELLED));
  if (!request.coach().empty()) {
    ASSIGN_OR_RETURN(filter.coach, StaffOf(call, request.coach()));
  }
  ASSIGN_OR_RETURN(std::vector<Cohort> cohorts,
                   db::Read(pool_, call.deadline(), [&](db::Connection& connection) {
                     return store::ListCohorts(connection, organisation, filter,
                                               CohortAt(page.position()), page.limit());
                   }));
  v1::ListCohortsResponse response;
  response.set_next_page_token(page.Cut(
      cohorts, [](const Cohort& last) { return absl::StrCat(PositionOf(last.id), last.title); }));
  for (const Cohort& cohort : cohorts) {
    *response.add_cohorts() = ToProto(cohort, CodeFor(cohort, CallerOf(call)));
  }
  return response;
}

absl::StatusOr<v1::OpenCohortResponse> EnrolmentFace::OpenCohort(
    const Call& call, const v1::OpenCohortRequest& request) {
  using Response = v1::OpenCohortResponse;
  ASSIGN_OR_RETURN(CohortKey key, CohortOf(call, request.name()));
  return Once<Response>(call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(Cohort cohort, enrolment::OpenCohort(work, key, CallerOf(call)));
    Response response;
    *response.mutable_cohort() = ToProto(cohort, Code::kShow);
    return response;
  });
}

absl::StatusOr<v1::CloseRecruitmentResponse> EnrolmentFace::CloseRecruitment(
    const Call& call, const v1::CloseRecruitmentRequest& request) {
  using Response = v1::CloseRecruitmentResponse;
  ASSIGN_OR_RETURN(CohortKey key, CohortOf(call, request.name()));
  return Once<Response>(call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(Cohort cohort, CloseCohortRecruitment(work, key, CallerOf(call)));
    Response response;
    *response.mutable_cohort() = ToProto(cohort, Code::kShow);
    return response;
  });
}

absl::StatusOr<v1::StartCohortResponse> EnrolmentFace::StartCohort(
    const Call& call, const v1::StartCohortRequest& request) {
  using Response = v1::StartCohortResponse;
  ASSIGN_OR_RETURN(CohortKey key, CohortOf(call, request.name()));
  return Once<Response>(call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(Cohort cohort,
                     enrolment::StartCohort(work, key, CallerOf(call), request.override_reason()));
    Response response;
    *response.mutable_cohort() = ToProto(cohort, Code::kShow);
    return response;
  });
}

absl::StatusOr<v1::FinishCohortResponse> EnrolmentFace::FinishCohort(
    const Call& call, const v1::FinishCohortRequest& request) {
  using Response = v1::FinishCohortResponse;
  ASSIGN_OR_RETURN(CohortKey key, CohortOf(call, request.name()));
  return Once<Response>(call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(Cohort cohort, enrolment::FinishCohort(work, key, CallerOf(call)));
    Response response;
    *response.mutable_cohort() = ToProto(cohort, Code::kShow);
    return response;
  });
}

absl::StatusOr<v1::CancelCohortResponse> EnrolmentFace::CancelCohort(
    const Call& call, const v1::CancelCohortRequest& request) {
  using Response = v1::CancelCohortResponse;
  ASSIGN_OR_RETURN(CohortKey key, CohortOf(call, request.name()));
  return Once<Response>(call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(Cohort cohort, enrolment::CancelCohort(work, key, CallerOf(call)));
    Response response;
    *response.mutable_cohort() = ToProto(cohort, Code::kShow);
    return response;
  });
}

}  // namespace dap::enrolment
