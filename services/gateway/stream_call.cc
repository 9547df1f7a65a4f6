#include "services/gateway/stream_call.h"

#include <utility>

#include "libs/rpc/error_details.h"

namespace dap::gateway {

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* StreamCall::Start(Route& route,
                                                                               rpc::CallInfo info) {
  return &(new StreamCall(route, std::move(info)))->caller_;
}

StreamCall::StreamCall(Route& route, rpc::CallInfo info)
    : route_(route),
      call_(std::move(info)),
      start_(route.stats.Begin()),
      caller_(*this),
      service_(*this) {
  Forward(call_, out_);
  route_.stub.PrepareBidiStreamingCall(&out_, route_.path, grpc::StubOptions(), &service_);
  service_.AddHold();
  service_.StartRead(&to_caller_);
  caller_.StartRead(&to_service_);
  service_.StartCall();
}

void StreamCall::OnCallerRead(bool ok) {
  absl::MutexLock lock(&mutex_);
  if (!held_) return;
  if (ok) {
    service_.StartWrite(&to_service_);
    return;
  }
  service_.StartWritesDone();
  held_ = false;
  service_.RemoveHold();
}

void StreamCall::OnServiceWritten(bool ok) {
  if (!ok) return LetGo();
  absl::MutexLock lock(&mutex_);
  if (held_) caller_.StartRead(&to_service_);
}

void StreamCall::OnServiceRead(bool ok) {
  if (!ok) return LetGo();
  service_.AddHold();
  caller_.StartWrite(&to_caller_);
}

void StreamCall::OnCallerWritten(bool ok) {
  if (ok) {
    service_.StartRead(&to_caller_);
  } else {
    out_.TryCancel();
  }
  service_.RemoveHold();
}

void StreamCall::OnServiceDone(const grpc::Status& status) {
  const grpc::Status outward = Outward(call_, status);
  route_.stats.End(call_, start_, rpc::FromGrpc(outward));
  caller_.Finish(outward);
  Unref();
}

void StreamCall::LetGo() {
  absl::MutexLock lock(&mutex_);
  if (!held_) return;
  held_ = false;
  service_.RemoveHold();
}

void StreamCall::Unref() {
  if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
}

}  // namespace dap::gateway
