// The only place that reads the wall clock. Everything else is given a Clock (or a time).
#ifndef DAP_LIBS_TIME_CLOCK_H_
#define DAP_LIBS_TIME_CLOCK_H_

#include <atomic>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace dap::time {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Cut to microseconds, which is what the database keeps: a time read back equals the one written.
  virtual absl::Time Now() const = 0;
};

// The machine's clock.
class SystemClock final : public Clock {
 public:
  absl::Time Now() const override;
};

// The machine's clock plus the whole seconds that stand in a file, looked at again when the last
// look is kLookAgain ago; an absent or empty file means no shift. So one write moves every process
// of a development or test system together. Never for production: a service takes it only where
// --clock_file is set.
class ShiftedClock final : public Clock {
 public:
  static constexpr absl::Duration kLookAgain = absl::Milliseconds(50);

  explicit ShiftedClock(std::string file);
  absl::Time Now() const override;

 private:
  const std::string file_;
  mutable std::atomic<int64_t> next_look_nanos_{0};
  mutable std::atomic<int64_t> shift_seconds_{0};
};

// A clock that stands still until it is set, for tests.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(absl::Time now) : now_(now) {}
  absl::Time Now() const override {
    absl::MutexLock lock(&mutex_);
    return now_;
  }
  void Set(absl::Time now) {
    absl::MutexLock lock(&mutex_);
    now_ = now;
  }
  void Advance(absl::Duration by) {
    absl::MutexLock lock(&mutex_);
    now_ += by;
  }

 private:
  mutable absl::Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace dap::time

#endif  // DAP_LIBS_TIME_CLOCK_H_
