// What coaches are asked to look at, figures, and watching.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libs/db/transaction.h"
#include "libs/id/resource_name.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/activity/convert.h"
#include "services/activity/experience_convert.h"
#include "services/activity/experience_service.h"
#include "services/activity/operations/contribution_figures.h"
#include "services/activity/operations/experience_access.h"
#include "services/activity/operations/experience_lists.h"
#include "services/activity/store/experience_reports.h"

namespace dap::activity {
namespace {

constexpr int kDefaultWeeks = 12;
constexpr size_t kReasonsTold = 20;

using Ids = std::vector<id::Uuid>;

absl::StatusOr<Ids> CohortIds(absl::string_view name) {
  return id::Ids(name, {"organisations", "cohorts"});
}

}  // namespace

absl::StatusOr<v1::ListReportedExperiencesResponse> ExperienceService::ListReportedExperiences(
    Call call, const v1::ListReportedExperiencesRequest& r) {
  ASSIGN_OR_RETURN(const Ids ids, CohortIds(r.parent()));
  ASSIGN_OR_RETURN(const Member coach, RequireCoach(context_, call, ids[0], ids[1]));
  ASSIGN_OR_RETURN(const Page<ExperienceRow> page, ListReportedPage(context_, call, r, coach));
  std::vector<id::Uuid> experiences;
  for (const ExperienceRow& row : page.rows) experiences.push_back(row.experience);
  ASSIGN_OR_RETURN(const auto reasons,
                   db::Read(context_.pool, call.deadline(), [&](db::Connection& db) {
                     return ListReportReasons(db, ids[0], experiences);
                   }));
  v1::ListReportedExperiencesResponse response;
  for (const ExperienceRow& row : page.rows) {
    v1::ReportedExperience& reported = *response.add_experiences();
    *reported.mutable_experience() = ToProto(row);
    *reported.mutable_report_time() = ToProto(*row.reported_at);
    const auto found = reasons.find(row.experience);
    if (found == reasons.end()) continue;  // a coach has decided meanwhile
    reported.set_reports(static_cast<int>(found->second.size()));
    for (size_t i = 0; i < found->second.size() && i < kReasonsTold; ++i) {
      reported.add_reasons(found->second[i]);
    }
  }
  response.set_next_page_token(page.next_page_token);
  return response;
}

absl::StatusOr<v1::GetContributionFiguresResponse> ExperienceService::GetContributionFigures(
    Call call, const v1::GetContributionFiguresRequest& r) {
  ASSIGN_OR_RETURN(const Ids ids, CohortIds(r.parent()));
  RETURN_IF_ERROR(roster::RequireOrganisation(ids[0], call.principal()));
  ASSIGN_OR_RETURN(const auto cohort,
                   db::Read(context_.pool, call.deadline(), [&](db::Connection& db) {
                     return roster::ListByCohort(db, ids[0], ids[1]);
                   }));
  if (!call.principal().Has(options::v1::ROLE_ORG_ADMIN)) {
    ASSIGN_OR_RETURN(const Member member, MemberAmong(cohort, call.principal(), ids[0], ids[1]));
    if (!member.coach) return status::Denied("NOT_YOURS", "Only its coaches see its figures.");
  }
  if (cohort.empty()) return status::NotFound("cohort", r.parent());
  std::optional<absl::CivilDay> last;
  if (r.has_last_week_date()) {
    ASSIGN_OR_RETURN(last, FromProto(r.last_week_date(), "last_week_date"));
  }
  v1::GetContributionFiguresResponse response;
  ASSIGN_OR_RETURN(*response.mutable_figures(),
                   activity::GetContributionFigures(context_, call.deadline(), cohort, last,
                                                    r.weeks() == 0 ? kDefaultWeeks : r.weeks()));
  return response;
}

void ExperienceService::WatchCohort(std::shared_ptr<rpc::Call> call,
                                    const v1::WatchCohortRequest& r,
                                    rpc::Sender<v1::WatchCohortResponse> answers) {
  const absl::StatusOr<Ids> ids = CohortIds(r.parent());
  if (!ids.ok()) return answers.Finish(ids.status());
  const absl::Status own = roster::RequireOrganisation((*ids)[0], call->principal());
  if (!own.ok()) return answers.Finish(own);
  watch_.Open(std::move(call), {(*ids)[0], (*ids)[1]}, r.after_position(), std::move(answers));
}

}  // namespace dap::activity
