#include <fstream>

#include "absl/strings/str_cat.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "tests/bench/cases.h"
#include "tests/bench/child.h"
#include "tests/bench/interrupt.h"

namespace dap::bench {
namespace {

constexpr absl::Duration kRest = absl::Seconds(5);
constexpr double kGoalMegabytes = 60;

}  // namespace

absl::StatusOr<pid_t> PidOf(const tests::System& system, const std::string& name) {
  pid_t pid = 0;
  std::ifstream(absl::StrCat(system.folder(), "/run/", name, ".pid")) >> pid;
  if (pid == 0) return status::Internal(absl::StrCat(name, " does not run"));
  return pid;
}

absl::StatusOr<Result> IdleCase(const Settings&, tests::System& system) {
  RETURN_IF_ERROR(Pause(kRest));
  Result result = {.name = "idle", .title = "resident memory after the start, MB"};
  for (const char* name : {"enrolment", "goals", "activity", "notification", "gateway"}) {
    ASSIGN_OR_RETURN(const pid_t pid, PidOf(system, name));
    result.figures.push_back({.name = absl::StrCat("dap-", name),
                              .value = ResidentMegabytes(pid),
                              .goal = kGoalMegabytes,
                              .at_most = true});
  }
  return result;
}

}  // namespace dap::bench
