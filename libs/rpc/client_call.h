// What unary and streaming client calls share. For libs/rpc only.
#ifndef DAP_LIBS_RPC_CLIENT_CALL_H_
#define DAP_LIBS_RPC_CLIENT_CALL_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <functional>
#include <memory>
#include <string>

#include "google/protobuf/descriptor.h"
#include "libs/rpc/channel.h"

namespace dap::rpc {

// By full name; null where its proto is not linked in.
const google::protobuf::MethodDescriptor* FindMethod(absl::string_view method);

// Whether a call may be sent twice: NO_SIDE_EFFECTS, or a non-empty request_id.
bool MayRetry(const google::protobuf::MethodDescriptor& method,
              const google::protobuf::Message& request);

// Deadline (none where it is infinite) and metadata.
void Prepare(const CallContext& context, const telemetry::TraceContext& trace, absl::Time deadline,
             grpc::ClientContext& client);

// Runs a unary call with its retries; `done` once, on a thread of gRPC. `response` is kept until then.
void StartUnary(const std::shared_ptr<grpc::Channel>& channel, const ChannelOptions& options,
                absl::string_view method, const google::protobuf::Message& request,
                const CallContext& context, google::protobuf::Message* response,
                std::function<void(const absl::Status&)> done);

std::unique_ptr<ClientMessageStream> OpenClientStream(const std::shared_ptr<grpc::Channel>& channel,
                                                      absl::string_view method,
                                                      const CallContext& context);

}  // namespace dap::rpc

#endif  // DAP_LIBS_RPC_CLIENT_CALL_H_
