// Load that does not wait: calls are sent by the clock, whether earlier ones were answered or not.
#ifndef DAP_TESTS_BENCH_OPEN_LOOP_H_
#define DAP_TESTS_BENCH_OPEN_LOOP_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/bench/load.h"

namespace dap::bench {

struct Answer {
  // When it was to be sent, from the start of the run.
  absl::Duration sent;
  // From then to its answer, so that a generator that is late does not make it look quick.
  absl::Duration took;
  // RESOURCE_EXHAUSTED with a time to retry after; else it was accepted.
  bool refused = false;
};

// Sends `rate` calls a second for `time`, by the load's callers in turn, then waits for the
// answers. In the order of sending. An answer that is neither OK nor such a refusal fails it all.
absl::StatusOr<std::vector<Answer>> RunByTheClock(const Load& load, double rate,
                                                  absl::Duration time);

// The quantile (0 to 1) of the milliseconds that those of the answers took that were (or were not)
// refused; 0 where there are none.
double QuantileMs(const std::vector<Answer>& answers, bool refused, double part);

}  // namespace dap::bench

#endif  // DAP_TESTS_BENCH_OPEN_LOOP_H_
