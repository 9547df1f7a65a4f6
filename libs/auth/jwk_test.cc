#include "libs/auth/jwk.h"

#include <gtest/gtest.h>

#include "libs/auth/tokens_for_test.h"
#include "libs/status/matchers.h"

namespace dap::auth {
namespace {

// The key and the token of RFC 7515, appendix A.3.
constexpr char kRfcKey[] = R"({"kty":"EC","crv":"P-256","kid":"rfc",
  "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
  "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})";
constexpr char kRfcSignedPart[] =
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNv"
    "bS9pc19yb290Ijp0cnVlfQ";
constexpr char kRfcSignature[] =
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

std::string Set(const Json& keys) { return Json{{"keys", keys}}.dump(); }

Json Changed(const char* member, const Json& value) {
  Json key = Json::parse(kRfcKey);
  key[member] = value;
  return key;
}

TEST(KeySet, VerifiesTheRfcsSignature) {
  auto keys = ParseKeySet(Set(Json::array({Json::parse(kRfcKey)})));
  ASSERT_THAT(keys, status::IsOk());
  const PublicKey& key = (*keys)->at("rfc");
  EXPECT_EQ(key.algorithm, Algorithm::kEs256);
  EXPECT_TRUE(SignatureHolds(key.algorithm, key.pem, kRfcSignedPart, kRfcSignature));
  EXPECT_FALSE(SignatureHolds(key.algorithm, key.pem, "x", kRfcSignature));
  EXPECT_FALSE(SignatureHolds(Algorithm::kRs256, key.pem, kRfcSignedPart, kRfcSignature));
}

TEST(KeySet, PassesOverWhatTokensCannotUse) {
  Json without_id = Json::parse(kRfcKey);
  without_id.erase("kid");
  const Json others[] = {
      without_id,
      Changed("use", "enc"),
      Changed("alg", "ES384"),
      Changed("crv", "P-384"),
      Json{{"kty", "OKP"}, {"crv", "Ed25519"}, {"kid", "ed"}, {"x", "AA"}},
  };
  for (const Json& other : others) {
    auto keys = ParseKeySet(Set(Json::array({other, RsaIssuer().Jwk("rsa")})));
    ASSERT_THAT(keys, status::IsOk()) << other;
    EXPECT_EQ((*keys)->size(), 1u) << other;
    EXPECT_THAT(ParseKeySet(Set(Json::array({other}))), status::HasReason("KEYS_INVALID"));
  }
}

TEST(KeySet, RefusesWhatIsBrokenOrSecret) {
  const Json good = Json::parse(kRfcKey);
  const std::string cases[] = {
      "",
      "[]",
      "{}",
      R"({"keys":{}})",
      R"({"keys":[]})",
      R"({"keys":[7]})",
      Set(Json::array({good, good})),
      Set(Json::array({Changed("x", "AAAA")})),
      Set(Json::array({Changed("x", good["y"])})),
      Set(Json::array({Changed("x", 7)})),
      Set(Json::array({Changed("d", "jpsQ")})),
      Set(Json::array({good, Json{{"kty", "oct"}, {"kid", "s"}, {"k", "AAAA"}}})),
      Set(Json::array({good, RsaIssuer(1024).Jwk("small")})),
      Set(Json::array({good, Json{{"kty", "RSA"}, {"kid", "r"}, {"n", "AQAB"}, {"e", "AQAB"}}})),
  };
  for (const std::string& text : cases) {
    EXPECT_THAT(ParseKeySet(text), status::HasReason("KEYS_INVALID")) << text;
  }
}

TEST(Base64Url, IsReadInOneWayOnly) {
  std::string bytes;
  EXPECT_TRUE(DecodeBase64Url("_-8", bytes));
  EXPECT_EQ(bytes, "\xFF\xEF");
  for (const char* text : {"_-8=", "/+8", "_-9", "_", "_-8\n", " _-8", "_-8\xFF"}) {
    EXPECT_FALSE(DecodeBase64Url(text, bytes)) << text;
  }
}

}  // namespace
}  // namespace dap::auth
