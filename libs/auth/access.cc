#include "libs/auth/access.h"

#include <algorithm>
#include <array>

#include "absl/strings/strip.h"
#include "libs/status/error.h"

namespace dap::auth {
namespace {

constexpr absl::string_view kGateway = "gateway";
constexpr std::array<absl::string_view, 5> kPeers = {kGateway, "enrolment", "goals", "activity",
                                                     "notification"};

bool IsPeer(absl::string_view name) {
  return std::find(kPeers.begin(), kPeers.end(), name) != kPeers.end();
}

}  // namespace

std::optional<std::string> PeerName(const std::vector<std::string>& dns_names) {
  std::optional<std::string> found;
  for (absl::string_view name : dns_names) {
    if (!absl::ConsumeSuffix(&name, ".dap.internal") || !IsPeer(name)) continue;
    if (found && *found != name) return std::nullopt;
    found = std::string(name);
  }
  return found;
}

bool IsService(absl::string_view peer, bool has_principal) {
  return IsPeer(peer) && !(peer == kGateway && has_principal);
}

absl::Status CheckAccess(const options::v1::Access& access, const Principal* principal,
                         bool peer_is_service) {
  if (access.public_()) return absl::OkStatus();
  if (access.internal() && peer_is_service) return absl::OkStatus();
  RoleSet allowed;
  for (int role : access.roles()) allowed.Add(static_cast<options::v1::Role>(role));
  if (!allowed.empty()) {
    if (principal == nullptr) {
      return status::Unauthenticated(
          "TOKEN_MISSING",
          "This call needs a token. Send it as \"authorization: Bearer <token>\".");
    }
    if (principal->roles.HasAnyOf(allowed)) return absl::OkStatus();
    return status::Denied("ROLE_MISSING",
                          "None of your roles may make this call. Ask your administrator for one "
                          "that may.");
  }
  if (access.internal()) {
    return status::Denied("INTERNAL_ONLY", "Only services of this system may make this call.");
  }
  return status::Denied("METHOD_CLOSED", "Nobody may make this call: it has no access rule.");
}

}  // namespace dap::auth
