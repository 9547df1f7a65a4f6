#include "libs/auth/token_cache.h"

#include <algorithm>
#include <utility>

#include "absl/hash/hash.h"

namespace dap::auth {
namespace {

constexpr size_t kShardKeyBytes = 16;

}  // namespace

TokenCache::TokenCache(size_t capacity)
    : half_shard_(std::max<size_t>(1, capacity / shards_.size() / 2)) {}

TokenCache::Shard& TokenCache::ShardOf(absl::string_view token) {
  // The end of a token is of its signature, which differs enough.
  const size_t start = token.size() - std::min(token.size(), kShardKeyBytes);
  return shards_[absl::Hash<absl::string_view>()(token.substr(start)) % shards_.size()];
}

std::optional<Principal> TokenCache::Find(absl::string_view token, absl::Time now,
                                          uint64_t generation) {
  Shard& shard = ShardOf(token);
  absl::MutexLock lock(&shard.mutex);
  auto found = shard.young.find(token);
  const bool is_old = found == shard.young.end();
  if (is_old) {
    found = shard.old.find(token);
    if (found == shard.old.end()) return std::nullopt;
  }
  if (found->second.generation != generation || now >= found->second.until) {
    (is_old ? shard.old : shard.young).erase(found);
    return std::nullopt;
  }
  if (!is_old) return found->second.principal;
  Entry entry = std::move(found->second);
  Principal principal = entry.principal;
  shard.old.erase(found);
  Insert(shard, std::string(token), std::move(entry));
  return principal;
}

void TokenCache::Put(absl::string_view token, const Principal& principal, absl::Time until,
                     uint64_t generation) {
  Shard& shard = ShardOf(token);
  absl::MutexLock lock(&shard.mutex);
  shard.old.erase(token);
  Insert(shard, std::string(token), Entry{principal, until, generation});
}

void TokenCache::Insert(Shard& shard, std::string token, Entry entry) {
  shard.young.insert_or_assign(std::move(token), std::move(entry));
  if (shard.young.size() < half_shard_) return;
  shard.old = std::move(shard.young);
  shard.young = Map();
}

size_t TokenCache::size() const {
  size_t size = 0;
  for (const Shard& shard : shards_) {
    absl::MutexLock lock(&shard.mutex);
    size += shard.young.size() + shard.old.size();
  }
  return size;
}

}  // namespace dap::auth
