#include "libs/time/clock.h"

#include <fstream>
#include <utility>

namespace dap::time {
namespace {

absl::Time Cut(absl::Time time) { return absl::FromUnixMicros(absl::ToUnixMicros(time)); }

}  // namespace

absl::Time SystemClock::Now() const { return Cut(absl::Now()); }

ShiftedClock::ShiftedClock(std::string file) : file_(std::move(file)) {}

absl::Time ShiftedClock::Now() const {
  const absl::Time machine = absl::Now();
  int64_t due = next_look_nanos_.load(std::memory_order_relaxed);
  const int64_t now = absl::ToUnixNanos(machine);
  if (now >= due &&
      next_look_nanos_.compare_exchange_strong(due, now + absl::ToInt64Nanoseconds(kLookAgain))) {
    int64_t seconds = 0;
    std::ifstream(file_) >> seconds;
    shift_seconds_.store(seconds, std::memory_order_relaxed);
  }
  return Cut(machine + absl::Seconds(shift_seconds_.load(std::memory_order_relaxed)));
}

}  // namespace dap::time
