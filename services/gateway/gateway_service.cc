#include "services/gateway/gateway_service.h"

#include "libs/rpc/health.h"

namespace dap::gateway {

void GatewayService::Bind(rpc::Service& service) {
  rpc::Bind(service, "GetStatus", this, &GatewayService::GetStatus);
}

absl::StatusOr<gateway::v1::GetStatusResponse> GatewayService::GetStatus(
    const rpc::Call& call, const gateway::v1::GetStatusRequest&) const {
  gateway::v1::GetStatusResponse response;
  response.set_version(version_);
  for (const Backend& backend : backends_) {
    gateway::v1::Backend* told = response.add_backends();
    told->set_name(backend.name);
    told->set_serving(rpc::CheckHealth(*backend.channel, call.deadline()).ok());
  }
  return response;
}

}  // namespace dap::gateway
