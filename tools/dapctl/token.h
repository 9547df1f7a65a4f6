// `dapctl token` and `dapctl jwks`: tokens of a place that signs its own.
#ifndef DAP_TOOLS_DAPCTL_TOKEN_H_
#define DAP_TOOLS_DAPCTL_TOKEN_H_

#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "dap/options/v1/access.pb.h"
#include "libs/auth/token_minter.h"
#include "tools/dapctl/arguments.h"

namespace dap::ctl {

std::vector<Flag> TokenFlags();
std::vector<Flag> JwksFlags();

// Prints a token and nothing else. INVALID_ARGUMENT (USAGE) naming the flag that is missing or
// wrong.
absl::Status Token(const Arguments& arguments, std::ostream& out);
// Writes the public half of a key.
absl::Status Jwks(const Arguments& arguments);

// "coach", "COACH" and "ROLE_COACH" are one. INVALID_ARGUMENT (USAGE) for what is no role.
absl::StatusOr<options::v1::Role> ParseRole(absl::string_view text);

// Signs for one issuer and audience. Immutable.
class TokenMaker {
 public:
  TokenMaker(auth::TokenMinter minter, std::string issuer, std::string audience,
             absl::Duration lifetime)
      : minter_(std::move(minter)),
        issuer_(std::move(issuer)),
        audience_(std::move(audience)),
        lifetime_(lifetime) {}

  // Reads the key of --`flag`.
  static absl::StatusOr<TokenMaker> Open(absl::string_view flag, const std::string& key_file,
                                         std::string issuer, std::string audience,
                                         absl::Duration lifetime);

  // `organisation` is UUID text, or empty for a token of none.
  absl::StatusOr<std::string> Make(options::v1::Role role, absl::string_view subject,
                                   absl::string_view organisation) const;

 private:
  auth::TokenMinter minter_;
  std::string issuer_;
  std::string audience_;
  absl::Duration lifetime_;
};

// The `org` claim of a token, as a resource name ("organisations/..."); empty where it has none.
// The token is not verified: that is the gateway's to do.
std::string OrganisationOfToken(absl::string_view token);

}  // namespace dap::ctl

#endif  // DAP_TOOLS_DAPCTL_TOKEN_H_
