#include "libs/rpc/stream_call.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "libs/telemetry/trace.h"

namespace dap::rpc {
namespace {

using ::google::protobuf::Message;

// A stream whose handler blocks. gRPC allows one read and one write at a time and tells when each is
// done (as failed, after a cancellation), so waiting for that is all there is to flow control. gRPC
// deletes it through OnDone after Finish; so after Finish it is not touched.
class StreamCall final : public BytesReactor, public Work, public MessageStream {
 public:
  explicit StreamCall(MethodState& method) : method_(method), start_(method.stats.Begin()) {}

  void Start(const grpc::CallbackServerContext& context) {
    CallInfo info;
    const absl::Status status = Admit(method_, context, &info);
    call_ = std::make_shared<Call>(std::move(info));
    if (!status.ok()) {
      Complete(status);
    } else if (!method_.server.streams.TryRun(this)) {
      Complete(Refused("STREAMS_FULL", "Too many streams are open here. Open it again later."));
    }
  }

  void Run() override {
    telemetry::ScopedTrace trace(call_->trace());
    Complete(Handle());
  }

  bool ReadMessage(Message* message, absl::Status* rules) override {
    StartRead(&in_);
    if (!read_.Wait()) return false;
    if (absl::Status status = Decode(in_, message); !status.ok()) {
      Fail(status);
      return false;
    }
    *rules = method_.rules.Check(*message);
    return true;
  }

  bool WriteMessage(const Message& message) override {
    if (call_->cancelled()) return false;
    if (absl::Status status = Serialize(message, &out_); !status.ok()) {
      Fail(status);
      return false;
    }
    StartWrite(&out_);
    return written_.Wait();
  }

  void Fail(const absl::Status& status) override {
    absl::MutexLock lock(&mutex_);
    if (failure_.ok()) failure_ = status;
  }

  void OnReadDone(bool ok) override { read_.Tell(ok); }
  void OnWriteDone(bool ok) override { written_.Tell(ok); }
  void OnCancel() override { call_->Cancel(); }
  void OnDone() override { delete this; }

 private:
  // One result handed from gRPC's thread to the handler's.
  class Completion {
   public:
    bool Wait() {
      absl::MutexLock lock(&mutex_);
      const auto told = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return ok_.has_value(); };
      mutex_.Await(absl::Condition(&told));
      return *std::exchange(ok_, std::nullopt);
    }
    void Tell(bool ok) {
      absl::MutexLock lock(&mutex_);
      ok_ = ok;
    }

   private:
    absl::Mutex mutex_;
    std::optional<bool> ok_ ABSL_GUARDED_BY(mutex_);
  };

  absl::Status Handle() {
    if (absl::Status status = StillWanted(*call_); !status.ok()) return status;
    absl::Status status = method_.handler.stream(*call_, *this);
    if (!status.ok()) return status;
    if (call_->cancelled()) return absl::CancelledError("The caller left.");
    absl::MutexLock lock(&mutex_);
    return failure_;
  }

  void Complete(const absl::Status& status) {
    call_->End();
    method_.stats.End(*call_, start_, status);
    Finish(Publish(*call_, status));
  }

  MethodState& method_;
  const CallStats::Start start_;
  std::shared_ptr<Call> call_;
  grpc::ByteBuffer in_;
  grpc::ByteBuffer out_;
  Completion read_;
  Completion written_;
  absl::Mutex mutex_;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

BytesReactor* StartStreamCall(MethodState& method, grpc::CallbackServerContext* context) {
  auto* call = new StreamCall(method);
  call->Start(*context);
  return call;
}

}  // namespace dap::rpc
