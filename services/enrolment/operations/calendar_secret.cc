#include "services/enrolment/operations/calendar_secret.h"

#include <openssl/rand.h>
#include <openssl/sha.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/status/error.h"

namespace dap::enrolment {
namespace {

constexpr int kRandomBytes = 24;

}  // namespace

absl::StatusOr<std::string> NewCalendarSecret(const id::Uuid& organisation) {
  std::string random(kRandomBytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(random.data()), kRandomBytes) != 1) {
    return status::Internal("the operating system gives no random bytes");
  }
  return absl::WebSafeBase64Escape(absl::StrCat(organisation.bytes(), random));
}

std::string DigestOf(absl::string_view secret) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(secret.data()), secret.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

id::Uuid OrganisationOf(absl::string_view secret) {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(secret, &bytes) ||
      bytes.size() != id::Uuid::kBytes + kRandomBytes) {
    return id::Uuid();
  }
  return id::Uuid::FromBytes(absl::string_view(bytes).substr(0, id::Uuid::kBytes));
}

}  // namespace dap::enrolment
