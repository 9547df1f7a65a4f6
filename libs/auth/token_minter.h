// Makes tokens, for development, tests and the systems of a place that has no identity provider.
#ifndef DAP_LIBS_AUTH_TOKEN_MINTER_H_
#define DAP_LIBS_AUTH_TOKEN_MINTER_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/auth/role_set.h"

namespace dap::auth {

// What a token says. Nothing is checked: tests need wrong ones too.
struct TokenClaims {
  std::string issuer;
  std::string audience;
  std::string subject;
  // UUID text; empty: no `org` claim.
  std::string organisation;
  RoleSet roles;
  absl::Time issued;
  absl::Time expires;
  // `jti`; empty: none.
  std::string token_id;
};

// Holds an ES256 (P-256) private key; anyone who can read it can be anyone. Immutable, so
// thread-safe.
class TokenMinter {
 public:
  static absl::StatusOr<TokenMinter> Generate();
  // From a PEM private key. INVALID_ARGUMENT (KEY_INVALID) for anything but a P-256 one.
  static absl::StatusOr<TokenMinter> FromPem(absl::string_view pem);
  // From the PEM file at `path`, which is made with a new key (mode 0600) where there is none.
  static absl::StatusOr<TokenMinter> LoadOrCreate(const std::string& path);

  const std::string& pem() const { return pem_; }
  // The thumbprint of the public key (RFC 7638).
  const std::string& kid() const { return kid_; }
  // The JSON Web Key Set that verifies its tokens: this one public key.
  std::string Jwks() const;
  // Puts Jwks() at `path` in one step: a reader sees the old file or the new one.
  absl::Status WriteJwks(const std::string& path) const;

  absl::StatusOr<std::string> Mint(const TokenClaims& claims) const;

 private:
  TokenMinter(std::string pem, std::string jwk, std::string kid)
      : pem_(std::move(pem)), jwk_(std::move(jwk)), kid_(std::move(kid)) {}

  std::string pem_;
  std::string jwk_;
  std::string kid_;
};

}  // namespace dap::auth

#endif  // DAP_LIBS_AUTH_TOKEN_MINTER_H_
