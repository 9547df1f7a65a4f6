#include "services/gateway/unary_call.h"

#include <utility>

#include "libs/rpc/error_details.h"

namespace dap::gateway {

UnaryCall::UnaryCall(Route& route, rpc::CallInfo info, const grpc::ByteBuffer* request,
                     grpc::ByteBuffer* response)
    : route_(route), call_(std::move(info)), start_(route.stats.Begin()) {
  Forward(call_, out_);
  route_.stub.UnaryCall(&out_, route_.path, grpc::StubOptions(), request, response,
                        [this](const grpc::Status& status) {
                          const grpc::Status outward = Outward(call_, status);
                          route_.stats.End(call_, start_, rpc::FromGrpc(outward));
                          Finish(outward);
                        });
}

}  // namespace dap::gateway
