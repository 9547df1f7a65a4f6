// Signatures of JWTs: the only file that knows the JWT library (Debian's cpp-jwt) and so the only
// one with its exceptions. Internal to libs/auth.
#ifndef DAP_LIBS_AUTH_SIGNATURE_H_
#define DAP_LIBS_AUTH_SIGNATURE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace dap::auth {

enum class Algorithm { kEs256, kRs256 };

// "ES256", "RS256": as a token's header and a key's `alg` write them.
absl::string_view AlgorithmName(Algorithm algorithm);

// Whether `signature` (base64url without padding) is one of `signed_part` by the private half of
// the PEM public key. The algorithm is the caller's: the key's, never the token's word for it.
// Thread-safe; some 0.3 ms.
bool SignatureHolds(Algorithm algorithm, const std::string& public_pem,
                    absl::string_view signed_part, absl::string_view signature);

// The signature of `signed_part`, base64url without padding. INTERNAL where the key does not do.
absl::StatusOr<std::string> Sign(Algorithm algorithm, const std::string& private_pem,
                                 absl::string_view signed_part);

// Decodes base64url without padding (RFC 7515), each text in one way only: no other characters, no
// padding, no bits left over. False otherwise.
bool DecodeBase64Url(absl::string_view text, std::string& bytes);
std::string EncodeBase64Url(absl::string_view bytes);

}  // namespace dap::auth

#endif  // DAP_LIBS_AUTH_SIGNATURE_H_
