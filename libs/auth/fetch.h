// Reading a small file or web resource. Internal to libs/auth.
#ifndef DAP_LIBS_AUTH_FETCH_H_
#define DAP_LIBS_AUTH_FETCH_H_

#include <atomic>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace dap::auth {

// The most that is read of either.
inline constexpr size_t kMaxFetchBytes = 1 << 20;

// UNAVAILABLE (KEYS_UNAVAILABLE), with the cause, where it cannot be read or is over 1 MB.
absl::StatusOr<std::string> ReadFile(const std::string& path);

// Whether what comes from `url` is the host's word: https, or http to a loopback address.
bool IsSafeToFetch(absl::string_view url);

// GET of an http or https URL; only status 200 counts, no redirect is followed, and an https
// server's certificate is checked against `ca_file` (empty: the machine's authorities). Blocks for
// at most `timeout`, less once `stop` is set. UNAVAILABLE (KEYS_UNAVAILABLE) with the cause.
absl::StatusOr<std::string> Fetch(const std::string& url, const std::string& ca_file,
                                  absl::Duration timeout, const std::atomic<bool>& stop);

}  // namespace dap::auth

#endif  // DAP_LIBS_AUTH_FETCH_H_
