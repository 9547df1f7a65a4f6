#include "libs/auth/jwk.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/sha.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::auth {
namespace {

using Json = nlohmann::json;

constexpr size_t kCoordinateBytes = 32;
constexpr int kMinRsaBits = 2048;
constexpr int kMaxRsaBits = 8192;

struct Free {
  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
  void operator()(EVP_PKEY_CTX* p) const { EVP_PKEY_CTX_free(p); }
  void operator()(BIO* p) const { BIO_free_all(p); }
  void operator()(BIGNUM* p) const { BN_free(p); }
  void operator()(OSSL_PARAM* p) const { OSSL_PARAM_free(p); }
  void operator()(OSSL_PARAM_BLD* p) const { OSSL_PARAM_BLD_free(p); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

absl::Status BadSet(absl::string_view what) {
  return status::Invalid("jwks", "KEYS_INVALID", what);
}

absl::Status BadKey() {
  return status::Invalid(
      "key", "KEY_INVALID",
      "is no PEM private key on P-256. Make one with dapctl, or: openssl genpkey "
      "-algorithm EC -pkeyopt ec_paramgen_curve:P-256");
}

// A string member; empty where there is none.
std::string Text(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool Bytes(const Json& object, const char* name, std::string& bytes) {
  return DecodeBase64Url(Text(object, name), bytes) && !bytes.empty();
}

std::string ReadBio(BIO* bio) {
  char* data = nullptr;
  const auto size = static_cast<size_t>(BIO_get_mem_data(bio, &data));
  return std::string(data, size);
}

Owned<EVP_PKEY> FromParams(const char* type, OSSL_PARAM_BLD* builder) {
  Owned<OSSL_PARAM> params(OSSL_PARAM_BLD_to_param(builder));
  Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return nullptr;
  }
  return Owned<EVP_PKEY>(key);
}

// Null for coordinates that are no point of the curve.
Owned<EVP_PKEY> EcKey(const Json& jwk) {
  std::string x;
  std::string y;
  if (!Bytes(jwk, "x", x) || !Bytes(jwk, "y", y) || x.size() != kCoordinateBytes ||
      y.size() != kCoordinateBytes) {
    return nullptr;
  }
  const std::string point = absl::StrCat("\x04", x, y);
  Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                   point.size());
  return FromParams("EC", builder.get());
}

Owned<BIGNUM> Number(const std::string& bytes) {
  return Owned<BIGNUM>(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                                 static_cast<int>(bytes.size()), nullptr));
}

// Null for a modulus of the wrong size.
Owned<EVP_PKEY> RsaKey(const Json& jwk) {
  std::string modulus;
  std::string exponent;
  if (!Bytes(jwk, "n", modulus) || !Bytes(jwk, "e", exponent)) return nullptr;
  Owned<BIGNUM> n = Number(modulus);
  Owned<BIGNUM> e = Number(exponent);
  const int bits = BN_num_bits(n.get());
  if (bits < kMinRsaBits || bits > kMaxRsaBits || !BN_is_odd(e.get()) || BN_is_one(e.get())) {
    return nullptr;
  }
  Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  return FromParams("RSA", builder.get());
}

// Whether tokens can be signed with it, judged by what the key says of itself.
bool IsForUs(const Json& jwk, Algorithm algorithm) {
  const std::string use = Text(jwk, "use");
  const std::string alg = Text(jwk, "alg");
  return (use.empty() || use == "sig") && (alg.empty() || alg == AlgorithmName(algorithm));
}

absl::Status AddKey(const Json& jwk, KeySet& keys) {
  if (!jwk.is_object()) return BadSet("a key is no JSON object");
  const std::string kid = Text(jwk, "kid");
  const std::string kty = Text(jwk, "kty");
  if (kty == "oct" || jwk.contains("d")) {
    return BadSet(absl::StrCat("key \"", kid,
                               "\" is a secret one: it must be replaced, and only "
                               "public keys belong here"));
  }
  const bool is_ec = kty == "EC" && Text(jwk, "crv") == "P-256";
  if (kid.empty() || (!is_ec && kty != "RSA")) return absl::OkStatus();
  const Algorithm algorithm = is_ec ? Algorithm::kEs256 : Algorithm::kRs256;
  if (!IsForUs(jwk, algorithm)) return absl::OkStatus();
  const Owned<EVP_PKEY> key = is_ec ? EcKey(jwk) : RsaKey(jwk);
  const Owned<BIO> bio(BIO_new(BIO_s_mem()));
  if (!key || PEM_write_bio_PUBKEY(bio.get(), key.get()) != 1) {
    return BadSet(absl::StrCat("key \"", kid,
                               "\" is broken, or an RSA key outside 2,048 to 8,192 "
                               "bits"));
  }
  if (!keys.try_emplace(kid, PublicKey{algorithm, ReadBio(bio.get())}).second) {
    return BadSet(absl::StrCat("key id \"", kid, "\" is there twice"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::shared_ptr<const KeySet>> ParseKeySet(absl::string_view json) {
  const Json set = Json::parse(json.begin(), json.end(), nullptr, /*allow_exceptions=*/false);
  if (!set.is_object() || !set.contains("keys") || !set["keys"].is_array()) {
    return BadSet("is no JSON object with an array \"keys\"");
  }
  auto keys = std::make_shared<KeySet>();
  for (const Json& jwk : set["keys"]) RETURN_IF_ERROR(AddKey(jwk, *keys));
  if (keys->empty()) return BadSet("has no P-256 or RSA signature key with a \"kid\"");
  return std::shared_ptr<const KeySet>(std::move(keys));
}

absl::StatusOr<EcJwk> PublicJwk(absl::string_view private_pem) {
  Owned<BIO> bio(BIO_new_mem_buf(private_pem.data(), static_cast<int>(private_pem.size())));
  // A callback that gives no password: without one OpenSSL would ask the terminal.
  const auto no_password = [](char*, int, int, void*) { return -1; };
  Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
  char group[32] = "";
  if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_EC ||
      EVP_PKEY_get_utf8_string_param(key.get(), OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof(group),
                                     nullptr) != 1 ||
      absl::string_view(group) != "prime256v1") {
    return BadKey();
  }
  std::string coordinates[2];
  const char* const names[2] = {OSSL_PKEY_PARAM_EC_PUB_X, OSSL_PKEY_PARAM_EC_PUB_Y};
  for (int i = 0; i < 2; ++i) {
    BIGNUM* number = nullptr;
    if (EVP_PKEY_get_bn_param(key.get(), names[i], &number) != 1) return BadKey();
    Owned<BIGNUM> owned(number);
    std::string bytes(kCoordinateBytes, '\0');
    BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()), kCoordinateBytes);
    coordinates[i] = EncodeBase64Url(bytes);
  }
  // The thumbprint's input: these members, in this order, without white space.
  const std::string members = absl::StrCat(R"("crv":"P-256","kty":"EC","x":")", coordinates[0],
                                           R"(","y":")", coordinates[1], "\"");
  const std::string input = absl::StrCat("{", members, "}");
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(input.data()), input.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  const std::string kid = EncodeBase64Url(digest);
  return EcJwk{absl::StrCat("{", members, R"(,"alg":"ES256","use":"sig","kid":")", kid, "\"}"),
               kid};
}

absl::StatusOr<std::string> NewPrivateKey() {
  Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  Owned<BIO> bio(BIO_new(BIO_s_mem()));
  if (!key || PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                            nullptr) != 1) {
    return status::Internal("OpenSSL cannot make a P-256 key");
  }
  return ReadBio(bio.get());
}

}  // namespace dap::auth
