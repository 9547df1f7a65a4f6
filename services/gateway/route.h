// Where one method's calls go, and what each call takes along.
#ifndef DAP_SERVICES_GATEWAY_ROUTE_H_
#define DAP_SERVICES_GATEWAY_ROUTE_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/server_context.h>
#include <prometheus/registry.h>

#include <memory>
#include <optional>
#include <string>

#include "dap/options/v1/access.pb.h"
#include "google/protobuf/descriptor.h"
#include "libs/auth/principal.h"
#include "libs/rpc/call.h"
#include "libs/rpc/call_stats.h"

namespace dap::gateway {

// One method. Lives as long as the proxy.
struct Route {
  Route(const google::protobuf::MethodDescriptor* method, std::shared_ptr<grpc::Channel> channel,
        prometheus::Registry* registry, rpc::RateLimit& ok_lines);

  const std::string path;  // "/dap.goals.v1.GoalsService/GetGoal"
  const options::v1::Access access;
  const bool streaming;
  grpc::GenericStub stub;
  rpc::CallStats stats;

  // "dap.goals.v1.GoalsService/GetGoal"
  absl::string_view name() const { return absl::string_view(path).substr(1); }
};

// Deadline and trace of a call that comes in, and who makes it: what Forwarded and the log need.
// A caller without a deadline is given 30 s; a stream 12 hours.
rpc::CallInfo InfoOf(const Route& route, const grpc::CallbackServerContext& context,
                     std::optional<auth::Principal> principal);

// Fills the context of the call that goes out.
void Forward(const rpc::Call& call, grpc::ClientContext& out);

// What the caller hears of the service's answer: the same, but for what gRPC itself makes up.
//   Could not reach the service, or the service gave the call up: UNAVAILABLE
//   (SERVICE_UNAVAILABLE); its address and state are nobody's business outside. Cancelled because
//   the caller's deadline passed: DEADLINE_EXCEEDED, as the caller's own clock, which may be a
//   little behind, is about to say.
grpc::Status Outward(const rpc::Call& call, const grpc::Status& status);

}  // namespace dap::gateway

#endif  // DAP_SERVICES_GATEWAY_ROUTE_H_
