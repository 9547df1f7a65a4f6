#include "services/gateway/open_streams.h"

#include <vector>

namespace dap::gateway {

void OpenStreams::Add(const auth::Principal& principal, Stream& stream) {
  if (principal.staff.is_nil()) return;
  {
    absl::MutexLock lock(&mutex_);
    streams_[principal.staff].insert(&stream);
  }
  // Whoever is revoked from here on finds it.
  if (!revoked_(principal)) return;
  stream.Hold();
  stream.Revoke();
}

void OpenStreams::Remove(const auth::Principal& principal, Stream& stream) {
  if (principal.staff.is_nil()) return;
  absl::MutexLock lock(&mutex_);
  const auto theirs = streams_.find(principal.staff);
  if (theirs == streams_.end()) return;
  theirs->second.erase(&stream);
  if (theirs->second.empty()) streams_.erase(theirs);
}

void OpenStreams::End(const id::Uuid& staff) {
  std::vector<Stream*> theirs;
  {
    absl::MutexLock lock(&mutex_);
    const auto found = streams_.find(staff);
    if (found == streams_.end()) return;
    for (Stream* stream : found->second) {
      stream->Hold();
      theirs.push_back(stream);
    }
  }
  // Not under the lock: a stream that ends may remove itself on this thread.
  for (Stream* stream : theirs) stream->Revoke();
}

size_t OpenStreams::size() const {
  absl::MutexLock lock(&mutex_);
  size_t size = 0;
  for (const auto& [staff, theirs] : streams_) size += theirs.size();
  return size;
}

}  // namespace dap::gateway
