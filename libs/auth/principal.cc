#include "libs/auth/principal.h"

#include "dap/auth/v1/principal.pb.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::auth {
namespace {

using ::dap::options::v1::ROLE_COACH;
using ::dap::options::v1::ROLE_HR_SYSTEM;
using ::dap::options::v1::ROLE_OPERATOR;
using ::dap::options::v1::ROLE_ORG_ADMIN;
using ::dap::options::v1::ROLE_PARTICIPANT;
using ::dap::options::v1::ROLE_PATRON;

constexpr int kMaxNameLength = 200;

absl::Status Bad(absl::string_view field, absl::string_view message) {
  return status::Invalid(field, "PRINCIPAL_INVALID", message);
}

// A UUID that is somebody's.
bool ReadUuid(absl::string_view text, id::Uuid& uuid) {
  absl::StatusOr<id::Uuid> parsed = id::Uuid::Parse(text);
  if (!parsed.ok() || parsed->is_nil()) return false;
  uuid = *parsed;
  return true;
}

}  // namespace

absl::Status Complete(Principal& principal) {
  const RoleSet roles = principal.roles;
  if (roles.empty()) return Bad("roles", "at least one role must be there");
  if (principal.subject.empty() || principal.subject.size() > kMaxNameLength) {
    return Bad("subject", "must have 1 to 200 characters");
  }
  principal.staff = id::Uuid();
  if (roles.Has(ROLE_OPERATOR)) {
    if (roles != RoleSet{ROLE_OPERATOR}) return Bad("roles", "OPERATOR goes with no other role");
    if (!principal.organisation.is_nil()) return Bad("organisation", "an operator has none");
    return absl::OkStatus();
  }
  if (principal.organisation.is_nil()) return Bad("organisation", "must be a UUID");
  if (roles.Has(ROLE_HR_SYSTEM)) {
    if (roles != RoleSet{ROLE_HR_SYSTEM}) return Bad("roles", "HR_SYSTEM goes with no other role");
    return absl::OkStatus();
  }
  if (!ReadUuid(principal.subject, principal.staff)) {
    return Bad("subject", "must be the UUID of a staff member");
  }
  return absl::OkStatus();
}

std::string Serialize(const Principal& principal) {
  v1::Principal proto;
  proto.set_subject(principal.subject);
  if (!principal.organisation.is_nil()) {
    proto.set_organisation(principal.organisation.ToString());
  }
  for (options::v1::Role role : principal.roles.List()) proto.add_roles(role);
  const timespec expires = absl::ToTimespec(principal.expires);
  proto.mutable_expire_time()->set_seconds(expires.tv_sec);
  proto.mutable_expire_time()->set_nanos(static_cast<int>(expires.tv_nsec));
  return proto.SerializeAsString();
}

absl::StatusOr<Principal> ParsePrincipal(absl::string_view bytes) {
  v1::Principal proto;
  if (!proto.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Bad("principal", "is no serialized dap.auth.v1.Principal");
  }
  Principal principal;
  principal.subject = proto.subject();
  if (!proto.organisation().empty() && !ReadUuid(proto.organisation(), principal.organisation)) {
    return Bad("organisation", "must be a UUID");
  }
  for (int number : proto.roles()) {
    const RoleSet role{static_cast<options::v1::Role>(number)};
    if (role.empty()) return Bad("roles", "has a role that this program does not know");
    principal.roles.Add(static_cast<options::v1::Role>(number));
  }
  principal.expires = absl::FromUnixSeconds(proto.expire_time().seconds()) +
                      absl::Nanoseconds(proto.expire_time().nanos());
  RETURN_IF_ERROR(Complete(principal));
  return principal;
}

}  // namespace dap::auth
