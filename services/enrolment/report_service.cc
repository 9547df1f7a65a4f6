#include "services/enrolment/report_service.h"

#include <algorithm>

#include "libs/db/transaction.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/calendar.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/overview_convert.h"
#include "services/enrolment/request.h"
#include "services/enrolment/store/organisations.h"
#include "services/enrolment/store/reports.h"

namespace dap::enrolment {
namespace {

constexpr int kDefaultWeeks = 26;
constexpr int kMostKickOffs = 100;

// What a report is of.
struct Subject {
  id::Uuid organisation;
  std::optional<id::Uuid> cohort;
};
// How it is reckoned.
struct Reckoning {
  absl::TimeZone zone;
  privacy::Rules rules;
};

template <typename Req>
absl::StatusOr<Subject> SubjectOf(const rpc::Call& call, const Req& request) {
  Subject subject;
  ASSIGN_OR_RETURN(subject.organisation, OrganisationOf(call, request.parent()));
  if (request.cohort().empty()) return subject;
  ASSIGN_OR_RETURN(CohortKey key, CohortOf(call, request.cohort()));
  subject.cohort = key.cohort;
  return subject;
}

// A cohort's report is for its coaches, who know the people in it anyway; the organisation's for
// its administrators. Nobody sees parts and whole of what they don't know, to subtract them.
absl::StatusOr<Reckoning> Open(db::Connection& connection, const Subject& subject,
                               const Caller& caller) {
  if (subject.cohort.has_value()) {
    const CohortKey key{subject.organisation, *subject.cohort};
    RETURN_IF_ERROR(FindAsCoach(connection, key, caller).status());
  } else if (!caller.admin) {
    return status::Denied("NOT_AN_ADMINISTRATOR", "Name a cohort that you coach.");
  }
  ASSIGN_OR_RETURN(std::optional<Organisation> found,
                   store::FindOrganisation(connection, subject.organisation));
  if (!found.has_value()) {
    return status::NotFound("organisation", OrganisationName(subject.organisation));
  }
  Reckoning reckoning;
  ASSIGN_OR_RETURN(reckoning.zone, time::ZoneOf(found->time_zone));
  ASSIGN_OR_RETURN(reckoning.rules, store::LoadReportRules(connection, subject.organisation));
  return reckoning;
}

absl::StatusOr<RecruitmentReport> ReadRecruitment(db::Connection& connection,
                                                  const Subject& subject, const Caller& caller,
                                                  absl::Time now) {
  ASSIGN_OR_RETURN(Reckoning reckoning, Open(connection, subject, caller));
  const absl::CivilDay first = FirstReportedDay(time::DayOf(now, reckoning.zone));
  ASSIGN_OR_RETURN(std::vector<RecruitmentCount> counts,
                   store::CountRecruitment(connection, subject.organisation, subject.cohort,
                                           time::StartOf(first, reckoning.zone)));
  return ReportRecruitment(counts, reckoning.zone, now, reckoning.rules);
}

// Whole weeks that hold so many working days, days off aside.
int DaysOf(int working_days) { return (working_days + 4) / 5 * 7; }

absl::StatusOr<v1::KickOffReport> ReadKickOffs(db::Connection& connection, const Subject& subject,
                                               const Caller& caller, absl::Time now) {
  ASSIGN_OR_RETURN(Reckoning reckoning, Open(connection, subject, caller));
  const absl::CivilDay this_week = time::WeekOf(time::DayOf(now, reckoning.zone));
  ASSIGN_OR_RETURN(Settings settings, store::LoadSettings(connection, subject.organisation));
  ASSIGN_OR_RETURN(std::vector<KickOffCount> counts,
                   store::CountKickOffs(connection, subject.organisation, subject.cohort,
                                        time::StartOf(this_week, reckoning.zone),
                                        DaysOf(settings.catch_up_working_days), kMostKickOffs));
  return ToProto(subject.organisation, counts, ReportKickOffs(counts, reckoning.rules),
                 reckoning.zone);
}

}  // namespace

ReportFace::ReportFace(const Parts& parts)
    : parts_(parts), service_("dap.enrolment.v1.ReportService") {
  rpc::Bind(service_, "GetRecruitmentReport", this, &ReportFace::GetRecruitmentReport);
  rpc::Bind(service_, "GetKickOffReport", this, &ReportFace::GetKickOffReport);
}

absl::StatusOr<v1::GetRecruitmentReportResponse> ReportFace::GetRecruitmentReport(
    const Call& call, const v1::GetRecruitmentReportRequest& request) {
  ASSIGN_OR_RETURN(Subject subject, SubjectOf(call, request));
  ASSIGN_OR_RETURN(RecruitmentReport report,
                   db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) {
                     return ReadRecruitment(connection, subject, CallerOf(call),
                                            parts_.clock.Now());
                   }));
  const size_t weeks = request.weeks() > 0 ? request.weeks() : kDefaultWeeks;
  if (report.weeks.size() > weeks) {
    report.weeks.erase(report.weeks.begin(), report.weeks.end() - weeks);
  }
  v1::GetRecruitmentReportResponse response;
  *response.mutable_report() = ToProto(report);
  return response;
}

absl::StatusOr<v1::GetKickOffReportResponse> ReportFace::GetKickOffReport(
    const Call& call, const v1::GetKickOffReportRequest& request) {
  ASSIGN_OR_RETURN(Subject subject, SubjectOf(call, request));
  v1::GetKickOffReportResponse response;
  ASSIGN_OR_RETURN(*response.mutable_report(),
                   db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) {
                     return ReadKickOffs(connection, subject, CallerOf(call), parts_.clock.Now());
                   }));
  return response;
}

}  // namespace dap::enrolment
