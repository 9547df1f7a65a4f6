#include "services/activity/progress_service.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "libs/db/transaction.h"
#include "libs/id/resource_name.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/calendar.h"
#include "services/activity/convert.h"
#include "services/activity/domain/logging.h"
#include "services/activity/operations/activity_report.h"
#include "services/activity/operations/lists.h"
#include "services/activity/operations/membership.h"
#include "services/activity/operations/work_out_progress.h"
#include "services/activity/store/activity_reports.h"
#include "services/activity/store/private_reads.h"

namespace dap::activity {
namespace {

constexpr char kDay[] = "day";

template <typename Req>
absl::StatusOr<std::optional<absl::CivilDay>> DayOf(const Req& request) {
  if (!request.has_day()) return std::nullopt;
  return FromProto(request.day(), kDay);
}

// Leaves those who take part.
void KeepUnderWay(std::vector<roster::Entry>& entries) {
  entries.erase(std::remove_if(entries.begin(), entries.end(),
                               [](const roster::Entry& entry) {
                                 return !TakesPart(static_cast<EnrolmentState>(entry.state));
                               }),
                entries.end());
}

// A coach's look at these people of one organisation.
absl::Status RecordLook(const Context& context, const rpc::Call& call,
                        const std::vector<roster::Entry>& entries) {
  if (entries.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(absl::TimeZone zone, time::ZoneOf(entries.front().time_zone));
  const absl::Time now = context.clock.Now();
  std::vector<id::Uuid> enrolments;
  for (const roster::Entry& entry : entries) {
    // A coach who takes part as well looks at themselves unrecorded.
    if (!entry.IsSelf(call.principal())) enrolments.push_back(entry.enrolment);
  }
  return db::Transaction(context.pool, call.deadline(), [&](db::Connection& tx) {
    return RecordPrivateReads(tx, entries.front().organisation, enrolments, call.principal().staff,
                              PrivateSubject::kProgress, time::DayOf(now, zone), now);
  });
}

// The day a report holds for: the one asked for, or today where the cohort is.
absl::StatusOr<absl::CivilDay> ReportDay(const Context& context, std::optional<absl::CivilDay> day,
                                         const roster::Entry& any) {
  ASSIGN_OR_RETURN(absl::TimeZone zone, time::ZoneOf(any.time_zone));
  return day.value_or(time::DayOf(context.clock.Now(), zone));
}

}  // namespace

ProgressService::ProgressService(const Context& context)
    : context_(context),
      service_(
          v1::GetMyProgressRequest::descriptor()->file()->FindServiceByName("ProgressService")) {
  rpc::Bind(service_, "GetMyProgress", this, &ProgressService::GetMyProgress);
  rpc::Bind(service_, "ListCohortProgress", this, &ProgressService::ListCohortProgress);
  rpc::Bind(service_, "GetCohortActivityReport", this, &ProgressService::GetCohortActivityReport);
  rpc::Bind(service_, "GetOrganisationActivityReport", this,
            &ProgressService::GetOrganisationActivityReport);
}

absl::StatusOr<v1::GetMyProgressResponse> ProgressService::GetMyProgress(
    const rpc::Call& call, const v1::GetMyProgressRequest& request) {
  ASSIGN_OR_RETURN(auto ids, id::Ids(request.parent(), {"organisations"}));
  RETURN_IF_ERROR(roster::RequireOrganisation(ids[0], call.principal()));
  ASSIGN_OR_RETURN(std::optional<absl::CivilDay> day, DayOf(request));
  ASSIGN_OR_RETURN(std::vector<roster::Entry> entries,
                   db::Read(context_.pool, call.deadline(), [&](db::Connection& db) {
                     return roster::ListByParticipant(db, ids[0], call.principal().staff);
                   }));
  KeepUnderWay(entries);
  ASSIGN_OR_RETURN(std::vector<ProgressResult> progress,
                   WorkOutProgress(context_, call.deadline(), entries, day, kDay));
  v1::GetMyProgressResponse response;
  for (const ProgressResult& one : progress) *response.add_progress() = ToProto(one);
  return response;
}

absl::StatusOr<v1::ListCohortProgressResponse> ProgressService::ListCohortProgress(
    const rpc::Call& call, const v1::ListCohortProgressRequest& request) {
  ASSIGN_OR_RETURN(auto ids, id::Ids(request.parent(), {"organisations", "cohorts"}));
  ASSIGN_OR_RETURN(std::vector<roster::Entry> cohort, ListForCoach(context_, call, ids[0], ids[1]));
  ASSIGN_OR_RETURN(std::optional<absl::CivilDay> day, DayOf(request));
  KeepUnderWay(cohort);
  ASSIGN_OR_RETURN(Page<roster::Entry> page, CohortPage(context_, call, request, cohort));
  ASSIGN_OR_RETURN(std::vector<ProgressResult> progress,
                   WorkOutProgress(context_, call.deadline(), page.rows, day, kDay));
  RETURN_IF_ERROR(RecordLook(context_, call, page.rows));
  v1::ListCohortProgressResponse response;
  for (size_t i = 0; i < progress.size(); ++i) {
    *response.add_participants() =
        ToParticipantProgress(progress[i], page.rows[i].participant_display_name);
  }
  response.set_next_page_token(page.next_page_token);
  return response;
}

absl::StatusOr<v1::GetCohortActivityReportResponse> ProgressService::GetCohortActivityReport(
    const rpc::Call& call, const v1::GetCohortActivityReportRequest& request) {
  ASSIGN_OR_RETURN(auto ids, id::Ids(request.parent(), {"organisations", "cohorts"}));
  ASSIGN_OR_RETURN(std::vector<roster::Entry> cohort, ListForCoach(context_, call, ids[0], ids[1]));
  ASSIGN_OR_RETURN(std::optional<absl::CivilDay> day, DayOf(request));
  ASSIGN_OR_RETURN(absl::CivilDay as_of, ReportDay(context_, day, cohort.front()));
  KeepUnderWay(cohort);
  FiguresByCohort figures;
  RETURN_IF_ERROR(AddFigures(context_, call.deadline(), cohort, day, figures));
  v1::GetCohortActivityReportResponse response;
  *response.mutable_report() = ReportOf(figures[ids[1]].figures, as_of);
  return response;
}

absl::StatusOr<v1::GetOrganisationActivityReportResponse>
ProgressService::GetOrganisationActivityReport(
    const rpc::Call& call, const v1::GetOrganisationActivityReportRequest& request) {
  ASSIGN_OR_RETURN(auto ids, id::Ids(request.parent(), {"organisations"}));
  RETURN_IF_ERROR(roster::RequireOrganisation(ids[0], call.principal()));
  ASSIGN_OR_RETURN(std::optional<absl::CivilDay> day, DayOf(request));
  ASSIGN_OR_RETURN(auto report, db::Read(context_.pool, call.deadline(), [&](db::Connection& db) {
                     return FindReport(db, ids[0], day.value_or(absl::CivilDay(9999, 12, 31)));
                   }));
  if (!report) return status::NotFound("activity_report", request.parent());
  v1::GetOrganisationActivityReportResponse response;
  if (!response.mutable_report()->ParseFromString(*report)) {
    return status::Internal("a published activity report cannot be read");
  }
  return response;
}

}  // namespace dap::activity
