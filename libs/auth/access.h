// Whether a caller may call a method at all. Pure.
#ifndef DAP_LIBS_AUTH_ACCESS_H_
#define DAP_LIBS_AUTH_ACCESS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "dap/options/v1/access.pb.h"
#include "libs/auth/principal.h"

namespace dap::auth {

// The process behind a client certificate, from its DNS subject alternative names: "gateway" for
// "gateway.dap.internal". Known are gateway, enrolment, goals, activity and notification. Nothing
// for a certificate that names none of them, or more than one: it is refused the connection's
// trust.
std::optional<std::string> PeerName(const std::vector<std::string>& dns_names);

// Whether a call of the peer of this name is a service's own, so that it may be of an internal method:
// all but what the gateway passes on, which comes with a principal. What it passes on without one is
// of public methods; it knows of no internal one that a client could name.
bool IsService(absl::string_view peer, bool has_principal);

// Whether the method with the rule `access` may be called for `principal` (null: nobody) by a peer
// that is a service or not. Any one of what the rule allows is enough; a rule that allows nothing
// (as a method without one has) is closed to all.
//   UNAUTHENTICATED   TOKEN_MISSING  roles are wanted and there is no principal
//   PERMISSION_DENIED ROLE_MISSING   the principal has none of the roles
//   PERMISSION_DENIED INTERNAL_ONLY  for services, and the peer is none
//   PERMISSION_DENIED METHOD_CLOSED  no rule
absl::Status CheckAccess(const options::v1::Access& access, const Principal* principal,
                         bool peer_is_service);

}  // namespace dap::auth

#endif  // DAP_LIBS_AUTH_ACCESS_H_
