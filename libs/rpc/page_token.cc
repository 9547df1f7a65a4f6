#include "libs/rpc/page_token.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/status/error.h"

namespace dap::rpc {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;

// A token is base64url of: version, the query's fingerprint, the MAC of all else, the position.
constexpr char kVersion = 1;
constexpr size_t kFingerprintBytes = 16;
constexpr size_t kMacBytes = SHA256_DIGEST_LENGTH;
constexpr size_t kHeaderBytes = 1 + kFingerprintBytes + kMacBytes;
constexpr size_t kMinKeyBytes = 32;

std::string Sha256(absl::string_view text) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

// Any fingerprint a caller has, as the 16 bytes that stand in a token.
std::string Short(absl::string_view fingerprint) {
  return Sha256(fingerprint).substr(0, kFingerprintBytes);
}

std::string Mac(absl::string_view key, absl::string_view fingerprint, absl::string_view position) {
  const std::string text =
      absl::StrCat(absl::string_view(&kVersion, 1), fingerprint, position);  // both before are fixed
  std::string mac(kMacBytes, '\0');
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       reinterpret_cast<unsigned char*>(mac.data()), &size);
  return mac;
}

std::string SerializeDeterministic(const Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream out(&bytes);
    google::protobuf::io::CodedOutputStream coded(&out);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return bytes;
}

}  // namespace

std::string QueryFingerprint(const Message& request, absl::string_view scope) {
  const std::unique_ptr<Message> query(request.New());
  query->CopyFrom(request);
  for (const char* name : {"page_size", "page_token"}) {
    const FieldDescriptor* field = query->GetDescriptor()->FindFieldByName(name);
    if (field != nullptr) query->GetReflection()->ClearField(query.get(), field);
  }
  return Sha256(absl::StrCat(query->GetTypeName(), "\n", scope.size(), "\n", scope,
                             SerializeDeterministic(*query)));
}

absl::StatusOr<PageTokens> PageTokens::Create(absl::string_view key) {
  if (key.size() < kMinKeyBytes) {
    return status::Invalid("page_token_key", "KEY_TOO_SHORT",
                           absl::StrCat("needs at least ", kMinKeyBytes, " bytes"));
  }
  return PageTokens(key);
}

std::string PageTokens::Sign(absl::string_view fingerprint, absl::string_view position) const {
  if (position.empty()) return "";
  const std::string query = Short(fingerprint);
  return absl::WebSafeBase64Escape(absl::StrCat(absl::string_view(&kVersion, 1), query,
                                                Mac(key_, query, position), position));
}

absl::StatusOr<std::string> PageTokens::Open(absl::string_view token,
                                             absl::string_view fingerprint) const {
  if (token.empty()) return std::string();
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(token, &bytes) || bytes.size() <= kHeaderBytes ||
      bytes[0] != kVersion) {
    return status::Invalid("page_token", "PAGE_TOKEN_MALFORMED",
                           "is no page token. Start again from the first page.");
  }
  const absl::string_view query = absl::string_view(bytes).substr(1, kFingerprintBytes);
  const absl::string_view mac = absl::string_view(bytes).substr(1 + kFingerprintBytes, kMacBytes);
  const absl::string_view position = absl::string_view(bytes).substr(kHeaderBytes);
  if (CRYPTO_memcmp(mac.data(), Mac(key_, query, position).data(), kMacBytes) != 0) {
    return status::Invalid("page_token", "PAGE_TOKEN_MALFORMED",
                           "is no page token. Start again from the first page.");
  }
  if (query != Short(fingerprint)) {
    return status::Invalid("page_token", "PAGE_TOKEN_OF_ANOTHER_QUERY",
                           "comes from another list or filter. Start again from the first page.");
  }
  return std::string(position);
}

}  // namespace dap::rpc
