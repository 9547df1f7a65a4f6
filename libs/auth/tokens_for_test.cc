#include "libs/auth/tokens_for_test.h"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "libs/auth/signature.h"

namespace dap::auth {
namespace {

std::string Encode(const Json& json) { return EncodeBase64Url(json.dump()); }

}  // namespace

absl::Time TestNow() { return absl::FromUnixSeconds(1800000000); }

Json GoodClaims() {
  const int64_t now = absl::ToUnixSeconds(TestNow());
  return {{"iss", kIssuer}, {"aud", kAudience},  {"sub", kStaff},           {"org", kOrganisation},
          {"iat", now},     {"exp", now + 3600}, {"roles", {"PARTICIPANT"}}};
}

TokenClaims GoodTokenClaims() {
  TokenClaims claims;
  claims.issuer = kIssuer;
  claims.audience = kAudience;
  claims.subject = kStaff;
  claims.organisation = kOrganisation;
  claims.roles = {options::v1::ROLE_PARTICIPANT};
  claims.issued = TestNow();
  claims.expires = TestNow() + absl::Hours(1);
  return claims;
}

std::string SignedPart(const Json& header, const Json& payload) {
  return absl::StrCat(Encode(header), ".", Encode(payload));
}

std::string EsToken(const TokenMinter& minter, const Json& header, const Json& payload) {
  const std::string text = SignedPart(header, payload);
  return absl::StrCat(text, ".", *Sign(Algorithm::kEs256, minter.pem(), text));
}

std::string EsToken(const TokenMinter& minter, const Json& payload) {
  return EsToken(minter, {{"alg", "ES256"}, {"typ", "JWT"}, {"kid", minter.kid()}}, payload);
}

struct RsaIssuer::Key {
  EVP_PKEY* pkey;
};

RsaIssuer::RsaIssuer(int bits) : key_(new Key{EVP_RSA_gen(static_cast<unsigned int>(bits))}) {
  EXPECT_NE(key_->pkey, nullptr);
}

RsaIssuer::~RsaIssuer() {
  EVP_PKEY_free(key_->pkey);
  delete key_;
}

Json RsaIssuer::Jwk(const std::string& kid) const {
  const auto number = [this](const char* name) {
    BIGNUM* value = nullptr;
    EXPECT_EQ(EVP_PKEY_get_bn_param(key_->pkey, name, &value), 1);
    std::string bytes(BN_num_bytes(value), '\0');
    BN_bn2bin(value, reinterpret_cast<unsigned char*>(bytes.data()));
    BN_free(value);
    return EncodeBase64Url(bytes);
  };
  return {{"kty", "RSA"},
          {"kid", kid},
          {"use", "sig"},
          {"n", number(OSSL_PKEY_PARAM_RSA_N)},
          {"e", number(OSSL_PKEY_PARAM_RSA_E)}};
}

std::string RsaIssuer::Token(const Json& header, const Json& payload) const {
  const std::string text = SignedPart(header, payload);
  std::string signature(EVP_PKEY_get_size(key_->pkey), '\0');
  size_t size = signature.size();
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EXPECT_EQ(EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key_->pkey), 1);
  EXPECT_EQ(EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size,
                           reinterpret_cast<const unsigned char*>(text.data()), text.size()),
            1);
  EVP_MD_CTX_free(context);
  return absl::StrCat(text, ".", EncodeBase64Url(signature));
}

std::string RsaIssuer::PublicPem() const {
  BIO* bio = BIO_new(BIO_s_mem());
  EXPECT_EQ(PEM_write_bio_PUBKEY(bio, key_->pkey), 1);
  char* data = nullptr;
  const auto size = static_cast<size_t>(BIO_get_mem_data(bio, &data));
  std::string pem(data, size);
  BIO_free_all(bio);
  return pem;
}

std::string Hs256(absl::string_view secret, absl::string_view text) {
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac, &size);
  return EncodeBase64Url(absl::string_view(reinterpret_cast<char*>(mac), size));
}

std::string NewPath(absl::string_view name) {
  static std::atomic<int> count{0};
  return absl::StrCat(testing::TempDir(), "/auth_", getpid(), "_", count++, "_", name);
}

void WriteFile(const std::string& path, absl::string_view text) {
  const std::string beside = absl::StrCat(path, ".new");
  std::ofstream(beside, std::ios::binary) << text;
  ASSERT_EQ(std::rename(beside.c_str(), path.c_str()), 0);
}

TokenOptions FileOptions(const std::string& jwks_file) {
  TokenOptions options;
  options.jwks_file = jwks_file;
  options.issuer = kIssuer;
  options.audience = kAudience;
  options.file_check = absl::Hours(1);
  options.file_reread = absl::ZeroDuration();
  options.key_wait = absl::Seconds(30);
  return options;
}

}  // namespace dap::auth
