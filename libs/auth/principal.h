// Who a call is made for.
#ifndef DAP_LIBS_AUTH_PRINCIPAL_H_
#define DAP_LIBS_AUTH_PRINCIPAL_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "dap/options/v1/access.pb.h"
#include "libs/auth/role_set.h"
#include "libs/id/uuid.h"

namespace dap::auth {

// The metadata key under which the gateway passes Serialize(principal) to the services.
inline constexpr char kPrincipalMetadata[] = "dap-principal-bin";

// A verified caller. What they may do follows from the roles (CheckAccess) and from what they are
// to the thing they ask for (the service that knows it).
struct Principal {
  // The token's subject: a staff member's id as UUID text, or a system's name.
  std::string subject;
  // The staff member; nil for HR_SYSTEM and OPERATOR.
  id::Uuid staff;
  // Nil for OPERATOR only.
  id::Uuid organisation;
  RoleSet roles;
  // When the token ends.
  absl::Time expires = absl::InfinitePast();

  bool Has(options::v1::Role role) const { return roles.Has(role); }
  friend bool operator==(const Principal&, const Principal&) = default;
};

// What holds of every principal: at least one role; staff roles need staff and organisation;
// HR_SYSTEM an organisation; OPERATOR has none; HR_SYSTEM and OPERATOR stand alone. Sets `staff`
// from `subject` where the roles are staff roles. INVALID_ARGUMENT (PRINCIPAL_INVALID) otherwise.
absl::Status Complete(Principal& principal);

// To and from a serialized dap.auth.v1.Principal. Parsing gives INVALID_ARGUMENT
// (PRINCIPAL_INVALID) for what is none, including a role this program does not know. Trust the
// bytes only from a peer that PeerName knows.
std::string Serialize(const Principal& principal);
absl::StatusOr<Principal> ParsePrincipal(absl::string_view bytes);

}  // namespace dap::auth

#endif  // DAP_LIBS_AUTH_PRINCIPAL_H_
