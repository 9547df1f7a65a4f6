#include "libs/auth/signature.h"

#include <exception>
#include <jwt/jwt.hpp>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/status/error.h"

namespace dap::auth {
namespace {

using Es256 = jwt::PEMSign<jwt::algo::ES256>;
using Rs256 = jwt::PEMSign<jwt::algo::RS256>;

jwt::string_view View(absl::string_view text) { return jwt::string_view(text.data(), text.size()); }

}  // namespace

absl::string_view AlgorithmName(Algorithm algorithm) {
  return algorithm == Algorithm::kEs256 ? "ES256" : "RS256";
}

bool SignatureHolds(Algorithm algorithm, const std::string& public_pem,
                    absl::string_view signed_part, absl::string_view signature) {
  // cpp-jwt's decoder looks a byte past 127 up before the start of its table: it must see none.
  std::string bytes;
  if (!DecodeBase64Url(signature, bytes) || bytes.empty()) return false;
  const auto verify = algorithm == Algorithm::kEs256 ? &Es256::verify : &Rs256::verify;
  try {
    const auto [holds, error] = verify(View(public_pem), View(signed_part), View(signature));
    return holds && !error;
  } catch (const std::exception&) {  // only for want of memory
    return false;
  }
}

absl::StatusOr<std::string> Sign(Algorithm algorithm, const std::string& private_pem,
                                 absl::string_view signed_part) {
  const auto sign = algorithm == Algorithm::kEs256 ? &Es256::sign : &Rs256::sign;
  try {
    const auto [signature, error] = sign(View(private_pem), View(signed_part));
    if (error) return status::Internal(absl::StrCat("cannot sign: ", error.message()));
    return EncodeBase64Url(signature);
  } catch (const std::exception& e) {
    return status::Internal(absl::StrCat("cannot sign: ", e.what()));
  }
}

bool DecodeBase64Url(absl::string_view text, std::string& bytes) {
  for (char c : text) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_') return false;
  }
  // Encoding again tells whether the last character had bits that mean nothing.
  return absl::WebSafeBase64Unescape(text, &bytes) && EncodeBase64Url(bytes) == text;
}

std::string EncodeBase64Url(absl::string_view bytes) { return absl::WebSafeBase64Escape(bytes); }

}  // namespace dap::auth
