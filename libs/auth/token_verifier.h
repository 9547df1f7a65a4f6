// Turns a bearer token into the principal it speaks for.
#ifndef DAP_LIBS_AUTH_TOKEN_VERIFIER_H_
#define DAP_LIBS_AUTH_TOKEN_VERIFIER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/auth/principal.h"
#include "libs/time/clock.h"

namespace dap::auth {

struct TokenOptions {
  // Where the issuer's public keys are: a JWKS file, or an https URL (http for a loopback address
  // only: whoever can change the answer on its way makes anybody's tokens). Exactly one of them.
  std::string jwks_file;
  std::string jwks_url;
  // PEM file of the authorities that an https URL's certificate is checked against; empty: the
  // machine's.
  std::string jwks_url_ca;
  // The exact `iss`, and the value that must be (among) `aud`.
  std::string issuer;
  std::string audience;
  // How far the issuer's clock may be from ours, at both ends of a token's life.
  absl::Duration clock_skew = absl::Seconds(60);
  // Verified tokens remembered, about 1 KB each. More saves signature checks where more people are
  // at work at once.
  size_t cache_size = 32768;
  // How often the keys are looked at: the file's time and size, the URL as a whole. It is also how
  // long a key that was taken out may still count.
  absl::Duration file_check = absl::Seconds(1);
  absl::Duration url_refresh = absl::Minutes(5);
  // The least time after a look before an unknown key id causes another one, so that made-up ids
  // cost nothing.
  absl::Duration file_reread = absl::Seconds(1);
  absl::Duration url_refetch = absl::Seconds(30);
  // The most a fetch may take, and the most that a call to Verify waits for a look. Zero for a
  // thread that must not wait (gRPC's): the first token of a new key is refused then, and taken
  // once the look is done.
  absl::Duration url_timeout = absl::Seconds(5);
  absl::Duration key_wait = absl::Milliseconds(500);
  // Asked on every Verify, cached or not, from any thread; true refuses the token. Must be quick.
  std::function<bool(const Principal&)> revoked;
};

// Verifies JWTs (RFC 7519) signed with ES256 or RS256 by a key of the issuer's set, as README.md
// here says it. Thread-safe. Owns one thread, which watches the keys.
class TokenVerifier {
 public:
  // Reads the keys once; INVALID_ARGUMENT for options that contradict themselves and UNAVAILABLE
  // (KEYS_UNAVAILABLE) where no usable key set can be read. `clock` must outlive it.
  static absl::StatusOr<std::unique_ptr<TokenVerifier>> Create(TokenOptions options,
                                                               const time::Clock& clock);
  ~TokenVerifier();

  // `token` is what follows "Bearer " in the authorization header. Every error is UNAUTHENTICATED,
  // says what to do, repeats nothing of the token, and has a reason:
  //   TOKEN_MALFORMED          no JWT of ours: form, size (over 8 KB), a claim missing or wrong
  //   TOKEN_ALGORITHM_REFUSED  its header names another algorithm than its key is for
  //   TOKEN_UNKNOWN_KEY        its `kid` is not in the issuer's set, or there is none
  //   TOKEN_BAD_SIGNATURE
  //   TOKEN_WRONG_ISSUER TOKEN_WRONG_AUDIENCE TOKEN_EXPIRED TOKEN_NOT_YET_VALID TOKEN_REVOKED
  // Costs a look into a map for a token seen before, else one signature check (some 0.3 ms). Waits
  // only for a look at the keys after an unknown key id, and at most `key_wait`.
  absl::StatusOr<Principal> Verify(absl::string_view token);

 private:
  class Impl;
  explicit TokenVerifier(std::unique_ptr<Impl> impl);
  const std::unique_ptr<Impl> impl_;
};

}  // namespace dap::auth

#endif  // DAP_LIBS_AUTH_TOKEN_VERIFIER_H_
