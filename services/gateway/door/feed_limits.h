// How often calendar feeds may be read.
#ifndef DAP_SERVICES_GATEWAY_DOOR_FEED_LIMITS_H_
#define DAP_SERVICES_GATEWAY_DOOR_FEED_LIMITS_H_

#include <cstddef>
#include <functional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "libs/time/clock.h"
#include "services/gateway/door/calendar_door.h"
#include "services/gateway/rate_limit.h"

namespace dap::gateway {

struct FeedLimitOptions {
  // What one address may ask for in vain: this bounds guessing, and not the many readers behind one
  // load balancer or of one calendar company.
  RateLimit failures{.per_second = 1, .burst = 60};
  // How often one feed may be read, from wherever.
  RateLimit reads{.per_second = 1, .burst = 60};
};

// Thread-safe. A feed is known once it was read: from then on only its own limit counts, so that a
// guesser at the same address is not in its way. Of secrets only a hash is kept, in this process.
class FeedLimits {
 public:
  using Feed = std::function<absl::StatusOr<CalendarAnswer>(const std::string& secret,
                                                            const std::string& known_tag)>;
  // `clock` outlives it.
  FeedLimits(Feed feed, const FeedLimitOptions& options, const time::Clock& clock);

  // The feed's answer; RESOURCE_EXHAUSTED (RATE_LIMITED), without asking, where it is too much.
  absl::StatusOr<CalendarAnswer> Read(const std::string& address, const std::string& secret,
                                      const std::string& known_tag);

 private:
  absl::StatusOr<CalendarAnswer> ReadUnknown(const std::string& address, const std::string& secret,
                                             const std::string& known_tag);
  bool IsKnown(absl::string_view secret) const;
  void Remember(absl::string_view secret);
  void Forget(absl::string_view secret);

  const Feed feed_;
  RateLimiter failures_;
  RateLimiter reads_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_set<size_t> known_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace dap::gateway

#endif  // DAP_SERVICES_GATEWAY_DOOR_FEED_LIMITS_H_
