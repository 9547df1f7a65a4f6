// Unary calls, from gRPC's reactor to the handler and back.
#ifndef DAP_LIBS_RPC_UNARY_CALL_H_
#define DAP_LIBS_RPC_UNARY_CALL_H_

#include "libs/rpc/call_path.h"
#include "libs/rpc/grpc_binding.h"

namespace dap::rpc {

// Starts a call of a method bound with Unary or Async. `method` outlives it.
grpc::ServerUnaryReactor* StartUnaryCall(MethodState& method,
                                         grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response);

}  // namespace dap::rpc

#endif  // DAP_LIBS_RPC_UNARY_CALL_H_
