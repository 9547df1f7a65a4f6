// Passes the calls of client apps on to the services, as bytes.
#ifndef DAP_SERVICES_GATEWAY_PROXY_H_
#define DAP_SERVICES_GATEWAY_PROXY_H_

#include <grpcpp/channel.h>
#include <prometheus/registry.h>

#include <deque>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "google/protobuf/descriptor.h"
#include "libs/rpc/call_stats.h"
#include "libs/rpc/raw_service.h"
#include "services/gateway/admission.h"
#include "services/gateway/open_streams.h"
#include "services/gateway/route.h"

namespace dap::gateway {

// A call comes in over TLS with a bearer token and goes out over mutual TLS with the principal, the
// deadline and the trace; cancellation goes the same way, answers, statuses and their details come
// back as they are. A message is never parsed, so the gateway need not know it.
//
// What is not client-facing (internal methods, services not added) does not exist here:
// UNIMPLEMENTED. Thread-safe once all services are added; must outlive the server.
class Proxy {
 public:
  // `registry` may be null; the others outlive it. Streams are among `streams` while they are open.
  Proxy(const Admission& admission, OpenStreams& streams, prometheus::Registry* registry);

  // Passes the client-facing methods of `service` on over `channel`; nothing where it has none.
  void Add(const google::protobuf::ServiceDescriptor* service,
           std::shared_ptr<grpc::Channel> channel);

  // For rpc::Server::Start; they live as long as the proxy.
  std::vector<rpc::RawService*> services();

 private:
  grpc::ServerUnaryReactor* Unary(grpc::CallbackServerContext* context,
                                  const google::protobuf::MethodDescriptor* method,
                                  const grpc::ByteBuffer* request, grpc::ByteBuffer* response);
  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* Stream(
      grpc::CallbackServerContext* context, const google::protobuf::MethodDescriptor* method);

  const Admission& admission_;
  OpenStreams& streams_;
  prometheus::Registry* const registry_;
  rpc::RateLimit ok_lines_;
  // Both keep their addresses: calls and the server point into them.
  std::deque<Route> routes_;
  std::deque<rpc::RawService> services_;
  absl::flat_hash_map<const google::protobuf::MethodDescriptor*, Route*> by_method_;
};

}  // namespace dap::gateway

#endif  // DAP_SERVICES_GATEWAY_PROXY_H_
