// JSON Web Key Sets (RFC 7517, 7518) of public signing keys. Internal to libs/auth.
#ifndef DAP_LIBS_AUTH_JWK_H_
#define DAP_LIBS_AUTH_JWK_H_

#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/auth/signature.h"

namespace dap::auth {

struct PublicKey {
  Algorithm algorithm;
  std::string pem;
};

// By `kid`. Immutable once made.
using KeySet = absl::flat_hash_map<std::string, PublicKey>;

// The P-256 and RSA (2,048 bits and more) signature keys of a JWKS; keys of other kinds and uses,
// and keys without a `kid`, are passed over, since no token can use them. INVALID_ARGUMENT
// (KEYS_INVALID), telling which key and why, for text that is no JWKS, a key that is broken, a
// `kid` given twice, a private or symmetric key (somebody published a secret), and a set with no
// usable key.
absl::StatusOr<std::shared_ptr<const KeySet>> ParseKeySet(absl::string_view json);

// The public half of a PEM private key on P-256, as a JWK. INVALID_ARGUMENT (KEY_INVALID) for any
// other text.
struct EcJwk {
  std::string json;  // with kid, alg and use
  std::string kid;   // its thumbprint (RFC 7638)
};
absl::StatusOr<EcJwk> PublicJwk(absl::string_view private_pem);

// A new P-256 private key as PEM (PKCS #8).
absl::StatusOr<std::string> NewPrivateKey();

}  // namespace dap::auth

#endif  // DAP_LIBS_AUTH_JWK_H_
