// The two JSON parts of a JWT and the checks of what they say. Pure. Internal to libs/auth.
#ifndef DAP_LIBS_AUTH_CLAIMS_H_
#define DAP_LIBS_AUTH_CLAIMS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/auth/principal.h"

namespace dap::auth {

// Views into a compact JWT; they live as long as its text.
struct TokenParts {
  absl::string_view header;
  absl::string_view payload;
  absl::string_view signature;
  absl::string_view signed_part;  // header, dot, payload
};

struct TokenHeader {
  std::string algorithm;
  std::string kid;
};

// What a token must say, and when it is read.
struct ClaimRules {
  absl::string_view issuer;
  absl::string_view audience;
  absl::Duration clock_skew;
  absl::Time now;
};

// UNAUTHENTICATED (TOKEN_MALFORMED): the error for a token that is none of ours; `what` continues
// "The token " and must not come from the token.
absl::Status Malformed(absl::string_view what);

// TOKEN_MALFORMED unless it is three parts, of at most 8 KB together.
absl::StatusOr<TokenParts> SplitToken(absl::string_view token);
// TOKEN_MALFORMED without `alg`, for a `typ` that is neither JWT nor at+jwt, and for any `crit`,
// since no extension is understood here.
absl::StatusOr<TokenHeader> ReadHeader(absl::string_view encoded);
// The principal of a payload whose signature holds. Errors as TokenVerifier::Verify gives them.
absl::StatusOr<Principal> ReadClaims(absl::string_view encoded, const ClaimRules& rules);

}  // namespace dap::auth

#endif  // DAP_LIBS_AUTH_CLAIMS_H_
