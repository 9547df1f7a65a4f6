// An issuer for tests: keys of both kinds, and tokens that may be wrong in any way.
#ifndef DAP_LIBS_AUTH_TOKENS_FOR_TEST_H_
#define DAP_LIBS_AUTH_TOKENS_FOR_TEST_H_

#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/auth/token_minter.h"
#include "libs/auth/token_verifier.h"

namespace dap::auth {

using Json = nlohmann::json;

inline constexpr char kIssuer[] = "https://id.example.com";
inline constexpr char kAudience[] = "dap";
inline constexpr char kStaff[] = "0191f2c4-7b1e-7a30-9c55-0a1b2c3d4e5f";
inline constexpr char kOrganisation[] = "0191f2c4-7b1e-7a30-9c55-aaaaaaaaaaaa";

// The time at which the tests happen.
absl::Time TestNow();

// The payload of a good token of a participant that ends in an hour.
Json GoodClaims();
// The same for the minter.
TokenClaims GoodTokenClaims();

// header.payload, encoded.
std::string SignedPart(const Json& header, const Json& payload);

// Signed with the minter's ES256 key, whatever the header says.
std::string EsToken(const TokenMinter& minter, const Json& header, const Json& payload);
// With the header such a token should have.
std::string EsToken(const TokenMinter& minter, const Json& payload);

// An RSA key made with OpenSSL, which also signs, so that RS256 is checked against another's work.
class RsaIssuer {
 public:
  explicit RsaIssuer(int bits = 2048);
  ~RsaIssuer();
  RsaIssuer(const RsaIssuer&) = delete;
  RsaIssuer& operator=(const RsaIssuer&) = delete;

  Json Jwk(const std::string& kid) const;
  std::string Token(const Json& header, const Json& payload) const;
  std::string PublicPem() const;

 private:
  struct Key;
  Key* const key_;
};

// HMAC-SHA256 of the text with this secret, as a JWT has it.
std::string Hs256(absl::string_view secret, absl::string_view text);

// A path in the test's folder that no other call gets, and the writing of a file as a whole.
std::string NewPath(absl::string_view name);
void WriteFile(const std::string& path, absl::string_view text);

// Options that read this file and look at it only when a key is missing.
TokenOptions FileOptions(const std::string& jwks_file);

}  // namespace dap::auth

#endif  // DAP_LIBS_AUTH_TOKENS_FOR_TEST_H_
