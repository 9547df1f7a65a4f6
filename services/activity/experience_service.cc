#include "services/activity/experience_service.h"

#include "libs/id/resource_name.h"
#include "libs/requests/requests.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/activity/convert.h"
#include "services/activity/operations/lists.h"
#include "services/activity/operations/membership.h"
#include "services/activity/operations/share_experience.h"

namespace dap::activity {

ExperienceService::ExperienceService(const Context& context)
    : context_(context), service_("dap.activity.v1.ExperienceService") {
  rpc::Bind(service_, "ShareExperience", this, &ExperienceService::ShareExperience);
  rpc::Bind(service_, "ListExperiences", this, &ExperienceService::ListExperiences);
  rpc::Bind(service_, "CheerExperience", this, &ExperienceService::CheerExperience);
}

absl::StatusOr<v1::ShareExperienceResponse> ExperienceService::ShareExperience(
    const rpc::Call& call, const v1::ShareExperienceRequest& request) {
  ASSIGN_OR_RETURN(auto cohort, id::Ids(request.parent(), {"organisations", "cohorts"}));
  ASSIGN_OR_RETURN(auto ids, id::Ids(request.experience().enrolment(),
                                     {"organisations", "cohorts", "enrolments"}));
  if (cohort[0] != ids[0] || cohort[1] != ids[1]) {
    return status::Invalid("experience.enrolment", "ENROLMENT_OF_ANOTHER_COHORT",
                           "Name your enrolment in the cohort you share with.");
  }
  ASSIGN_OR_RETURN(roster::Entry entry,
                   context_.roster.FindFor(call, ids[0], ids[2], {roster::Relation::kSelf}));
  if (entry.cohort != ids[1]) return status::NotFound("enrolment", ids[2].ToString());
  return requests::Once<v1::ShareExperienceResponse>(
      context_.ledger(), call, request,
      [&](db::Connection& tx, feed::Outbox& outbox) -> absl::StatusOr<v1::ShareExperienceResponse> {
        ASSIGN_OR_RETURN(ExperienceRow row, activity::ShareExperience(context_, tx, outbox, entry,
                                                                      request.experience()));
        v1::ShareExperienceResponse response;
        *response.mutable_experience() = ToProto(row);
        return response;
      });
}

absl::StatusOr<v1::ListExperiencesResponse> ExperienceService::ListExperiences(
    const rpc::Call& call, const v1::ListExperiencesRequest& request) {
  ASSIGN_OR_RETURN(auto ids, id::Ids(request.parent(), {"organisations", "cohorts"}));
  RETURN_IF_ERROR(RequireMember(context_, call, ids[0], ids[1]));
  ASSIGN_OR_RETURN(Page<ExperienceRow> page,
                   ListExperiencePage(context_, call, request, ids[0], ids[1]));
  v1::ListExperiencesResponse response;
  for (const ExperienceRow& row : page.rows) *response.add_experiences() = ToProto(row);
  response.set_next_page_token(page.next_page_token);
  return response;
}

absl::StatusOr<v1::CheerExperienceResponse> ExperienceService::CheerExperience(
    const rpc::Call& call, const v1::CheerExperienceRequest& request) {
  ASSIGN_OR_RETURN(auto ids, id::Ids(request.name(), {"organisations", "cohorts", "experiences"}));
  RETURN_IF_ERROR(RequireMember(context_, call, ids[0], ids[1]));
  const id::Uuid staff = call.principal().staff;
  return requests::Once<v1::CheerExperienceResponse>(
      context_.ledger(), call, request,
      [&](db::Connection& tx, feed::Outbox&) -> absl::StatusOr<v1::CheerExperienceResponse> {
        ASSIGN_OR_RETURN(auto found, FindExperience(tx, ids[0], ids[1], ids[2], staff));
        if (!found) return status::NotFound("experience", request.name());
        RETURN_IF_ERROR(InsertCheer(tx, ids[0], ids[1], ids[2], staff));
        ASSIGN_OR_RETURN(found, FindExperience(tx, ids[0], ids[1], ids[2], staff));
        v1::CheerExperienceResponse response;
        *response.mutable_experience() = ToProto(*found);
        return response;
      });
}

}  // namespace dap::activity
