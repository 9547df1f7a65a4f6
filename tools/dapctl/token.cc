#include "tools/dapctl/token.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "libs/id/uuid.h"
#include "libs/status/macros.h"
#include "libs/time/clock.h"
#include "tools/dapctl/gateway.h"

namespace dap::ctl {
namespace {

// As long as a working day, so that what `tools/dap up` prints is good for one.
constexpr absl::Duration kLifetime = absl::Hours(8);

}  // namespace

std::vector<Flag> TokenFlags() {
  return {{"key", "FILE", "the private key (PEM, P-256) to sign with"},
          {"issuer", "TEXT", "the issuer that the gateway trusts"},
          {"audience", "TEXT", "the audience that the gateway wants"},
          {"role", "ROLE", "PARTICIPANT, PATRON, COACH, ORG_ADMIN, HR_SYSTEM or OPERATOR"},
          {"subject", "ID", "whose it is: a staff member's UUID, or a system's name"},
          {"organisation", "UUID", "the organisation; none for OPERATOR"},
          {"lifetime", "TIME", "until it ends (8h)"}};
}

std::vector<Flag> JwksFlags() {
  return {{"key", "FILE", "the private key (PEM, P-256)"},
          {"out", "FILE", "where its public half goes"}};
}

absl::StatusOr<options::v1::Role> ParseRole(absl::string_view text) {
  std::string name = absl::AsciiStrToUpper(text);
  if (!absl::StartsWith(name, "ROLE_")) name = absl::StrCat("ROLE_", name);
  options::v1::Role role;
  if (options::v1::Role_Parse(name, &role) && role != options::v1::ROLE_UNSPECIFIED) return role;
  return UsageError(absl::StrCat("--role=", text,
                                 ": give PARTICIPANT, PATRON, COACH, ORG_ADMIN, HR_SYSTEM or "
                                 "OPERATOR"));
}

absl::StatusOr<TokenMaker> TokenMaker::Open(absl::string_view flag, const std::string& key_file,
                                            std::string issuer, std::string audience,
                                            absl::Duration lifetime) {
  ASSIGN_OR_RETURN(const std::string pem, ReadFile(flag, key_file));
  absl::StatusOr<auth::TokenMinter> minter = auth::TokenMinter::FromPem(pem);
  if (!minter.ok()) return UsageError(absl::StrCat("--", flag, ": ", minter.status().message()));
  return TokenMaker(*std::move(minter), std::move(issuer), std::move(audience), lifetime);
}

absl::StatusOr<std::string> TokenMaker::Make(options::v1::Role role, absl::string_view subject,
                                             absl::string_view organisation) const {
  auth::TokenClaims claims;
  claims.issuer = issuer_;
  claims.audience = audience_;
  claims.subject = std::string(subject);
  // An operator belongs to no organisation; a token that says so is refused.
  if (role != options::v1::ROLE_OPERATOR) claims.organisation = std::string(organisation);
  claims.roles = {role};
  claims.issued = time::SystemClock().Now();
  claims.expires = claims.issued + lifetime_;
  return minter_.Mint(claims);
}

absl::Status Token(const Arguments& arguments, std::ostream& out) {
  ASSIGN_OR_RETURN(const std::string key, arguments.Need("key"));
  ASSIGN_OR_RETURN(std::string issuer, arguments.Need("issuer"));
  ASSIGN_OR_RETURN(std::string audience, arguments.Need("audience"));
  ASSIGN_OR_RETURN(const std::string role_name, arguments.Need("role"));
  ASSIGN_OR_RETURN(const std::string subject, arguments.Need("subject"));
  ASSIGN_OR_RETURN(const options::v1::Role role, ParseRole(role_name));
  ASSIGN_OR_RETURN(const absl::Duration lifetime, arguments.Duration("lifetime", kLifetime));
  const std::string organisation = arguments.Get("organisation");
  if (role != options::v1::ROLE_OPERATOR && !id::Uuid::Parse(organisation).ok()) {
    return UsageError(absl::StrCat("--organisation is a UUID, and ", role_name, " needs one"));
  }
  ASSIGN_OR_RETURN(const TokenMaker maker,
                   TokenMaker::Open("key", key, std::move(issuer), std::move(audience), lifetime));
  ASSIGN_OR_RETURN(const std::string token, maker.Make(role, subject, organisation));
  out << token << std::endl;
  return absl::OkStatus();
}

absl::Status Jwks(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const std::string key, arguments.Need("key"));
  ASSIGN_OR_RETURN(const std::string out, arguments.Need("out"));
  ASSIGN_OR_RETURN(const std::string pem, ReadFile("key", key));
  ASSIGN_OR_RETURN(const auth::TokenMinter minter, auth::TokenMinter::FromPem(pem));
  return minter.WriteJwks(out);
}

std::string OrganisationOfToken(absl::string_view token) {
  const std::vector<absl::string_view> parts = absl::StrSplit(token, '.');
  std::string json;
  google::protobuf::Struct claims;
  if (parts.size() != 3 || !absl::WebSafeBase64Unescape(parts[1], &json) ||
      !google::protobuf::util::JsonStringToMessage(json, &claims).ok()) {
    return "";
  }
  const auto org = claims.fields().find("org");
  if (org == claims.fields().end() || org->second.string_value().empty()) return "";
  return absl::StrCat("organisations/", org->second.string_value());
}

}  // namespace dap::ctl
