#include "services/gateway/admission.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/auth/access.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::gateway {
namespace {

constexpr absl::string_view kBearer = "Bearer ";

// "ipv4:192.0.2.7:52110" without the port: a new connection is no new caller.
std::string AddressOf(const grpc::CallbackServerContext& context) {
  const std::string peer = context.peer();
  return peer.substr(0, peer.rfind(':'));
}

// People are counted over all their tokens.
std::string KeyOf(const auth::Principal& principal) {
  return absl::StrCat(principal.organisation.bytes(), principal.subject);
}

}  // namespace

absl::StatusOr<std::optional<auth::Principal>> Admission::Authenticate(
    const grpc::CallbackServerContext& context) const {
  const auto& metadata = context.client_metadata();
  const auto header = metadata.find("authorization");
  if (header == metadata.end()) return std::optional<auth::Principal>();
  const absl::string_view value(header->second.data(), header->second.size());
  if (!absl::StartsWithIgnoreCase(value, kBearer)) {
    return status::Unauthenticated("AUTHORIZATION_MALFORMED",
                                   "Send the token as \"authorization: Bearer <token>\".");
  }
  ASSIGN_OR_RETURN(auth::Principal principal, tokens_.Verify(value.substr(kBearer.size())));
  return std::optional<auth::Principal>(std::move(principal));
}

absl::StatusOr<std::optional<auth::Principal>> Admission::Admit(
    const grpc::CallbackServerContext& context, const options::v1::Access& access) const {
  absl::StatusOr<std::optional<auth::Principal>> caller = Authenticate(context);
  const bool known = caller.ok() && caller->has_value();
  RETURN_IF_ERROR(known ? callers_.Admit(KeyOf(**caller)) : strangers_.Admit(AddressOf(context)));
  RETURN_IF_ERROR(caller.status());
  RETURN_IF_ERROR(
      auth::CheckAccess(access, known ? &**caller : nullptr, /*peer_is_service=*/false));
  return caller;
}

}  // namespace dap::gateway
