// The streams that are open, by whose they are: a token counts when a stream begins, and a stream
// may live for hours after it.
#ifndef DAP_SERVICES_GATEWAY_OPEN_STREAMS_H_
#define DAP_SERVICES_GATEWAY_OPEN_STREAMS_H_

#include <functional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "libs/auth/principal.h"
#include "libs/id/uuid.h"

namespace dap::gateway {

// Thread-safe. About 60 bytes a stream.
class OpenStreams {
 public:
  // One of them. It stays alive while it is added, and from Hold until Revoke returns.
  class Stream {
   public:
    virtual void Hold() = 0;
    // Ends it with TOKEN_REVOKED. Does not block; called once for each Hold.
    virtual void Revoke() = 0;

   protected:
    ~Stream() = default;
  };

  // Whether a person's tokens are refused by now.
  using Revoked = std::function<bool(const auth::Principal&)>;
  explicit OpenStreams(Revoked revoked) : revoked_(std::move(revoked)) {}

  // Remembers a person's stream until Remove, and ends it at once where their tokens do not count
  // any more: that may have come between its admission and now. Systems have none to remember.
  void Add(const auth::Principal& principal, Stream& stream);
  void Remove(const auth::Principal& principal, Stream& stream);

  // Ends all streams of a person.
  void End(const id::Uuid& staff);

  size_t size() const;

 private:
  const Revoked revoked_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<id::Uuid, absl::flat_hash_set<Stream*>> streams_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace dap::gateway

#endif  // DAP_SERVICES_GATEWAY_OPEN_STREAMS_H_
