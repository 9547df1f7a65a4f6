// Verified tokens. Internal to libs/auth.
#ifndef DAP_LIBS_AUTH_TOKEN_CACHE_H_
#define DAP_LIBS_AUTH_TOKEN_CACHE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/auth/principal.h"

namespace dap::auth {

// Principals by their whole token: two tokens that differ in one byte are two entries. Holds at
// most `capacity` of them; those not asked for the longest go first, by halves. Thread-safe; a call
// costs a hash of the token and a lock of one of 16 shards.
class TokenCache {
 public:
  explicit TokenCache(size_t capacity);

  // What Put left for this token and this generation of keys, while `now` is before its `until`.
  std::optional<Principal> Find(absl::string_view token, absl::Time now, uint64_t generation);
  void Put(absl::string_view token, const Principal& principal, absl::Time until,
           uint64_t generation);

  // Entries held, live or not; for tests.
  size_t size() const;

 private:
  struct Entry {
    Principal principal;
    absl::Time until;
    uint64_t generation;
  };
  using Map = absl::flat_hash_map<std::string, Entry>;

  // Full of `young`, a shard forgets `old` and makes `young` the old ones: bounded, with no order
  // to keep. What is found among the old moves to the young.
  struct Shard {
    mutable absl::Mutex mutex;
    Map young ABSL_GUARDED_BY(mutex);
    Map old ABSL_GUARDED_BY(mutex);
  };

  Shard& ShardOf(absl::string_view token);
  void Insert(Shard& shard, std::string token, Entry entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(shard.mutex);

  const size_t half_shard_;
  std::array<Shard, 16> shards_;
};

}  // namespace dap::auth

#endif  // DAP_LIBS_AUTH_TOKEN_CACHE_H_
