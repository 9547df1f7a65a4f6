#include "services/gateway/stream_call.h"

#include <utility>

#include "libs/rpc/error_details.h"
#include "libs/status/error.h"

namespace dap::gateway {

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* StreamCall::Start(
    Route& route, rpc::CallInfo info, OpenStreams& streams) {
  return &(new StreamCall(route, std::move(info), streams))->caller_;
}

StreamCall::StreamCall(Route& route, rpc::CallInfo info, OpenStreams& streams)
    : route_(route),
      streams_(streams),
      call_(std::move(info)),
      start_(route.stats.Begin()),
      caller_(*this),
      service_(*this) {
  Forward(call_, out_);
  route_.stub.PrepareBidiStreamingCall(&out_, route_.path, grpc::StubOptions(), &service_);
  // Before it can end.
  if (call_.has_principal()) streams_.Add(call_.principal(), *this);
  service_.AddHold();
  service_.StartRead(&to_caller_);
  caller_.StartRead(&to_service_);
  service_.StartCall();
}

void StreamCall::Hold() { references_.fetch_add(1, std::memory_order_relaxed); }

// The service's status comes then, in whose place the caller is told why.
void StreamCall::Revoke() {
  revoked_ = true;
  out_.TryCancel();
  Unref();
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
  if (call_.has_principal()) streams_.Remove(call_.principal(), *this);
  const grpc::Status outward =
      revoked_
          ? rpc::ToGrpc(status::Unauthenticated(
                "TOKEN_REVOKED",
                "The token's holder may not use this system any more, so the stream has ended. "
                "Ask your administrator."))
          : Outward(call_, status);
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
