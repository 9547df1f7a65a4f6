#include "libs/auth/token_minter.h"

#include <gtest/gtest.h>
#include <openssl/sha.h>
#include <sys/stat.h>

#include "libs/auth/jwk.h"
#include "libs/auth/tokens_for_test.h"
#include "libs/status/matchers.h"

namespace dap::auth {
namespace {

using ::dap::status::HasReason;
using ::dap::status::IsOk;

TEST(TokenMinter, NamesItsKeyByTheThumbprint) {
  const TokenMinter minter = *TokenMinter::Generate();
  Json key = Json::parse(minter.Jwks())["keys"][0];
  EXPECT_EQ(key["kid"], minter.kid());
  EXPECT_EQ(key["alg"], "ES256");
  for (const char* member : {"kid", "alg", "use"}) key.erase(member);
  const std::string text = key.dump();  // its members in order, without white space
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  EXPECT_EQ(minter.kid(),
            EncodeBase64Url(absl::string_view(reinterpret_cast<char*>(digest), sizeof(digest))));
}

TEST(TokenMinter, KeysComeOutTheSameFromTheirPem) {
  for (int i = 0; i < 50; ++i) {  // some coordinates begin with zeros
    const TokenMinter minter = *TokenMinter::Generate();
    auto again = TokenMinter::FromPem(minter.pem());
    ASSERT_THAT(again, IsOk());
    EXPECT_EQ(again->Jwks(), minter.Jwks());
    EXPECT_THAT(ParseKeySet(minter.Jwks()), IsOk());
  }
}

TEST(TokenMinter, SignaturesHoldWhateverTheirNumbers) {
  const TokenMinter minter = *TokenMinter::Generate();
  const PublicKey key = (*ParseKeySet(minter.Jwks()))->at(minter.kid());
  for (int i = 0; i < 600; ++i) {  // some of their halves begin with zeros
    const std::string text = std::to_string(i);
    auto signature = Sign(Algorithm::kEs256, minter.pem(), text);
    ASSERT_THAT(signature, IsOk());
    ASSERT_EQ(signature->size(), 86u);
    EXPECT_TRUE(SignatureHolds(Algorithm::kEs256, key.pem, text, *signature));
  }
}

TEST(TokenMinter, MakesItsKeyFileOnceAndForItsOwnerOnly) {
  const std::string path = NewPath("key.pem");
  auto made = TokenMinter::LoadOrCreate(path);
  ASSERT_THAT(made, IsOk());
  struct stat file {};
  ASSERT_EQ(stat(path.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
  EXPECT_EQ(file.st_nlink, 1u);
  auto loaded = TokenMinter::LoadOrCreate(path);
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(loaded->kid(), made->kid());
}

TEST(TokenMinter, RefusesOtherKeys) {
  for (const std::string& pem :
       {std::string(), std::string("garbage"), RsaIssuer().PublicPem(),
        std::string("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")}) {
    EXPECT_THAT(TokenMinter::FromPem(pem), HasReason("KEY_INVALID"));
  }
}

TEST(TokenMinter, SaysWhereItCannotWrite) {
  const TokenMinter minter = *TokenMinter::Generate();
  EXPECT_THAT(minter.WriteJwks("/nonexistent/jwks.json"), HasReason("FILE_NOT_WRITTEN"));
  EXPECT_THAT(TokenMinter::LoadOrCreate("/nonexistent/key.pem"), HasReason("FILE_NOT_WRITTEN"));
}

}  // namespace
}  // namespace dap::auth
