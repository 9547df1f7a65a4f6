#include "libs/status/macros.h"
#include "libs/time/clock.h"
#include "tests/bench/activity_load.h"
#include "tests/bench/cases.h"
#include "tests/bench/load.h"
#include "tests/bench/running.h"
#include "tests/bench/sysbench.h"

namespace dap::bench {
namespace {

constexpr int kMostOutstanding = 256;
constexpr double kDirectGoal = 1.2;
constexpr double kGatewayGoal = 0.7;

Load First(Load load, int callers) {
  load.callers.resize(callers);
  return load;
}

}  // namespace

absl::StatusOr<Result> ActivityCase(const Settings& settings, tests::System& system) {
  // What hears of the activities later would do so in the database's own turn.
  RETURN_IF_ERROR(StopListeners(system));
  const time::SystemClock clock;
  id::Generator ids(clock);
  ASSIGN_OR_RETURN(const db::Options database, DatabaseOf(system, "activity"));
  ASSIGN_OR_RETURN(const auto participants, Enrol(database, kMostOutstanding));
  ASSIGN_OR_RETURN(const ActivityLoads loads, LoadsOf(system, participants, ids));
  RETURN_IF_ERROR(PrepareSysbench(database));
  ASSIGN_OR_RETURN(const pid_t mariadb, PidOf(system, "mariadb"));
  ASSIGN_OR_RETURN(const pid_t activity, PidOf(system, "activity"));
  ASSIGN_OR_RETURN(const pid_t gateway, PidOf(system, "gateway"));
  const std::vector<Watched> own = {{"mariadb", mariadb}};
  const std::vector<Watched> direct = {{"mariadb", mariadb}, {"activity", activity}};
  const std::vector<Watched> all = {
      {"mariadb", mariadb}, {"activity", activity}, {"gateway", gateway}};
  const auto measure = [&](const Load& load, int outstanding, const std::vector<Watched>& watched) {
    return [&, load = First(load, outstanding)] { return Run(load, settings.time, watched); };
  };
  const std::string sysbench = "sysbench, 64 connections";
  Result result = {.name = "activity",
                   .title = "durable writes: LogActivity, and sysbench oltp_insert"};
  ASSIGN_OR_RETURN(
      result.series,
      MeasureInTurns(
          "activity", settings.rounds,
          {{sysbench, [&] { return RunSysbench(database, settings.time, own); }},
           {"direct, 64", measure(loads.direct, 64, direct)},
           {"direct, 256", measure(loads.direct, kMostOutstanding, direct)},
           {"through gateway, 64", measure(loads.through_gateway, 64, all)},
           {"through gateway, 256", measure(loads.through_gateway, kMostOutstanding, all)}}));
  result.figures = {RateRatio(result.series, "direct, 64", sysbench, kDirectGoal),
                    RateRatio(result.series, "direct, 256", sysbench, kDirectGoal),
                    RateRatio(result.series, "through gateway, 64", sysbench, kGatewayGoal),
                    RateRatio(result.series, "through gateway, 256", sysbench, kGatewayGoal)};
  return result;
}

}  // namespace dap::bench
