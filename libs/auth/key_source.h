// Keeps the issuer's keys up to date. Internal to libs/auth.
#ifndef DAP_LIBS_AUTH_KEY_SOURCE_H_
#define DAP_LIBS_AUTH_KEY_SOURCE_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "libs/auth/jwk.h"
#include "libs/auth/token_verifier.h"

namespace dap::auth {

// Reads the JWKS file or URL of the options again and again on a thread of its own. Keys that
// cannot be read or are broken leave the former ones in place, with a warning in the log: an issuer
// that is down, or half-written, must not lock everybody out. Thread-safe.
class KeySource {
 public:
  struct Snapshot {
    std::shared_ptr<const KeySet> keys;
    uint64_t generation = 0;
  };

  // Reads the keys once before it returns. Errors as TokenVerifier::Create.
  static absl::StatusOr<std::unique_ptr<KeySource>> Create(const TokenOptions& options);
  ~KeySource();

  Snapshot Current() const;
  // A number that changes whenever the keys do. One atomic load.
  uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

  // Has the keys read again, since a key is missing, and waits for that at most `key_wait`. Does
  // nothing where the last look was within `file_reread` or `url_refetch`.
  void LookAgain();

 private:
  explicit KeySource(const TokenOptions& options);

  bool from_url() const { return !options_.jwks_url.empty(); }
  absl::StatusOr<std::string> Read() const;
  // Reads and takes over; only one thread at a time calls it.
  absl::Status Look();
  void Watch();

  const TokenOptions options_;
  std::string text_;   // what the present keys were read from; of the thread that looks
  std::string error_;  // what the last look failed with; likewise
  std::atomic<bool> stopping_{false};
  std::atomic<uint64_t> generation_{0};

  mutable absl::Mutex mutex_;
  std::shared_ptr<const KeySet> keys_ ABSL_GUARDED_BY(mutex_);
  bool wanted_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t started_ ABSL_GUARDED_BY(mutex_) = 0;  // looks begun, the one under way included
  uint64_t done_ ABSL_GUARDED_BY(mutex_) = 0;
  std::chrono::steady_clock::time_point last_look_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;  // last: it uses the rest
};

}  // namespace dap::auth

#endif  // DAP_LIBS_AUTH_KEY_SOURCE_H_
