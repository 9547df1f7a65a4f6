#include "services/gateway/gateway_service.h"

#include <algorithm>

#include "libs/rpc/health.h"
#include "libs/time/clock.h"

namespace dap::gateway {
namespace {

// A service that has not said so by then is not serving.
constexpr absl::Duration kPatience = absl::Seconds(1);

}  // namespace

void GatewayService::Bind(rpc::Service& service) {
  rpc::Bind(service, "GetStatus", this, &GatewayService::GetStatus);
}

absl::StatusOr<gateway::v1::GetStatusResponse> GatewayService::GetStatus(
    const rpc::Call& call, const gateway::v1::GetStatusRequest&) const {
  gateway::v1::GetStatusResponse response;
  response.set_version(version_);
  const time::SystemClock machine;
  for (const Backend& backend : backends_) {
    gateway::v1::Backend* told = response.add_backends();
    told->set_name(backend.name);
    const absl::Time patience = std::min(call.deadline(), machine.Now() + kPatience);
    told->set_serving(rpc::CheckHealth(*backend.channel, patience).ok());
  }
  return response;
}

}  // namespace dap::gateway
