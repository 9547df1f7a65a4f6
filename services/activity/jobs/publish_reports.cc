#include "services/activity/jobs/publish_reports.h"

#include <vector>

#include "libs/db/transaction.h"
#include "libs/roster/roster.h"
#include "libs/status/macros.h"
#include "libs/time/calendar.h"
#include "services/activity/store/activity_reports.h"
#include "services/activity/store/sweep_days.h"

namespace dap::activity {
namespace {

constexpr int kPage = 512;

}  // namespace

absl::Status PublishReports::Tick(const jobs::JobRun& run) {
  ASSIGN_OR_RETURN(std::vector<SweepDay> organisations,
                   db::Read(context_.pool, run.deadline(), ListSweepDays));
  ASSIGN_OR_RETURN(auto latest, db::Read(context_.pool, run.deadline(), ListLatestReports));
  absl::Status first_error;
  for (const SweepDay& known : organisations) {
    if (run.Over()) break;
    absl::Status published = [&]() -> absl::Status {
      ASSIGN_OR_RETURN(absl::TimeZone zone, time::ZoneOf(known.time_zone));
      const absl::CivilDay as_of = time::WeekOf(time::DayOf(context_.clock.Now(), zone)) - 1;
      const auto found = latest.find(known.organisation);
      if (found != latest.end() && found->second >= as_of) return absl::OkStatus();
      return Publish(known.organisation, as_of, run);
    }();
    // One organisation's trouble is not the others'.
    if (!published.ok() && first_error.ok()) first_error = published;
  }
  return first_error;
}

absl::Status PublishReports::Publish(const id::Uuid& organisation, absl::CivilDay as_of,
                                     const jobs::JobRun& run) {
  if (!begun_ || begun_->organisation != organisation || begun_->as_of != as_of) {
    begun_ = Begun{organisation, as_of, id::Uuid(), {}};
  }
  while (true) {
    if (run.Over()) return absl::OkStatus();
    ASSIGN_OR_RETURN(std::vector<roster::Entry> page,
                     db::Read(context_.pool, run.deadline(), [&](db::Connection& db) {
                       return roster::ListUnderWay(db, organisation, begun_->after, kPage);
                     }));
    if (page.empty()) break;
    RETURN_IF_ERROR(AddFigures(context_, run.deadline(), page, as_of, begun_->figures));
    begun_->after = page.back().enrolment;
  }
  const Begun done = *std::move(begun_);
  begun_.reset();
  if (done.figures.empty()) return absl::OkStatus();
  const std::string report =
      ReportOf(organisation, done.figures, as_of, context_.settings).SerializeAsString();
  return db::Transaction(context_.pool, run.deadline(), [&](db::Connection& tx) {
    return InsertReport(tx, organisation, as_of, report);
  });
}

}  // namespace dap::activity
