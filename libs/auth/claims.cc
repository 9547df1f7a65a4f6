#include "libs/auth/claims.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/auth/signature.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::auth {
namespace {

using Json = nlohmann::json;

constexpr size_t kMaxTokenBytes = 8192;
constexpr size_t kMaxRoles = 32;
// 9999-12-31, the end of what a time in text and in the database can be.
constexpr double kMaxSeconds = 253402300799.0;

// Null where there is none of this name.
const Json* Member(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

const std::string* Text(const Json& object, const char* name) {
  const Json* member = Member(object, name);
  return member == nullptr ? nullptr : member->get_ptr<const std::string*>();
}

absl::StatusOr<Json> ReadObject(absl::string_view encoded) {
  std::string text;
  if (!DecodeBase64Url(encoded, text)) return Malformed("has parts that are not base64url.");
  Json object = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return Malformed("has parts that are no JSON objects.");
  return object;
}

// A NumericDate; nothing where there is none. TOKEN_MALFORMED for another kind of value.
absl::StatusOr<std::optional<absl::Time>> ReadTime(const Json& claims, const char* name) {
  const Json* member = Member(claims, name);
  if (member == nullptr) return std::optional<absl::Time>();
  if (!member->is_number()) return Malformed("has a time that is no number.");
  const auto seconds = member->get<double>();
  if (!(seconds >= 0 && seconds <= kMaxSeconds)) return Malformed("has an impossible time.");
  return std::optional<absl::Time>(absl::FromUnixMicros(std::llround(seconds * 1e6)));
}

bool NamesAudience(const Json& claims, absl::string_view audience) {
  if (const std::string* one = Text(claims, "aud")) return *one == audience;
  const Json* many = Member(claims, "aud");
  if (many == nullptr || !many->is_array()) return false;
  for (const Json& item : *many) {
    const auto* text = item.get_ptr<const std::string*>();
    if (text != nullptr && *text == audience) return true;
  }
  return false;
}

absl::Status CheckAddress(const Json& claims, const ClaimRules& rules) {
  const std::string* issuer = Text(claims, "iss");
  if (issuer == nullptr || *issuer != rules.issuer) {
    return status::Unauthenticated(
        "TOKEN_WRONG_ISSUER",
        "The token is of an issuer that is not trusted here. Sign in where this system says.");
  }
  if (!NamesAudience(claims, rules.audience)) {
    return status::Unauthenticated(
        "TOKEN_WRONG_AUDIENCE",
        "The token is for another system. Ask the issuer for one for this system.");
  }
  return absl::OkStatus();
}

// Also gives when the token ends.
absl::StatusOr<absl::Time> CheckTimes(const Json& claims, const ClaimRules& rules) {
  ASSIGN_OR_RETURN(const std::optional<absl::Time> expires, ReadTime(claims, "exp"));
  ASSIGN_OR_RETURN(const std::optional<absl::Time> issued, ReadTime(claims, "iat"));
  ASSIGN_OR_RETURN(const std::optional<absl::Time> not_before, ReadTime(claims, "nbf"));
  if (!expires || !issued) return Malformed("does not say when it was issued and when it ends.");
  if (rules.now >= *expires + rules.clock_skew) {
    return status::Unauthenticated("TOKEN_EXPIRED", "The token has ended. Sign in again.");
  }
  const absl::Time begins = not_before ? std::max(*not_before, *issued) : *issued;
  if (rules.now < begins - rules.clock_skew) {
    return status::Unauthenticated(
        "TOKEN_NOT_YET_VALID",
        "The token is not valid yet. Wait, or have the issuer's clock set right.");
  }
  return *expires;
}

absl::StatusOr<RoleSet> ReadRoles(const Json& claims) {
  const Json* list = Member(claims, "roles");
  if (list == nullptr || !list->is_array() || list->size() > kMaxRoles) {
    return Malformed("has no list of roles.");
  }
  RoleSet roles;
  for (const Json& item : *list) {
    const auto* name = item.get_ptr<const std::string*>();
    options::v1::Role role = options::v1::ROLE_UNSPECIFIED;
    if (name == nullptr || !options::v1::Role_Parse(absl::StrCat("ROLE_", *name), &role) ||
        role == options::v1::ROLE_UNSPECIFIED) {
      return Malformed("has a role that is unknown here.");
    }
    roles.Add(role);
  }
  return roles;
}

}  // namespace

absl::Status Malformed(absl::string_view what) {
  return status::Unauthenticated(
      "TOKEN_MALFORMED", absl::StrCat("The token ", what, " Get a new one from the issuer."));
}

absl::StatusOr<TokenParts> SplitToken(absl::string_view token) {
  if (token.size() > kMaxTokenBytes) return Malformed("has more than 8,192 bytes.");
  const size_t first = token.find('.');
  const size_t second = first == absl::string_view::npos ? first : token.find('.', first + 1);
  if (second == absl::string_view::npos || absl::StrContains(token.substr(second + 1), '.')) {
    return Malformed("is no JWT.");
  }
  return TokenParts{token.substr(0, first), token.substr(first + 1, second - first - 1),
                    token.substr(second + 1), token.substr(0, second)};
}

absl::StatusOr<TokenHeader> ReadHeader(absl::string_view encoded) {
  ASSIGN_OR_RETURN(const Json header, ReadObject(encoded));
  const std::string* algorithm = Text(header, "alg");
  const std::string* kid = Text(header, "kid");
  if (algorithm == nullptr) return Malformed("does not say its algorithm.");
  if (Member(header, "crit") != nullptr)
    return Malformed("wants extensions that are unknown here.");
  if (const Json* typ = Member(header, "typ")) {
    const auto* text = typ->get_ptr<const std::string*>();
    if (text == nullptr ||
        !(absl::EqualsIgnoreCase(*text, "JWT") || absl::EqualsIgnoreCase(*text, "at+jwt"))) {
      return Malformed("is of another type than JWT.");
    }
  }
  return TokenHeader{*algorithm, kid == nullptr ? std::string() : *kid};
}

absl::StatusOr<Principal> ReadClaims(absl::string_view encoded, const ClaimRules& rules) {
  ASSIGN_OR_RETURN(const Json claims, ReadObject(encoded));
  RETURN_IF_ERROR(CheckAddress(claims, rules));
  Principal principal;
  ASSIGN_OR_RETURN(principal.expires, CheckTimes(claims, rules));
  ASSIGN_OR_RETURN(principal.roles, ReadRoles(claims));
  if (const std::string* subject = Text(claims, "sub")) principal.subject = *subject;
  if (Member(claims, "org") != nullptr) {
    const std::string* text = Text(claims, "org");
    absl::StatusOr<id::Uuid> organisation = id::Uuid::Parse(text == nullptr ? "" : *text);
    if (!organisation.ok() || organisation->is_nil()) {
      return Malformed("has an organisation that is no UUID.");
    }
    principal.organisation = *organisation;
  }
  if (!Complete(principal).ok()) {
    return Malformed("has a subject, an organisation and roles that do not go together.");
  }
  return principal;
}

}  // namespace dap::auth
