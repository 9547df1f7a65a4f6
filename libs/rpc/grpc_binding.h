// Methods registered with gRPC at run time instead of through generated stubs. With its source the only
// place that touches grpc::internal: what it does is what generated code does (see README).
#ifndef DAP_LIBS_RPC_GRPC_BINDING_H_
#define DAP_LIBS_RPC_GRPC_BINDING_H_

#include <grpcpp/impl/codegen/service_type.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <deque>
#include <functional>
#include <string>

#include "google/protobuf/descriptor.h"

namespace dap::rpc {

using BytesReactor = grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;

// Its reactions never block, so gRPC runs them where it is instead of waking another thread: that
// spares a call one hand-off.
class InlineUnaryReactor : public grpc::ServerUnaryReactor {
 public:
  bool InternalInlineable() override { return true; }
};

// All methods take and give bytes. Two kinds are enough: to a server, a stream in one direction is a
// stream in both with one message on the other.
class BoundService final : public grpc::Service {
 public:
  using StartUnary = std::function<grpc::ServerUnaryReactor*(
      grpc::CallbackServerContext*, const grpc::ByteBuffer*, grpc::ByteBuffer*)>;
  using StartStream = std::function<BytesReactor*(grpc::CallbackServerContext*)>;

  // Before the service is given to a ServerBuilder.
  void AddUnary(const google::protobuf::MethodDescriptor& method, StartUnary start);
  void AddStream(const google::protobuf::MethodDescriptor& method, StartStream start);

 private:
  const char* Keep(const google::protobuf::MethodDescriptor& method);

  std::deque<std::string> names_;  // gRPC keeps pointers to them
  int count_ = 0;
};

}  // namespace dap::rpc

#endif  // DAP_LIBS_RPC_GRPC_BINDING_H_
