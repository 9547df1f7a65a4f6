#include "services/gateway/rate_limit.h"

#include <algorithm>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "libs/status/error.h"

namespace dap::gateway {

double RateLimiter::Filled(const Bucket& bucket, absl::Time now) const {
  const double rested = std::max(0.0, absl::ToDoubleSeconds(now - bucket.filled));
  return std::min(limit_.burst, bucket.calls + rested * limit_.per_second);
}

void RateLimiter::Sweep(Shard& shard, absl::Time now) {
  absl::erase_if(shard.buckets,
                 [&](const auto& entry) { return Filled(entry.second, now) >= limit_.burst; });
  shard.sweep_at = std::max<size_t>(1024, 2 * shard.buckets.size());
}

absl::Status RateLimiter::Admit(absl::string_view caller) {
  const size_t hash = absl::HashOf(caller);
  Shard& shard = shards_[hash % shards_.size()];
  const absl::Time now = clock_.Now();
  absl::MutexLock lock(&shard.mutex);
  if (shard.buckets.size() >= shard.sweep_at) Sweep(shard, now);
  auto [entry, is_new] = shard.buckets.try_emplace(hash, Bucket{limit_.burst, now});
  Bucket& bucket = entry->second;
  const double calls = Filled(bucket, now);
  if (calls < 1) {
    const absl::Duration wait = absl::Seconds((1 - calls) / limit_.per_second);
    return status::Exhausted("RATE_LIMITED",
                             absl::StrCat("Too many calls: at most ", limit_.per_second,
                                          " a second go on. Wait, then send again."),
                             wait);
  }
  bucket = {calls - 1, now};
  return absl::OkStatus();
}

void RateLimiter::GiveBack(absl::string_view caller) {
  const size_t hash = absl::HashOf(caller);
  Shard& shard = shards_[hash % shards_.size()];
  absl::MutexLock lock(&shard.mutex);
  const auto entry = shard.buckets.find(hash);
  // One that was forgotten is full.
  if (entry == shard.buckets.end()) return;
  entry->second.calls = std::min(limit_.burst, entry->second.calls + 1);
}

size_t RateLimiter::size() const {
  size_t size = 0;
  for (const Shard& shard : shards_) {
    absl::MutexLock lock(&shard.mutex);
    size += shard.buckets.size();
  }
  return size;
}

}  // namespace dap::gateway
