#include <chrono>
#include <cstdlib>
#include <fstream>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/db/transaction.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/clock.h"
#include "tests/bench/activity_load.h"
#include "tests/bench/cases.h"
#include "tests/bench/load.h"
#include "tests/bench/running.h"

namespace dap::bench {
namespace {

constexpr int kBatch = 100;
constexpr int kOutstanding = 4;
constexpr int kClientRows = 200'000;
constexpr double kRateGoal = 60'000;
constexpr double kClientGoal = 0.8;

std::string Hex(const id::Uuid& id) {
  return absl::StrCat("x'", absl::BytesToHexString(std::string(id.bytes())), "'");
}

// The same activities as multi-row inserts, a hundred a statement.
void WriteInserts(const std::string& file, const Participant& participant, id::Generator& ids) {
  std::ofstream out(file);
  for (int row = 0; row < kClientRows; ++row) {
    out << (row % kBatch == 0 ? "INSERT INTO activity (organisation, enrolment, activity_time,"
                                " activity, kind, setting, minutes, visibility, goal, link, note,"
                                " create_time) VALUES\n"
                              : ",\n")
        << "(" << Hex(participant.organisation) << "," << Hex(participant.enrolment) << ",NOW(6),"
        << Hex(ids.Next()) << ",1,2,25,1,NULL,'','Read a chapter and tried it out',NOW(6))"
        << (row % kBatch == kBatch - 1 ? ";\n" : "");
  }
}

absl::StatusOr<Sample> RunClient(const db::Options& database, const std::string& file) {
  const std::string command =
      absl::StrCat("MYSQL_PWD='", database.password, "' mariadb -h ", database.host, " -P ",
                   database.port, " -u ", database.user, " ", database.schema, " < ", file);
  const auto from = std::chrono::steady_clock::now();
  if (std::system(command.c_str()) != 0) return status::Internal("the mariadb client failed");
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - from;
  Sample sample;
  sample.rate = kClientRows / took.count();
  return sample;
}

absl::StatusOr<int64_t> CountActivities(db::Pool& pool) {
  return db::Read(pool, time::SystemClock().Now() + absl::Seconds(60),
                  [](db::Connection& connection) -> absl::StatusOr<int64_t> {
                    ASSIGN_OR_RETURN(const auto row,
                                     connection.QueryOne("SELECT COUNT(*) FROM activity", {}));
                    return row->Int(0);
                  });
}

}  // namespace

absl::StatusOr<Result> BatchCase(const Settings& settings, tests::System& system) {
  RETURN_IF_ERROR(StopListeners(system));
  const time::SystemClock clock;
  id::Generator ids(clock);
  ASSIGN_OR_RETURN(const db::Options database, DatabaseOf(system, "activity"));
  ASSIGN_OR_RETURN(auto pool, db::Pool::Create(database));
  ASSIGN_OR_RETURN(const auto participants, Enrol(database, kOutstanding));
  ASSIGN_OR_RETURN(const ActivityLoads loads, LoadsOf(system, participants, ids));
  ASSIGN_OR_RETURN(const pid_t mariadb, PidOf(system, "mariadb"));
  ASSIGN_OR_RETURN(const pid_t activity, PidOf(system, "activity"));
  const std::vector<Watched> watched = {{"mariadb", mariadb}, {"activity", activity}};
  const Load batches = InBatches(loads.direct, participants, kBatch);
  const std::string file = settings.folder + "/activities.sql";
  const auto client = [&]() -> absl::StatusOr<Sample> {
    ASSIGN_OR_RETURN(const auto stranger, Enrol(database, 1));
    WriteInserts(file, stranger[0], ids);
    return RunClient(database, file);
  };
  // Of one round: in activities. A result that is an error would be a row that is missing.
  const auto in_batches = [&]() -> absl::StatusOr<Sample> {
    ASSIGN_OR_RETURN(const int64_t before, CountActivities(*pool));
    ASSIGN_OR_RETURN(Sample sample, Run(batches, settings.time, watched));
    ASSIGN_OR_RETURN(const int64_t after, CountActivities(*pool));
    if (after - before < sample.rate * absl::ToDoubleSeconds(settings.time) * kBatch) {
      return status::Internal("some of the activities were refused");
    }
    sample.rate *= kBatch;
    for (auto& [name, us] : sample.cpu_us) us /= kBatch;
    return sample;
  };
  Result result = {.name = "batch", .title = "BatchLogActivities of 100, in activities"};
  ASSIGN_OR_RETURN(result.series, MeasureInTurns("batch", settings.rounds,
                                                 {{"mariadb client, inserts of 100", client},
                                                  {"batches of 100, 4 outstanding", in_batches}}));
  const double rate = result.series[1].Median([](const Sample& sample) { return sample.rate; });
  Figure ratio = RateRatio(result.series, "batches of 100, 4 outstanding",
                           "mariadb client, inserts of 100", kClientGoal);
  // Either will do.
  if (rate >= kRateGoal) ratio.goal = std::nullopt;
  result.figures = {ratio};
  return result;
}

}  // namespace dap::bench
