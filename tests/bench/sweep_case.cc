#include <atomic>
#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/notification.h"
#include "libs/db/transaction.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/clock.h"
#include "tests/bench/cases.h"
#include "tests/bench/load.h"
#include "tests/bench/people.h"
#include "tests/bench/running.h"

namespace dap::bench {
namespace {

constexpr int kOutstanding = 64;
constexpr double kMostSeconds = 300;  // for a million
constexpr double kMostP99 = 3;
constexpr double kMostGrowth = 1.5;

constexpr absl::string_view kDone =
    "SELECT (SELECT COUNT(*) FROM sweep_day WHERE organisation = ? AND swept_day IS NOT NULL)"
    " + (SELECT COUNT(*) FROM activity_report WHERE organisation = ?)";
constexpr absl::string_view kRungs =
    "SELECT COUNT(*) FROM participation WHERE organisation = ? AND rung > 0";

// One in five is due: far more than a day brings, as after a week's outage.
Crowd Of(const id::Uuid& organisation, int people) {
  return {.organisation = organisation,
          .people = people,
          .activities = 12,
          .hours_between = 7 * 24,
          .due_check_in = 12,
          .due_patron = 5,
          .due_coach = 3};
}

// The most memory the process ever had, in megabytes.
absl::StatusOr<double> MostMemory(pid_t pid) {
  std::ifstream status(absl::StrCat("/proc/", pid, "/status"));
  for (std::string line; std::getline(status, line);) {
    const std::vector<std::string> words =
        absl::StrSplit(line, absl::ByAnyChar("\t "), absl::SkipEmpty());
    double kilobytes = 0;
    if (words.size() > 1 && words[0] == "VmHWM:" && absl::SimpleAtod(words[1], &kilobytes)) {
      return kilobytes / 1024;
    }
  }
  return status::Internal("no memory in /proc");
}

class Sweep {
 public:
  Sweep(db::Pool& pool, Load ingest, const Settings& settings)
      : pool_(pool), ingest_(std::move(ingest)), settings_(settings) {}

  // Reveals the crowd and waits until it is swept and its report published; how long that took.
  absl::StatusOr<absl::Duration> Measure(const Crowd& crowd) {
    const absl::Time begin = clock_.Now();
    RETURN_IF_ERROR(Reveal(pool_, crowd));
    const absl::Time deadline = begin + absl::Hours(1);
    while (true) {
      ASSIGN_OR_RETURN(const int64_t done, One(kDone, {crowd.organisation, crowd.organisation}));
      if (done == 2) break;
      if (clock_.Now() > deadline) return status::Internal("the sweep does not end");
      absl::Notification never;
      never.WaitForNotificationWithTimeout(absl::Milliseconds(100));
    }
    const absl::Duration took = clock_.Now() - begin;
    ASSIGN_OR_RETURN(const int64_t rungs, One(kRungs, {crowd.organisation}));
    const int due = crowd.people / 100 * (crowd.due_check_in + crowd.due_patron + crowd.due_coach);
    if (rungs < due) return status::Internal(absl::StrCat("only ", rungs, " rungs are reached"));
    return took;
  }

  // The same while activities are logged, with the 99th percentile of each stretch of that.
  absl::StatusOr<absl::Duration> MeasureWithIngest(const Crowd& crowd, Series& during) {
    std::atomic<bool> over = false;
    absl::Status logged;
    std::thread logging([&] {
      while (!over && logged.ok()) {
        absl::StatusOr<Sample> sample = Run(ingest_, settings_.time, {});
        logged = sample.status();
        if (sample.ok()) during.rounds.push_back(*sample);
      }
    });
    const absl::StatusOr<absl::Duration> took = Measure(crowd);
    over = true;
    logging.join();
    RETURN_IF_ERROR(logged);
    return took;
  }

  absl::StatusOr<Series> IngestAlone() {
    Series alone = {"LogActivity alone", {}};
    for (int i = 0; i < settings_.rounds; ++i) {
      ASSIGN_OR_RETURN(alone.rounds.emplace_back(), Run(ingest_, settings_.time, {}));
    }
    return alone;
  }

 private:
  absl::StatusOr<int64_t> One(absl::string_view sql, const db::Values& values) {
    return db::Read(pool_, clock_.Now() + absl::Minutes(5),
                    [&](db::Connection& db) -> absl::StatusOr<int64_t> {
                      ASSIGN_OR_RETURN(const std::optional<db::Row> row, db.QueryOne(sql, values));
                      return row->Int(0);
                    });
  }

  db::Pool& pool_;
  const Load ingest_;
  const Settings& settings_;
  const time::SystemClock clock_;
};

double MedianP99(const Series& series) {
  return series.Median([](const Sample& sample) { return sample.p99_ms; });
}

}  // namespace

absl::StatusOr<Result> SweepCase(const Settings& settings, tests::System& system) {
  RETURN_IF_ERROR(StopListeners(system));
  const time::SystemClock clock;
  id::Generator ids(clock);
  ASSIGN_OR_RETURN(const db::Options database, DatabaseOf(system, "activity"));
  ASSIGN_OR_RETURN(auto pool, db::Pool::Create(database));
  ASSIGN_OR_RETURN(const pid_t activity, PidOf(system, "activity"));
  const Crowd loggers = {.organisation = ids.Next(), .people = kOutstanding};
  const Crowd quarter = Of(ids.Next(), settings.people / 4);
  const Crowd whole = Of(ids.Next(), settings.people);
  const Crowd busy = Of(ids.Next(), settings.people);
  std::fprintf(stderr, "sweep: making %d enrolments ...\n", settings.people * 9 / 4);
  for (const Crowd& crowd : {loggers, quarter, whole, busy}) {
    RETURN_IF_ERROR(Make(*pool, crowd, clock.Now()));
  }
  // In an organisation of their own, which is not swept.
  ASSIGN_OR_RETURN(const ActivityLoads ingest, LoadsOf(system, First(loggers, kOutstanding), ids));
  Sweep sweep(*pool, ingest.direct, settings);
  ASSIGN_OR_RETURN(const absl::Duration first, sweep.Measure(quarter));
  ASSIGN_OR_RETURN(const absl::Duration second, sweep.Measure(whole));
  ASSIGN_OR_RETURN(const Series alone, sweep.IngestAlone());
  Series during = {"LogActivity during the sweep", {}};
  ASSIGN_OR_RETURN(const absl::Duration third, sweep.MeasureWithIngest(busy, during));
  ASSIGN_OR_RETURN(const double memory, MostMemory(activity));
  const double millions = settings.people / 1e6;
  Result result = {.name = "sweep", .title = "silence and momentum of many enrolments"};
  result.series = {alone, during};
  result.figures = {
      {"seconds, nothing else going on", absl::ToDoubleSeconds(second), std::nullopt},
      {"seconds while activities are logged", absl::ToDoubleSeconds(third), std::nullopt},
      {"seconds a million, while activities are logged", absl::ToDoubleSeconds(third) / millions,
       kMostSeconds, true},
      {"time an enrolment by that of a quarter as many", absl::FDivDuration(second, first) / 4,
       kMostGrowth, true},
      {"p99 of LogActivity during the sweep by that alone", MedianP99(during) / MedianP99(alone),
       kMostP99, true},
      {"most memory of dap-activity, MB", memory, std::nullopt}};
  return result;
}

}  // namespace dap::bench
