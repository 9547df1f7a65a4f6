// What the cases ask of the running system beside its API.
#ifndef DAP_TESTS_BENCH_RUNNING_H_
#define DAP_TESTS_BENCH_RUNNING_H_

#include <sched.h>
#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/db/options.h"
#include "tests/system/system.h"

namespace dap::bench {

// The process of this name; INTERNAL where there is none.
absl::StatusOr<pid_t> PidOf(const tests::System& system, const std::string& name);

// The schema of a service, with the service's own rights.
absl::StatusOr<db::Options> DatabaseOf(const tests::System& system, const std::string& service);

// Stops the services that hear of what dap-activity does, which would take from whatever is
// measured next.
absl::Status StopListeners(tests::System& system);

// While it lives, this process has the first of our cores to itself and the others share the
// second: what they can do is then not what we leave them.
class Apart {
 public:
  explicit Apart(const std::vector<pid_t>& others);
  ~Apart();
  Apart(const Apart&) = delete;
  Apart& operator=(const Apart&) = delete;

 private:
  std::vector<pid_t> others_;
  cpu_set_t both_;
};

}  // namespace dap::bench

#endif  // DAP_TESTS_BENCH_RUNNING_H_
