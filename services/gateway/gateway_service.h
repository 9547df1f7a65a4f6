// What the gateway answers itself.
#ifndef DAP_SERVICES_GATEWAY_GATEWAY_SERVICE_H_
#define DAP_SERVICES_GATEWAY_GATEWAY_SERVICE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "dap/gateway/v1/gateway_service.pb.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/service.h"

namespace dap::gateway {

// A service behind the gateway.
struct Backend {
  std::string name;
  std::shared_ptr<rpc::Channel> channel;
};

// The face of dap.gateway.v1.GatewayService. Thread-safe.
class GatewayService {
 public:
  GatewayService(std::string version, std::vector<Backend> backends)
      : version_(std::move(version)), backends_(std::move(backends)) {}

  void Bind(rpc::Service& service);

  absl::StatusOr<gateway::v1::GetStatusResponse> GetStatus(
      const rpc::Call& call, const gateway::v1::GetStatusRequest& request) const;

 private:
  const std::string version_;
  const std::vector<Backend> backends_;
};

}  // namespace dap::gateway

#endif  // DAP_SERVICES_GATEWAY_GATEWAY_SERVICE_H_
