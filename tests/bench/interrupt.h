// Ctrl-C ends a measurement early, and still stops what it has started.
#ifndef DAP_TESTS_BENCH_INTERRUPT_H_
#define DAP_TESTS_BENCH_INTERRUPT_H_

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace dap::bench {

// Once, early in main.
void CatchInterrupts();

// Lets this much time pass. CANCELLED, at once, from the first SIGINT or SIGTERM on.
absl::Status Pause(absl::Duration time);

}  // namespace dap::bench

#endif  // DAP_TESTS_BENCH_INTERRUPT_H_
