// The end of a call that is not passed on.
#ifndef DAP_SERVICES_GATEWAY_REFUSAL_H_
#define DAP_SERVICES_GATEWAY_REFUSAL_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "absl/status/status.h"
#include "libs/rpc/error_details.h"
#include "services/gateway/route.h"

namespace dap::gateway {

// Answers with an error at once, counts and logs it, and deletes itself.
template <typename Reactor>
class Refusal final : public Reactor {
 public:
  Refusal(Route& route, const grpc::CallbackServerContext& context, const absl::Status& why) {
    const rpc::Call call(InfoOf(route, context, std::nullopt));
    const auto start = route.stats.Begin();
    route.stats.End(call, start, why);
    this->Finish(rpc::ToGrpc(rpc::Publishable(why, call.trace().trace_id())));
  }
  void OnDone() override { delete this; }
};

using UnaryRefusal = Refusal<grpc::ServerUnaryReactor>;
using StreamRefusal = Refusal<grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>>;

}  // namespace dap::gateway

#endif  // DAP_SERVICES_GATEWAY_REFUSAL_H_
