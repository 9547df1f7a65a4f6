// Who calls, and whether they may: token, role, rate, before anything is passed on.
#ifndef DAP_SERVICES_GATEWAY_ADMISSION_H_
#define DAP_SERVICES_GATEWAY_ADMISSION_H_

#include <grpcpp/server_context.h>

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dap/options/v1/access.pb.h"
#include "libs/auth/principal.h"
#include "libs/auth/token_verifier.h"
#include "services/gateway/rate_limit.h"

namespace dap::gateway {

// Thread-safe. Does not block: a token with a key that is not known yet is refused at once, while
// the keys are looked at again.
class Admission {
 public:
  // `callers` bounds what each person may do, `strangers` what comes from one address without a
  // good token.
  Admission(auth::TokenVerifier& tokens, RateLimiter& callers, RateLimiter& strangers)
      : tokens_(tokens), callers_(callers), strangers_(strangers) {}

  // The caller by the metadata "authorization: Bearer …"; nobody where there is none.
  // UNAUTHENTICATED where there is one that is no good (TokenVerifier's reasons, or
  // AUTHORIZATION_MALFORMED).
  absl::StatusOr<std::optional<auth::Principal>> Authenticate(
      const grpc::CallbackServerContext& context) const;

  // The caller, where they may call a method with this access rule now. Errors of Authenticate,
  // auth::CheckAccess and RateLimiter::Admit.
  absl::StatusOr<std::optional<auth::Principal>> Admit(const grpc::CallbackServerContext& context,
                                                       const options::v1::Access& access) const;

 private:
  auth::TokenVerifier& tokens_;
  RateLimiter& callers_;
  RateLimiter& strangers_;
};

}  // namespace dap::gateway

#endif  // DAP_SERVICES_GATEWAY_ADMISSION_H_
