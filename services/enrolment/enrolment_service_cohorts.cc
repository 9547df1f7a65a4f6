// What a coach changes of a cohort, and joining by its code; see enrolment_service.h.
#include <vector>

#include "libs/db/transaction.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/enrolment_service.h"
#include "services/enrolment/operations/batch_nominate.h"
#include "services/enrolment/operations/read_overview.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/operations/take_place.h"
#include "services/enrolment/operations/update_cohort.h"
#include "services/enrolment/overview_convert.h"
#include "services/enrolment/request.h"

namespace dap::enrolment {

void EnrolmentFace::BindCohortChanges() {
  using Face = EnrolmentFace;
  rpc::Bind(service_, "UpdateCohort", this, &Face::UpdateCohort);
  rpc::Bind(service_, "ResetCohortJoinCode", this, &Face::ResetCohortJoinCode);
  rpc::Bind(service_, "RevokeCohortJoinCode", this, &Face::RevokeCohortJoinCode);
  rpc::Bind(service_, "JoinCohort", this, &Face::JoinCohort);
  rpc::Bind(service_, "BatchNominate", this, &Face::BatchNominate);
  rpc::Bind(service_, "GetCohortOverview", this, &Face::GetCohortOverview);
}

absl::StatusOr<v1::UpdateCohortResponse> EnrolmentFace::UpdateCohort(
    const Call& call, const v1::UpdateCohortRequest& request) {
  using Response = v1::UpdateCohortResponse;
  const absl::StatusOr<CohortKey> key = CohortOf(call, request.cohort().name());
  if (absl::IsInvalidArgument(key.status())) {
    return status::Invalid("cohort.name", "FIELD_NOT_RESOURCE_NAME", "Say which cohort.");
  }
  RETURN_IF_ERROR(key.status());
  const auto& paths = request.update_mask().paths();
  CohortChange change{request.cohort(), {}, {}, request.validate_only()};
  ASSIGN_OR_RETURN(change.fields, FieldsNamed({paths.begin(), paths.end()}));
  for (const std::string& coach : request.cohort().coaches()) {
    ASSIGN_OR_RETURN(change.coaches.emplace_back(), StaffOf(call, coach));
  }
  const auto update = [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(Cohort cohort, enrolment::UpdateCohort(work, *key, CallerOf(call), change));
    Response response;
    const bool coach = IsCoachOf(cohort, CallerOf(call));
    *response.mutable_cohort() = ToProto(cohort, coach ? Code::kShow : Code::kHide);
    return response;
  };
  if (request.validate_only()) return Validate<Response>(call, update);
  return Once<Response>(call, request, update);
}

absl::StatusOr<v1::ResetCohortJoinCodeResponse> EnrolmentFace::ResetCohortJoinCode(
    const Call& call, const v1::ResetCohortJoinCodeRequest& request) {
  using Response = v1::ResetCohortJoinCodeResponse;
  ASSIGN_OR_RETURN(CohortKey key, CohortOf(call, request.name()));
  return Once<Response>(call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(Cohort cohort,
                     SetCohortJoinCode(work, key, CallerOf(call), join_codes_.NextForCohort()));
    Response response;
    *response.mutable_cohort() = ToProto(cohort, Code::kShow);
    return response;
  });
}

absl::StatusOr<v1::RevokeCohortJoinCodeResponse> EnrolmentFace::RevokeCohortJoinCode(
    const Call& call, const v1::RevokeCohortJoinCodeRequest& request) {
  using Response = v1::RevokeCohortJoinCodeResponse;
  ASSIGN_OR_RETURN(CohortKey key, CohortOf(call, request.name()));
  return Once<Response>(call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(Cohort cohort, SetCohortJoinCode(work, key, CallerOf(call), ""));
    Response response;
    *response.mutable_cohort() = ToProto(cohort, Code::kShow);
    return response;
  });
}

absl::StatusOr<v1::JoinCohortResponse> EnrolmentFace::JoinCohort(
    const Call& call, const v1::JoinCohortRequest& request) {
  using Response = v1::JoinCohortResponse;
  ASSIGN_OR_RETURN(id::Uuid organisation, OrganisationOf(call, request.parent()));
  const Caller caller = CallerOf(call);
  RETURN_IF_ERROR(db::Transaction(pool_, call.deadline(), [&](db::Connection& tx) {
    feed::Outbox nothing;
    Work work{tx, nothing, clock_.Now()};
    return TakeCohortTry(work, organisation, caller, request.join_code());
  }));
  return Once<Response>(call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(store::EnrolmentView view,
                     enrolment::JoinCohort(work, {organisation, request.join_code(), ids_.Next()},
                                           caller, FromProto(request.way_in())));
    Response response;
    *response.mutable_enrolment() = ToProto(view, Privacy::kShow);
    return response;
  });
}

absl::StatusOr<v1::BatchNominateResponse> EnrolmentFace::BatchNominate(
    const Call& call, const v1::BatchNominateRequest& request) {
  using Response = v1::BatchNominateResponse;
  ASSIGN_OR_RETURN(CohortKey key, CohortOf(call, request.parent()));
  std::vector<NomineeLine> lines;
  for (const v1::Nominee& nominee : request.nominees()) {
    lines.push_back(FromProto(call, nominee, static_cast<int>(lines.size())));
    lines.back().enrolment = ids_.Next();
  }
  const bool made = !request.validate_only();
  const auto nominate = [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(NominationResults results,
                     enrolment::BatchNominate(work, key, CallerOf(call), lines, !made));
    return ToProto(results, made, call);
  };
  if (!made) return Validate<Response>(call, nominate);
  return Once<Response>(call, request, nominate);
}

absl::StatusOr<v1::GetCohortOverviewResponse> EnrolmentFace::GetCohortOverview(
    const Call& call, const v1::GetCohortOverviewRequest& request) {
  ASSIGN_OR_RETURN(CohortKey key, CohortOf(call, request.name()));
  ASSIGN_OR_RETURN(CohortOverview overview,
                   db::Read(pool_, call.deadline(), [&](db::Connection& connection) {
                     return ReadOverview(connection, key, CallerOf(call), clock_.Now());
                   }));
  v1::GetCohortOverviewResponse response;
  *response.mutable_overview() = ToProto(overview);
  return response;
}

}  // namespace dap::enrolment
