// dap_bench: measures the system against its goals, in ratios within one run. README.md says how.
#include <sched.h>
#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "tests/bench/cases.h"
#include "tests/bench/interrupt.h"
#include "tests/bench/servers.h"

ABSL_FLAG(std::vector<std::string>, only, {},
          "what to measure, by the names of README.md; all where empty");
ABSL_FLAG(double, seconds, 5, "how long one contender is measured in one round");
ABSL_FLAG(int, rounds, 5, "rounds; medians are taken over them");
ABSL_FLAG(int, people, 100000, "active enrolments of each of the sweep's organisations");
ABSL_FLAG(std::string, json, "", "file to write the figures to as JSON; none where empty");

ABSL_FLAG(std::string, serve, "", "for its own use: be this server instead (servers.h)");
ABSL_FLAG(std::string, target, "", "of the server: where its calls go on");
ABSL_FLAG(std::string, ca, "", "of the server: PEM file of the authority");
ABSL_FLAG(std::string, cert, "", "of the server: PEM file of its certificate");
ABSL_FLAG(std::string, key, "", "of the server: PEM file of its key");

namespace dap::bench {
namespace {

// The goals are for two cores with the load generator on them. What we start inherits it.
void TakeTwoCores() {
  cpu_set_t allowed;
  cpu_set_t two;
  CPU_ZERO(&two);
  sched_getaffinity(0, sizeof allowed, &allowed);
  for (int cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&two) < 2; ++cpu) {
    if (CPU_ISSET(cpu, &allowed)) CPU_SET(cpu, &two);
  }
  sched_setaffinity(0, sizeof two, &two);
}

// A folder of our own while it lives.
class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path().string() + "/dap-bench-XXXXXX") {
    if (mkdtemp(path_.data()) == nullptr) std::perror(path_.c_str());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct Case {
  const char* name;
  std::function<absl::StatusOr<Result>(const Settings&)> alone;
  // Or with the whole system, which is started for all of these together.
  std::function<absl::StatusOr<Result>(const Settings&, tests::System&)> in_system;
};

// In the order they are run.
std::vector<Case> Cases() {
  return {
      {"rpc", RpcCase, nullptr},
      {"gateway", GatewayCase, nullptr},
      {"idle", nullptr, IdleCase},
      {"watch", nullptr, WatchCase},
      {"enrolment", nullptr, EnrolmentCase},
      // These stop the other services.
      {"activity", nullptr, ActivityCase},
      {"batch", nullptr, BatchCase},
      {"overload", nullptr, OverloadCase},
      {"progress", nullptr, ProgressCase},
      {"sweep", nullptr, SweepCase},
  };
}

absl::Status MeasureAll(const Settings& settings, const std::set<std::string>& wanted,
                        std::vector<Result>& results) {
  std::unique_ptr<tests::System> system;
  for (const Case& one : Cases()) {
    if (!wanted.empty() && !wanted.count(one.name)) continue;
    if (one.in_system && !system) {
      std::fputs("starting the whole system ...\n", stderr);
      ASSIGN_OR_RETURN(system, tests::System::Start());
    }
    ASSIGN_OR_RETURN(results.emplace_back(),
                     one.alone ? one.alone(settings) : one.in_system(settings, *system));
  }
  return absl::OkStatus();
}

absl::Status CheckNames(const std::set<std::string>& wanted) {
  std::set<std::string> left = wanted;
  for (const Case& one : Cases()) left.erase(one.name);
  if (left.empty()) return absl::OkStatus();
  return status::Invalid("--only", "FLAG_INVALID", absl::StrCat("there is no ", *left.begin()));
}

absl::Status Measure() {
  const std::vector<std::string> only = absl::GetFlag(FLAGS_only);
  const std::set<std::string> wanted(only.begin(), only.end());
  RETURN_IF_ERROR(CheckNames(wanted));
  const double seconds = absl::GetFlag(FLAGS_seconds);
  const int rounds = absl::GetFlag(FLAGS_rounds);
  if (seconds < 1) return status::Invalid("--seconds", "FLAG_INVALID", "must be 1 or more");
  if (rounds < 1) return status::Invalid("--rounds", "FLAG_INVALID", "must be 1 or more");
  const int people = absl::GetFlag(FLAGS_people);
  if (people < 4000) return status::Invalid("--people", "FLAG_INVALID", "must be 4000 or more");
  const Folder folder;
  std::vector<Result> results;
  RETURN_IF_ERROR(
      MeasureAll({absl::Seconds(seconds), rounds, folder.path(), people}, wanted, results));
  for (const Result& result : results) PrintTable(result);
  const std::string json = absl::GetFlag(FLAGS_json);
  if (json.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(WriteJson(json, absl::Seconds(seconds), results));
  std::printf("\nwritten to %s\n", json.c_str());
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  absl::SetProgramUsageMessage("measures the system; tests/bench/README.md says how");
  absl::ParseCommandLine(argc, argv);
  CatchInterrupts();
  const std::string serve = absl::GetFlag(FLAGS_serve);
  absl::Status ended;
  if (serve.empty()) {
    TakeTwoCores();
    ended = Measure();
  } else {
    ended = Serve(serve, {absl::GetFlag(FLAGS_target), absl::GetFlag(FLAGS_ca),
                          absl::GetFlag(FLAGS_cert), absl::GetFlag(FLAGS_key)});
  }
  if (ended.ok()) return 0;
  std::fprintf(stderr, "dap_bench: %s\n", std::string(ended.message()).c_str());
  return 1;
}

}  // namespace
}  // namespace dap::bench

int main(int argc, char** argv) { return dap::bench::Main(argc, argv); }
