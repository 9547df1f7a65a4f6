#include "libs/rpc/stream_call.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/telemetry/trace.h"
#include "libs/time/clock.h"

namespace dap::rpc {
namespace {

using ::google::protobuf::Message;

// A stream whose handler blocks. gRPC allows one read and one write at a time and tells when each is
// done (as failed, after a cancellation), so waiting for that is all there is to flow control. gRPC
// deletes it through OnDone after Finish; so after Finish it is not touched.
class StreamCall final : public BytesReactor, public Work, public MessageStream {
 public:
  StreamCall(MethodState& method, grpc::CallbackServerContext& context)
      : method_(method), context_(context), start_(method.stats.Begin()) {}

  void Start() {
    CallInfo info;
    const absl::Status status = Admit(method_, context_, &info);
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
    if (IsBroken()) return false;
    const absl::Time until = WaitUntil();
    StartRead(&in_);
    // One that is still under way ends with the call.
    const std::optional<bool> read = read_.Wait(until);
    if (!read.has_value()) Break(TooLate(until, "No message came"));
    if (!read.value_or(false)) return false;
    if (absl::Status status = Decode(in_, message); !status.ok()) {
      Break(status);
      return false;
    }
    *rules = method_.rules.Check(*message);
    return true;
  }

  bool WriteMessage(const Message& message) override {
    if (call_->cancelled() || IsBroken()) return false;
    if (absl::Status status = Serialize(message, &out_); !status.ok()) {
      Fail(status);
      return false;
    }
    const absl::Time until = WaitUntil();
    StartWrite(&out_);
    const std::optional<bool> written = written_.Wait(until);
    if (!written.has_value()) {
      Break(TooLate(until, "No message was taken"));
      // The result would stand in line behind what the caller does not read.
      context_.TryCancel();
    }
    return written.value_or(false);
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
    // None where it has not come by `until`.
    std::optional<bool> Wait(absl::Time until) {
      absl::MutexLock lock(&mutex_);
      const auto told = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return ok_.has_value(); };
      mutex_.AwaitWithDeadline(absl::Condition(&told), until);
      return std::exchange(ok_, std::nullopt);
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
    {
      absl::MutexLock lock(&mutex_);
      if (!broken_.ok()) return broken_;
    }
    if (!status.ok()) return status;
    if (call_->cancelled()) return absl::CancelledError("The caller left.");
    absl::MutexLock lock(&mutex_);
    return failure_;
  }

  absl::Time WaitUntil() const {
    const absl::Time idle = time::SystemClock().Now() + method_.server.options.stream_idle;
    return std::min(call_->deadline(), idle);
  }

  absl::Status TooLate(absl::Time until, absl::string_view what) const {
    return absl::DeadlineExceededError(
        until == call_->deadline()
            ? "The stream's time is over. Open it again."
            : absl::StrCat(what, " for ", absl::FormatDuration(method_.server.options.stream_idle),
                           ". Open the stream again when there is more."));
  }

  bool IsBroken() {
    absl::MutexLock lock(&mutex_);
    return !broken_.ok();
  }

  void Break(const absl::Status& status) {
    absl::MutexLock lock(&mutex_);
    if (broken_.ok()) broken_ = status;
  }

  void Complete(const absl::Status& status) {
    call_->End();
    method_.stats.End(*call_, start_, status);
    Finish(Publish(*call_, status));
  }

  MethodState& method_;
  grpc::CallbackServerContext& context_;
  const CallStats::Start start_;
  std::shared_ptr<Call> call_;
  grpc::ByteBuffer in_;
  grpc::ByteBuffer out_;
  Completion read_;
  Completion written_;
  absl::Mutex mutex_;
  // The result where the handler returns OK.
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
  // The result whatever the handler returns: no message can be read any more.
  absl::Status broken_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

BytesReactor* StartStreamCall(MethodState& method, grpc::CallbackServerContext* context) {
  auto* call = new StreamCall(method, *context);
  call->Start();
  return call;
}

}  // namespace dap::rpc
