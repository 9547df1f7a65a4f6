#include "libs/auth/token_minter.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/auth/fetch.h"
#include "libs/auth/jwk.h"
#include "libs/auth/signature.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::auth {
namespace {

using Json = nlohmann::json;

absl::Status FileError(const std::string& path) {
  return status::Unavailable("FILE_NOT_WRITTEN",
                             absl::StrCat("Cannot write ", path, ": ", std::strerror(errno)));
}

// A file beside `path`, whole and on disk. The caller renames or removes it.
absl::StatusOr<std::string> WriteBeside(const std::string& path, absl::string_view text,
                                        mode_t mode) {
  std::string beside = absl::StrCat(path, ".XXXXXX");
  const int fd = mkstemp(beside.data());
  if (fd < 0) return FileError(path);
  const bool written = fchmod(fd, mode) == 0 &&
                       ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       fsync(fd) == 0;
  if (close(fd) == 0 && written) return beside;
  absl::Status error = FileError(path);
  unlink(beside.c_str());
  return error;
}

std::string Encode(const Json& json) {
  return EncodeBase64Url(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

Json RoleNames(RoleSet roles) {
  Json names = Json::array();
  for (options::v1::Role role : roles.List()) {
    names.push_back(std::string(absl::StripPrefix(options::v1::Role_Name(role), "ROLE_")));
  }
  return names;
}

}  // namespace

absl::StatusOr<TokenMinter> TokenMinter::Generate() {
  ASSIGN_OR_RETURN(const std::string pem, NewPrivateKey());
  return FromPem(pem);
}

absl::StatusOr<TokenMinter> TokenMinter::FromPem(absl::string_view pem) {
  ASSIGN_OR_RETURN(EcJwk jwk, PublicJwk(pem));
  return TokenMinter(std::string(pem), std::move(jwk.json), std::move(jwk.kid));
}

absl::StatusOr<TokenMinter> TokenMinter::LoadOrCreate(const std::string& path) {
  if (access(path.c_str(), F_OK) != 0) {
    ASSIGN_OR_RETURN(const TokenMinter made, Generate());
    ASSIGN_OR_RETURN(const std::string beside, WriteBeside(path, made.pem(), 0600));
    const absl::Cleanup remove = [&beside] { unlink(beside.c_str()); };
    // A link never replaces: where two make the key at once, both then read the first one's.
    if (link(beside.c_str(), path.c_str()) != 0 && errno != EEXIST) return FileError(path);
  }
  ASSIGN_OR_RETURN(const std::string pem, ReadFile(path));
  return FromPem(pem);
}

std::string TokenMinter::Jwks() const { return absl::StrCat("{\"keys\":[", jwk_, "]}\n"); }

absl::Status TokenMinter::WriteJwks(const std::string& path) const {
  ASSIGN_OR_RETURN(const std::string beside, WriteBeside(path, Jwks(), 0644));
  if (std::rename(beside.c_str(), path.c_str()) == 0) return absl::OkStatus();
  absl::Status error = FileError(path);
  unlink(beside.c_str());
  return error;
}

absl::StatusOr<std::string> TokenMinter::Mint(const TokenClaims& claims) const {
  const Json header = {{"alg", "ES256"}, {"typ", "JWT"}, {"kid", kid_}};
  Json payload = {{"iss", claims.issuer},
                  {"aud", claims.audience},
                  {"sub", claims.subject},
                  {"roles", RoleNames(claims.roles)},
                  {"iat", absl::ToUnixSeconds(claims.issued)},
                  {"exp", absl::ToUnixSeconds(claims.expires)}};
  if (!claims.organisation.empty()) payload["org"] = claims.organisation;
  if (!claims.token_id.empty()) payload["jti"] = claims.token_id;
  const std::string signed_part = absl::StrCat(Encode(header), ".", Encode(payload));
  ASSIGN_OR_RETURN(const std::string signature, Sign(Algorithm::kEs256, pem_, signed_part));
  return absl::StrCat(signed_part, ".", signature);
}

}  // namespace dap::auth
