// One unary call on its way through.
#ifndef DAP_SERVICES_GATEWAY_UNARY_CALL_H_
#define DAP_SERVICES_GATEWAY_UNARY_CALL_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "libs/rpc/call.h"
#include "services/gateway/route.h"

namespace dap::gateway {

// Starts the call that goes out when it is made, finishes the one that came in when that is
// answered, deletes itself when gRPC is done with it.
class UnaryCall final : public grpc::ServerUnaryReactor {
 public:
  // `request` and `response` live until OnDone.
  UnaryCall(Route& route, rpc::CallInfo info, const grpc::ByteBuffer* request,
            grpc::ByteBuffer* response);
  void OnCancel() override {
    call_.Cancel();
    out_.TryCancel();
  }
  void OnDone() override { delete this; }

 private:
  Route& route_;
  rpc::Call call_;
  const rpc::CallStats::Start start_;
  grpc::ClientContext out_;
};

}  // namespace dap::gateway

#endif  // DAP_SERVICES_GATEWAY_UNARY_CALL_H_
