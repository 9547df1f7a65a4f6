// Streaming calls, from gRPC's reactor to the handler and back.
#ifndef DAP_LIBS_RPC_STREAM_CALL_H_
#define DAP_LIBS_RPC_STREAM_CALL_H_

#include "libs/rpc/call_path.h"
#include "libs/rpc/grpc_binding.h"

namespace dap::rpc {

// Starts a call of a method bound with Bidi or ServerStream, on a stream thread.
BytesReactor* StartStreamCall(MethodState& method, grpc::CallbackServerContext* context);

// Starts a call of a method bound with Watch; it has no thread.
BytesReactor* StartWatchCall(MethodState& method, grpc::CallbackServerContext* context);

}  // namespace dap::rpc

#endif  // DAP_LIBS_RPC_STREAM_CALL_H_
