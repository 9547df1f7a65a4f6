#include "libs/rpc/unary_call.h"

#include <atomic>
#include <memory>
#include <utility>

#include "google/protobuf/arena.h"
#include "libs/status/macros.h"
#include "libs/telemetry/trace.h"

namespace dap::rpc {
namespace {

using ::google::protobuf::Arena;
using ::google::protobuf::ArenaOptions;
using ::google::protobuf::Message;

// Bytes on the stack in which most requests are parsed without allocating.
constexpr size_t kStackArena = 2048;

// What both kinds share. gRPC deletes it through OnDone after Finish; so after Finish it is not
// touched.
class UnaryCall : public InlineUnaryReactor {
 public:
  UnaryCall(MethodState& method, const grpc::ByteBuffer* request, grpc::ByteBuffer* response)
      : method_(method), start_(method.stats.Begin()), request_(request), response_(response) {}

  // False where it has ended already, with the reason told.
  bool Admit(const grpc::CallbackServerContext& context) {
    CallInfo info;
    const absl::Status status = rpc::Admit(method_, context, &info);
    call_ = std::make_shared<Call>(std::move(info));
    if (!status.ok()) Complete(status);
    return status.ok();
  }

  void OnCancel() override { call_->Cancel(); }
  void OnDone() override { delete this; }

 protected:
  // Tells of it first: after Finish this may be gone, and the server with it.
  void Complete(const absl::Status& status) {
    call_->End();
    method_.stats.End(*call_, start_, status);
    Finish(Publish(*call_, status));
  }

  absl::Status DecodeChecked(Message* request) const {
    RETURN_IF_ERROR(Decode(*request_, request));
    return method_.rules.Check(*request);
  }

  MethodState& method_;
  const CallStats::Start start_;
  const grpc::ByteBuffer* const request_;
  grpc::ByteBuffer* const response_;
  std::shared_ptr<Call> call_;
};

class PooledCall final : public UnaryCall, public Work {
 public:
  using UnaryCall::UnaryCall;

  void Start(const grpc::CallbackServerContext& context) {
    if (!Admit(context)) return;
    if (!method_.server.pool.TryAdd(this)) {
      Complete(Refused("QUEUE_FULL", "Too many calls wait here. Send it again a little later."));
    }
  }

  void Run() override {
    telemetry::ScopedTrace trace(call_->trace());
    Complete(Handle());
  }

 private:
  absl::Status Handle() {
    RETURN_IF_ERROR(StillWanted(*call_));
    alignas(8) char block[kStackArena];
    ArenaOptions options;
    options.initial_block = block;
    options.initial_block_size = sizeof(block);
    Arena arena(options);
    Message* request = method_.handler.request->New(&arena);
    RETURN_IF_ERROR(DecodeChecked(request));
    return method_.handler.pooled(*call_, *request, response_);
  }
};

class AsyncCall final : public UnaryCall {
 public:
  AsyncCall(MethodState& method, const grpc::ByteBuffer* request, grpc::ByteBuffer* response)
      : UnaryCall(method, request, response),
        unanswered_(std::make_shared<std::atomic<AsyncCall*>>(this)) {}

  void Start(const grpc::CallbackServerContext& context) {
    if (!Admit(context)) return;
    // The handler may answer at once, and then this is gone.
    const std::shared_ptr<std::atomic<AsyncCall*>> unanswered = unanswered_;
    Handler::Answer answer = [unanswered](const absl::Status& status, const Message* response) {
      if (AsyncCall* call = unanswered->exchange(nullptr)) call->Answer(status, response);
    };
    const std::unique_ptr<Message> request(method_.handler.request->New());
    if (absl::Status status = DecodeChecked(request.get()); !status.ok()) {
      answer(status, nullptr);
      return;
    }
    telemetry::ScopedTrace trace(call_->trace());
    method_.handler.async(call_, *request, std::move(answer));
  }

  // The handler may answer from its OnCancel; otherwise it is answered here, so that a handler that
  // has forgotten a call cannot hold the server open.
  void OnCancel() override {
    const std::shared_ptr<std::atomic<AsyncCall*>> unanswered = unanswered_;
    const std::shared_ptr<Call> call = call_;
    call->Cancel();
    if (AsyncCall* self = unanswered->exchange(nullptr)) {
      self->Complete(absl::CancelledError("The caller left."));
    }
  }

 private:
  void Answer(const absl::Status& status, const Message* response) {
    Complete(status.ok() ? Serialize(*response, response_) : status);
  }

  // This until somebody answers; whoever takes it out may and must.
  const std::shared_ptr<std::atomic<AsyncCall*>> unanswered_;
};

template <typename CallType>
grpc::ServerUnaryReactor* Begin(MethodState& method, grpc::CallbackServerContext* context,
                                const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  auto* call = new CallType(method, request, response);
  call->Start(*context);
  return call;
}

}  // namespace

grpc::ServerUnaryReactor* StartUnaryCall(MethodState& method,
                                         grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) {
  return method.handler.kind == Handler::Kind::kAsync
             ? Begin<AsyncCall>(method, context, request, response)
             : Begin<PooledCall>(method, context, request, response);
}

}  // namespace dap::rpc
