// A proto service whose calls are handled as bytes: how the gateway passes them on without knowing
// the messages. None of libs/rpc's wrapper runs: no access rule, no field rules, no pool, no log.
#ifndef DAP_LIBS_RPC_RAW_SERVICE_H_
#define DAP_LIBS_RPC_RAW_SERVICE_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <functional>

#include "google/protobuf/descriptor.h"

namespace dap::rpc {

// Must outlive the server it is given to. The functions are called on threads of gRPC, several at
// once, and must not block.
struct RawService {
  const google::protobuf::ServiceDescriptor* descriptor = nullptr;

  // Which methods there are from outside; the rest is UNIMPLEMENTED. All where it is not set.
  std::function<bool(const google::protobuf::MethodDescriptor*)> serves;

  // Starts a unary call: fill `response` and Finish the reactor, now or later, from any thread.
  // Request and response live until OnDone.
  std::function<grpc::ServerUnaryReactor*(grpc::CallbackServerContext*,
                                          const google::protobuf::MethodDescriptor*,
                                          const grpc::ByteBuffer*, grpc::ByteBuffer*)>
      unary;

  // Starts a streaming call of any kind. One that streams in one direction only looks the same: it
  // reads or writes a single message on the other.
  std::function<grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>*(
      grpc::CallbackServerContext*, const google::protobuf::MethodDescriptor*)>
      stream;
};

}  // namespace dap::rpc

#endif  // DAP_LIBS_RPC_RAW_SERVICE_H_
