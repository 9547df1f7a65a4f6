#include "services/gateway/admission.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/auth/access.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::gateway {
namespace {

constexpr absl::string_view kBearer = "Bearer ";

// Staff are counted as people, over all their tokens; whoever comes without a token by address.
std::string CallerKey(const grpc::CallbackServerContext& context,
                      const std::optional<auth::Principal>& principal) {
  if (!principal.has_value()) return context.peer();
  return absl::StrCat(principal->organisation.bytes(), principal->subject);
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
  ASSIGN_OR_RETURN(std::optional<auth::Principal> principal, Authenticate(context));
  RETURN_IF_ERROR(auth::CheckAccess(access, principal.has_value() ? &*principal : nullptr,
                                    /*peer_is_service=*/false));
  RETURN_IF_ERROR(rate_.Admit(CallerKey(context, principal)));
  return principal;
}

}  // namespace dap::gateway
