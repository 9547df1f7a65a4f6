#include "libs/auth/token_verifier.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "libs/auth/claims.h"
#include "libs/auth/fetch.h"
#include "libs/auth/key_source.h"
#include "libs/auth/signature.h"
#include "libs/auth/token_cache.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::auth {
namespace {

// A token verified this long ago is verified anew, so that no mistake lasts as long as the token.
constexpr absl::Duration kCacheLife = absl::Minutes(5);

absl::Status CheckOptions(const TokenOptions& options) {
  const auto bad = [](absl::string_view field, absl::string_view message) {
    return status::Invalid(field, "TOKEN_OPTIONS_INVALID", message);
  };
  if (options.jwks_file.empty() == options.jwks_url.empty()) {
    return bad("jwks", "give either a file or a URL");
  }
  if (!options.jwks_url.empty() && !IsSafeToFetch(options.jwks_url)) {
    return bad("jwks_url", "must begin with https:// (http:// for a loopback address only)");
  }
  if (options.issuer.empty()) return bad("issuer", "must be the exact \"iss\" of the tokens");
  if (options.audience.empty()) return bad("audience", "must be the \"aud\" of the tokens");
  return absl::OkStatus();
}

absl::Status AlgorithmRefused() {
  return status::Unauthenticated(
      "TOKEN_ALGORITHM_REFUSED",
      "The token's signature is of another kind than its key. Only ES256 and RS256 are taken; have "
      "the issuer set so.");
}

}  // namespace

class TokenVerifier::Impl {
 public:
  Impl(TokenOptions options, const time::Clock& clock, std::unique_ptr<KeySource> keys)
      : options_(std::move(options)),
        clock_(clock),
        keys_(std::move(keys)),
        cache_(options_.cache_size) {}

  absl::StatusOr<Principal> Verify(absl::string_view token) {
    const absl::Time now = clock_.Now();
    std::optional<Principal> principal = cache_.Find(token, now, keys_->generation());
    if (!principal) {
      ASSIGN_OR_RETURN(principal, VerifyAnew(token, now));
    }
    if (options_.revoked && options_.revoked(*principal)) {
      return status::Unauthenticated("TOKEN_REVOKED",
                                     "The token's holder may not use this system any more. Ask "
                                     "your administrator.");
    }
    return *std::move(principal);
  }

 private:
  absl::StatusOr<Principal> VerifyAnew(absl::string_view token, absl::Time now) {
    ASSIGN_OR_RETURN(const TokenParts parts, SplitToken(token));
    ASSIGN_OR_RETURN(const TokenHeader header, ReadHeader(parts.header));
    if (header.algorithm != AlgorithmName(Algorithm::kEs256) &&
        header.algorithm != AlgorithmName(Algorithm::kRs256)) {
      return AlgorithmRefused();
    }
    KeySource::Snapshot snapshot;
    ASSIGN_OR_RETURN(const PublicKey key, FindKey(header.kid, snapshot));
    if (header.algorithm != AlgorithmName(key.algorithm)) return AlgorithmRefused();
    if (!SignatureHolds(key.algorithm, key.pem, parts.signed_part, parts.signature)) {
      return status::Unauthenticated(
          "TOKEN_BAD_SIGNATURE",
          "The token's signature does not fit. Get a new token from the issuer, and send it as it "
          "is.");
    }
    ASSIGN_OR_RETURN(
        const Principal principal,
        ReadClaims(parts.payload, {options_.issuer, options_.audience, options_.clock_skew, now}));
    cache_.Put(token, principal, std::min(principal.expires, now + kCacheLife),
               snapshot.generation);
    return principal;
  }

  // `snapshot` becomes the keys among which it was found.
  absl::StatusOr<PublicKey> FindKey(const std::string& kid, KeySource::Snapshot& snapshot) {
    for (int attempt = 0; attempt < 2 && !kid.empty(); ++attempt) {
      if (attempt > 0) keys_->LookAgain();
      snapshot = keys_->Current();
      const auto found = snapshot.keys->find(kid);
      if (found != snapshot.keys->end()) return found->second;
    }
    return status::Unauthenticated(
        "TOKEN_UNKNOWN_KEY",
        "The token is signed with a key that the issuer does not name any more, or not yet. Get a "
        "new token from the issuer; if it has just changed its keys, try again in half a minute.");
  }

  const TokenOptions options_;
  const time::Clock& clock_;
  const std::unique_ptr<KeySource> keys_;
  TokenCache cache_;
};

TokenVerifier::TokenVerifier(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

TokenVerifier::~TokenVerifier() = default;

absl::StatusOr<std::unique_ptr<TokenVerifier>> TokenVerifier::Create(TokenOptions options,
                                                                     const time::Clock& clock) {
  RETURN_IF_ERROR(CheckOptions(options));
  ASSIGN_OR_RETURN(std::unique_ptr<KeySource> keys, KeySource::Create(options));
  return std::unique_ptr<TokenVerifier>(
      new TokenVerifier(std::make_unique<Impl>(std::move(options), clock, std::move(keys))));
}

absl::StatusOr<Principal> TokenVerifier::Verify(absl::string_view token) {
  return impl_->Verify(token);
}

}  // namespace dap::auth
