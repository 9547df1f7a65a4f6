#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "tests/bench/cases.h"
#include "tests/bench/child.h"
#include "tests/bench/interrupt.h"
#include "tests/bench/running.h"

namespace dap::bench {
namespace {

constexpr absl::Duration kRest = absl::Seconds(5);
constexpr double kGoalMegabytes = 60;

}  // namespace

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
