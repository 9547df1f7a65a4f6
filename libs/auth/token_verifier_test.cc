#include "libs/auth/token_verifier.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/auth/jwk.h"
#include "libs/auth/tokens_for_test.h"
#include "libs/status/matchers.h"

namespace dap::auth {
namespace {

using ::dap::options::v1::ROLE_COACH;
using ::dap::options::v1::ROLE_HR_SYSTEM;
using ::dap::options::v1::ROLE_OPERATOR;
using ::dap::options::v1::ROLE_PARTICIPANT;
using ::dap::options::v1::ROLE_PATRON;
using ::dap::status::HasReason;
using ::dap::status::IsOk;
using ::dap::status::StatusIs;

class TokenVerifierTest : public testing::Test {
 protected:
  TokenVerifierTest() {
    WriteFile(path_,
              Json{{"keys", {Json::parse(es_.Jwks())["keys"][0], rsa_.Jwk("rsa-1")}}}.dump());
    Restart(FileOptions(path_));
  }

  void Restart(TokenOptions options) {
    auto verifier = TokenVerifier::Create(std::move(options), clock_);
    ASSERT_THAT(verifier, IsOk());
    verifier_ = *std::move(verifier);
  }

  std::string With(absl::string_view claim, const Json& value) const {
    Json claims = GoodClaims();
    claims[std::string(claim)] = value;
    return EsToken(es_, claims);
  }
  std::string Without(absl::string_view claim) const {
    Json claims = GoodClaims();
    claims.erase(std::string(claim));
    return EsToken(es_, claims);
  }
  Json Header(const std::string& algorithm) const {
    return {{"alg", algorithm}, {"typ", "JWT"}, {"kid", es_.kid()}};
  }
  // Seconds since 1970, `offset` from now.
  static int64_t At(int64_t offset) { return absl::ToUnixSeconds(TestNow()) + offset; }

  static const RsaIssuer& Rsa() {
    static const auto* const issuer = new RsaIssuer();
    return *issuer;
  }

  time::ManualClock clock_{TestNow()};
  const std::string path_ = NewPath("jwks.json");
  const TokenMinter es_ = *TokenMinter::Generate();
  const RsaIssuer& rsa_ = Rsa();
  std::unique_ptr<TokenVerifier> verifier_;
};

TEST_F(TokenVerifierTest, GivesThePrincipalOfAnEs256Token) {
  TokenClaims claims = GoodTokenClaims();
  claims.roles = {ROLE_PARTICIPANT, ROLE_PATRON};
  auto principal = verifier_->Verify(*es_.Mint(claims));
  ASSERT_THAT(principal, IsOk());
  EXPECT_EQ(principal->subject, kStaff);
  EXPECT_EQ(principal->staff.ToString(), kStaff);
  EXPECT_EQ(principal->organisation.ToString(), kOrganisation);
  EXPECT_EQ(principal->roles, (RoleSet{ROLE_PARTICIPANT, ROLE_PATRON}));
  EXPECT_EQ(principal->expires, claims.expires);
}

TEST_F(TokenVerifierTest, GivesThePrincipalOfAnRs256Token) {
  const std::string token = rsa_.Token({{"alg", "RS256"}, {"kid", "rsa-1"}}, GoodClaims());
  auto principal = verifier_->Verify(token);
  ASSERT_THAT(principal, IsOk());
  EXPECT_EQ(principal->staff.ToString(), kStaff);
}

TEST_F(TokenVerifierTest, TakesWhatIsAllowed) {
  const struct {
    const char* what;
    std::string token;
  } cases[] = {
      {"audience in a list", With("aud", {"other", kAudience})},
      {"ended less than the skew ago", With("exp", At(-59))},
      {"begins in less than the skew", With("nbf", At(60))},
      {"issued by a clock ahead by the skew", With("iat", At(60))},
      {"times with fractions", With("iat", static_cast<double>(At(0)) + 0.5)},
      {"an id in upper case", With("sub", "0191F2C4-7B1E-7A30-9C55-0A1B2C3D4E5F")},
      {"a claim of another's", With("nickname", "x")},
      {"no typ", EsToken(es_, {{"alg", "ES256"}, {"kid", es_.kid()}}, GoodClaims())},
      {"typ at+jwt",
       EsToken(es_, {{"alg", "ES256"}, {"kid", es_.kid()}, {"typ", "at+jwt"}}, GoodClaims())},
  };
  for (const auto& c : cases) EXPECT_THAT(verifier_->Verify(c.token), IsOk()) << c.what;
}

TEST_F(TokenVerifierTest, RefusesWhatTheClaimsForbid) {
  const struct {
    const char* what;
    std::string token;
    const char* reason;
  } cases[] = {
      {"ended the skew ago", With("exp", At(-60)), "TOKEN_EXPIRED"},
      {"begins after the skew", With("nbf", At(61)), "TOKEN_NOT_YET_VALID"},
      {"issued after the skew", With("iat", At(61)), "TOKEN_NOT_YET_VALID"},
      {"wrong issuer", With("iss", "https://id.example.com/"), "TOKEN_WRONG_ISSUER"},
      {"no issuer", Without("iss"), "TOKEN_WRONG_ISSUER"},
      {"issuer no text", With("iss", {kIssuer}), "TOKEN_WRONG_ISSUER"},
      {"wrong audience", With("aud", "dap2"), "TOKEN_WRONG_AUDIENCE"},
      {"wrong audiences", With("aud", {"a", "b"}), "TOKEN_WRONG_AUDIENCE"},
      {"odd audiences", With("aud", {1, nullptr, {kAudience}}), "TOKEN_WRONG_AUDIENCE"},
      {"no audience", Without("aud"), "TOKEN_WRONG_AUDIENCE"},
      {"no end", Without("exp"), "TOKEN_MALFORMED"},
      {"end no number", With("exp", "1900000000"), "TOKEN_MALFORMED"},
      {"end never", With("exp", 1e300), "TOKEN_MALFORMED"},
      {"end before 1970", With("exp", -1), "TOKEN_MALFORMED"},
      {"not issued", Without("iat"), "TOKEN_MALFORMED"},
      {"nbf no number", With("nbf", "0"), "TOKEN_MALFORMED"},
      {"unknown role", With("roles", {"PARTICIPANT", "KING"}), "TOKEN_MALFORMED"},
      {"role unspecified", With("roles", {"UNSPECIFIED"}), "TOKEN_MALFORMED"},
      {"role in the proto's spelling", With("roles", {"ROLE_COACH"}), "TOKEN_MALFORMED"},
      {"role in lower case", With("roles", {"coach"}), "TOKEN_MALFORMED"},
      {"no roles", Without("roles"), "TOKEN_MALFORMED"},
      {"empty roles", With("roles", Json::array()), "TOKEN_MALFORMED"},
      {"roles as text", With("roles", "COACH"), "TOKEN_MALFORMED"},
      {"subject no UUID", With("sub", "anna"), "TOKEN_MALFORMED"},
      {"subject nil", With("sub", "00000000-0000-0000-0000-000000000000"), "TOKEN_MALFORMED"},
      {"no subject", Without("sub"), "TOKEN_MALFORMED"},
      {"subject no text", With("sub", 7), "TOKEN_MALFORMED"},
      {"no organisation", Without("org"), "TOKEN_MALFORMED"},
      {"organisation no UUID", With("org", "acme"), "TOKEN_MALFORMED"},
      {"organisation nil", With("org", "00000000-0000-0000-0000-000000000000"), "TOKEN_MALFORMED"},
      {"operator of an organisation", With("roles", {"OPERATOR"}), "TOKEN_MALFORMED"},
      {"HR system and coach", With("roles", {"HR_SYSTEM", "COACH"}), "TOKEN_MALFORMED"},
      {"payload a list", EsToken(es_, Json::array()), "TOKEN_MALFORMED"},
  };
  for (const auto& c : cases) {
    auto result = verifier_->Verify(c.token);
    EXPECT_THAT(result, StatusIs(absl::StatusCode::kUnauthenticated)) << c.what;
    EXPECT_THAT(result, HasReason(c.reason)) << c.what;
  }
}

TEST_F(TokenVerifierTest, RefusesForgeries) {
  const std::string good = EsToken(es_, GoodClaims());
  const std::vector<std::string> parts = absl::StrSplit(good, '.');
  Json operator_claims = GoodClaims();
  operator_claims["roles"] = {"ORG_ADMIN"};
  const std::string other_payload =
      std::vector<std::string>(absl::StrSplit(SignedPart({}, operator_claims), '.'))[1];
  const auto keys = *ParseKeySet(es_.Jwks());
  const std::string es_pem = keys->at(es_.kid()).pem;
  const auto hs256 = [](const std::string& secret, const Json& header) {
    const std::string text = SignedPart(header, GoodClaims());
    return absl::StrCat(text, ".", Hs256(secret, text));
  };
  const TokenMinter stranger = *TokenMinter::Generate();
  const std::string zeros(86, 'A');
  const struct {
    const char* what;
    std::string token;
    const char* reason;
  } cases[] = {
      {"payload changed", absl::StrCat(parts[0], ".", other_payload, ".", parts[2]),
       "TOKEN_BAD_SIGNATURE"},
      {"another's signature under our kid", EsToken(stranger, Header("ES256"), GoodClaims()),
       "TOKEN_BAD_SIGNATURE"},
      {"no signature", absl::StrCat(parts[0], ".", parts[1], "."), "TOKEN_BAD_SIGNATURE"},
      {"signature of zeros", absl::StrCat(parts[0], ".", parts[1], ".", zeros),
       "TOKEN_BAD_SIGNATURE"},
      {"signature cut", good.substr(0, good.size() - 4), "TOKEN_BAD_SIGNATURE"},
      {"signature padded", good + "==", "TOKEN_BAD_SIGNATURE"},
      {"signature with a high byte", good.substr(0, good.size() - 1) + "\xFF",
       "TOKEN_BAD_SIGNATURE"},
      {"a stranger's kid", EsToken(stranger, GoodClaims()), "TOKEN_UNKNOWN_KEY"},
      {"no kid", EsToken(es_, {{"alg", "ES256"}}, GoodClaims()), "TOKEN_UNKNOWN_KEY"},
      {"alg none", SignedPart(Header("none"), GoodClaims()) + ".", "TOKEN_ALGORITHM_REFUSED"},
      {"alg None", SignedPart(Header("None"), GoodClaims()) + ".", "TOKEN_ALGORITHM_REFUSED"},
      {"alg none with a signature", EsToken(es_, Header("none"), GoodClaims()),
       "TOKEN_ALGORITHM_REFUSED"},
      {"alg of no one", EsToken(es_, Header("XX999"), GoodClaims()), "TOKEN_ALGORITHM_REFUSED"},
      {"alg in lower case", EsToken(es_, Header("es256"), GoodClaims()), "TOKEN_ALGORITHM_REFUSED"},
      {"HS256 with the EC public key", hs256(es_pem, Header("HS256")), "TOKEN_ALGORITHM_REFUSED"},
      {"HS256 with the RSA public key",
       hs256(rsa_.PublicPem(), {{"alg", "HS256"}, {"kid", "rsa-1"}}), "TOKEN_ALGORITHM_REFUSED"},
      {"the RSA key's id with ES256",
       EsToken(es_, {{"alg", "ES256"}, {"kid", "rsa-1"}}, GoodClaims()), "TOKEN_ALGORITHM_REFUSED"},
      {"the EC key's id with RS256", rsa_.Token(Header("RS256"), GoodClaims()),
       "TOKEN_ALGORITHM_REFUSED"},
      {"RS256 payload changed",
       absl::StrCat(rsa_.Token({{"alg", "RS256"}, {"kid", "rsa-1"}}, GoodClaims()), "AAAA"),
       "TOKEN_BAD_SIGNATURE"},
  };
  for (const auto& c : cases) {
    auto result = verifier_->Verify(c.token);
    EXPECT_THAT(result, StatusIs(absl::StatusCode::kUnauthenticated)) << c.what;
    EXPECT_THAT(result, HasReason(c.reason)) << c.what;
  }
}

TEST_F(TokenVerifierTest, RefusesWhatIsNoToken) {
  Json big = GoodClaims();
  big["padding"] = std::string(8192, 'x');
  Json critical = Header("ES256");
  critical["crit"] = {"exp"};
  Json typed = Header("ES256");
  typed["typ"] = "JOSE";
  const std::string good = EsToken(es_, GoodClaims());
  const std::string cases[] = {
      "",
      ".",
      "..",
      "...",
      "garbage",
      std::string("\0\xFF\x80", 3),
      "e30.e30.e30",
      "!!!.e30.e30",
      "bnVsbA.e30.e30",
      std::string(1 << 20, 'a'),
      absl::StrCat(std::string(4000, '['), ".e30.e30"),
      "\xC3\xA9" + good,
      " " + good,
      good + ".",
      good + ".e30",
      EsToken(es_, big),
      EsToken(es_, critical, GoodClaims()),
      EsToken(es_, typed, GoodClaims()),
      EsToken(es_, {{"kid", es_.kid()}}, GoodClaims()),
      EsToken(es_, {{"kid", es_.kid()}, {"alg", 7}}, GoodClaims()),
  };
  for (const std::string& token : cases) {
    EXPECT_THAT(verifier_->Verify(token), HasReason("TOKEN_MALFORMED")) << token.substr(0, 40);
  }
}

TEST_F(TokenVerifierTest, RepeatsNothingOfTheToken) {
  Json claims = GoodClaims();
  for (const char* claim : {"iss", "aud", "sub", "org", "exp"}) {
    Json wrong = claims;
    wrong[claim] = "secret-marker";
    auto result = verifier_->Verify(EsToken(es_, wrong));
    EXPECT_FALSE(absl::StrContains(result.status().ToString(), "secret-marker")) << claim;
  }
  auto unknown =
      verifier_->Verify(EsToken(es_, {{"alg", "ES256"}, {"kid", "secret-marker"}}, GoodClaims()));
  EXPECT_FALSE(absl::StrContains(unknown.status().ToString(), "secret-marker"));
}

TEST_F(TokenVerifierTest, KnowsSystems) {
  Json hr = GoodClaims();
  hr["sub"] = "workday";
  hr["roles"] = {"HR_SYSTEM"};
  auto principal = verifier_->Verify(EsToken(es_, hr));
  ASSERT_THAT(principal, IsOk());
  EXPECT_EQ(principal->subject, "workday");
  EXPECT_TRUE(principal->staff.is_nil());
  EXPECT_FALSE(principal->organisation.is_nil());
  EXPECT_TRUE(principal->Has(ROLE_HR_SYSTEM));

  Json keeper = hr;
  keeper["roles"] = {"OPERATOR"};
  keeper.erase("org");
  principal = verifier_->Verify(EsToken(es_, keeper));
  ASSERT_THAT(principal, IsOk());
  EXPECT_TRUE(principal->organisation.is_nil());
  EXPECT_TRUE(principal->Has(ROLE_OPERATOR));
}

TEST_F(TokenVerifierTest, RememberedTokensStillEnd) {
  const std::string token = With("exp", At(60));
  ASSERT_THAT(verifier_->Verify(token), IsOk());
  clock_.Advance(absl::Seconds(119));
  EXPECT_THAT(verifier_->Verify(token), IsOk());
  clock_.Advance(absl::Seconds(1));
  EXPECT_THAT(verifier_->Verify(token), HasReason("TOKEN_EXPIRED"));
}

TEST_F(TokenVerifierTest, ATokenLikeARememberedOneIsNotThatOne) {
  std::string token = EsToken(es_, GoodClaims());
  ASSERT_THAT(verifier_->Verify(token), IsOk());
  for (size_t i = 0; i < token.size(); i += 7) {
    std::string other = token;
    other[i] = other[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verifier_->Verify(other).ok()) << i;
  }
}

TEST_F(TokenVerifierTest, AsksEachTimeWhetherTheHolderIsRevoked) {
  bool revoked = false;
  TokenOptions options = FileOptions(path_);
  options.revoked = [&revoked](const Principal& principal) {
    return revoked && principal.subject == kStaff;
  };
  Restart(options);
  const std::string token = EsToken(es_, GoodClaims());
  EXPECT_THAT(verifier_->Verify(token), IsOk());
  revoked = true;
  EXPECT_THAT(verifier_->Verify(token), HasReason("TOKEN_REVOKED"));
  revoked = false;
  EXPECT_THAT(verifier_->Verify(token), IsOk());
}

TEST_F(TokenVerifierTest, RefusesOptionsThatContradict) {
  const std::function<void(TokenOptions&)> breaks[] = {
      [](TokenOptions& o) { o.jwks_file.clear(); },
      [](TokenOptions& o) { o.jwks_url = "https://id.example.com/keys"; },
      [](TokenOptions& o) { o.jwks_file.clear(), o.jwks_url = "http://id.example.com/keys"; },
      [](TokenOptions& o) { o.jwks_file.clear(), o.jwks_url = "http://127.0.0.1.example.com/keys"; },
      [](TokenOptions& o) { o.jwks_file.clear(), o.jwks_url = "http://127.0.0.1:80@example.com/keys"; },
      [](TokenOptions& o) { o.jwks_file.clear(), o.jwks_url = "file:///etc/passwd"; },
      [](TokenOptions& o) { o.issuer.clear(); },
      [](TokenOptions& o) { o.audience.clear(); },
  };
  for (const auto& spoil : breaks) {
    TokenOptions options = FileOptions(path_);
    spoil(options);
    EXPECT_THAT(TokenVerifier::Create(options, clock_), HasReason("TOKEN_OPTIONS_INVALID"));
  }
}

}  // namespace
}  // namespace dap::auth
