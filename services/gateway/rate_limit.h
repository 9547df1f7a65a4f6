// How many calls a caller may make: a token bucket for each.
#ifndef DAP_SERVICES_GATEWAY_RATE_LIMIT_H_
#define DAP_SERVICES_GATEWAY_RATE_LIMIT_H_

#include <array>
#include <cstddef>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/time/clock.h"

namespace dap::gateway {

struct RateLimit {
  // Calls a second that a caller may go on making. Ten times what a busy client app makes.
  double per_second = 100;
  // Calls it may make at once after a rest.
  double burst = 200;
};

// Thread-safe: one of 16 locks is held for some tens of nanoseconds a call. A caller's bucket costs
// about 60 bytes and is forgotten once it is full again, so memory is bounded by the callers of the
// last `burst / per_second` seconds.
class RateLimiter {
 public:
  RateLimiter(RateLimit limit, const time::Clock& clock) : limit_(limit), clock_(clock) {}

  // RESOURCE_EXHAUSTED (RATE_LIMITED) with the time after which one more call is due.
  absl::Status Admit(absl::string_view caller);

  // Takes back one call that was admitted.
  void GiveBack(absl::string_view caller);

  // How many callers are remembered now.
  size_t size() const;

 private:
  struct Bucket {
    double calls;  // that may be made at `filled`
    absl::Time filled;
  };
  struct Shard {
    mutable absl::Mutex mutex;
    // By the hash of the caller: a collision makes two callers share a bucket, which is harmless
    // and keeps names out of memory.
    absl::flat_hash_map<size_t, Bucket> buckets ABSL_GUARDED_BY(mutex);
    size_t sweep_at ABSL_GUARDED_BY(mutex) = 1024;
  };

  void Sweep(Shard& shard, absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(shard.mutex);
  double Filled(const Bucket& bucket, absl::Time now) const;

  const RateLimit limit_;
  const time::Clock& clock_;
  std::array<Shard, 16> shards_;
};

}  // namespace dap::gateway

#endif  // DAP_SERVICES_GATEWAY_RATE_LIMIT_H_
