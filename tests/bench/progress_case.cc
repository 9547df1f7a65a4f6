#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "dap/activity/v1/progress_service.pb.h"
#include "libs/db/pool.h"
#include "libs/status/macros.h"
#include "libs/time/clock.h"
#include "tests/bench/cases.h"
#include "tests/bench/load.h"
#include "tests/bench/people.h"
#include "tests/bench/running.h"

namespace dap::bench {
namespace {

constexpr int kOutstanding = 8;
constexpr double kMost = 3;

// The crowd's first, each asking for their own.
absl::StatusOr<Load> LoadOf(const tests::System& system, const Crowd& crowd, id::Generator& ids) {
  ASSIGN_OR_RETURN(ActivityLoads loads, LoadsOf(system, First(crowd, kOutstanding), ids));
  activity::v1::GetMyProgressRequest request;
  request.set_parent(absl::StrCat("organisations/", crowd.organisation.ToString()));
  Load load = std::move(loads.direct);
  load.method = "/dap.activity.v1.ProgressService/GetMyProgress";
  for (Caller& caller : load.callers) {
    caller.request = [bytes = request.SerializeAsString()] { return bytes; };
  }
  return load;
}

double P99(const std::vector<Series>& series, const std::string& name) {
  const auto found = std::find_if(series.begin(), series.end(),
                                  [&](const Series& one) { return one.name == name; });
  return found->Median([](const Sample& sample) { return sample.p99_ms; });
}

}  // namespace

absl::StatusOr<Result> ProgressCase(const Settings& settings, tests::System& system) {
  RETURN_IF_ERROR(StopListeners(system));
  const time::SystemClock clock;
  id::Generator ids(clock);
  ASSIGN_OR_RETURN(const db::Options database, DatabaseOf(system, "activity"));
  ASSIGN_OR_RETURN(auto pool, db::Pool::Create(database));
  const Crowd week = {.organisation = ids.Next(), .people = kOutstanding, .activities = 7};
  const Crowd years = {.organisation = ids.Next(), .people = kOutstanding, .activities = 3 * 365};
  RETURN_IF_ERROR(Make(*pool, week, clock.Now()));
  RETURN_IF_ERROR(Make(*pool, years, clock.Now()));
  ASSIGN_OR_RETURN(const Load of_week, LoadOf(system, week, ids));
  ASSIGN_OR_RETURN(const Load of_years, LoadOf(system, years, ids));
  ASSIGN_OR_RETURN(const pid_t mariadb, PidOf(system, "mariadb"));
  ASSIGN_OR_RETURN(const pid_t activity, PidOf(system, "activity"));
  const std::vector<Watched> watched = {{"mariadb", mariadb}, {"activity", activity}};
  const auto measure = [&](const Load& load) {
    return [&] { return Run(load, settings.time, watched); };
  };
  Result result = {.name = "progress",
                   .title = "GetMyProgress, one week and three years of daily activities"};
  ASSIGN_OR_RETURN(result.series, MeasureInTurns("progress", settings.rounds,
                                                 {{"one week", measure(of_week)},
                                                  {"three years", measure(of_years)}}));
  result.figures = {{"p99 with three years by that with one week",
                     P99(result.series, "three years") / P99(result.series, "one week"), kMost,
                     true}};
  return result;
}

}  // namespace dap::bench
