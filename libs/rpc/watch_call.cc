#include <deque>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "libs/rpc/stream_call.h"
#include "libs/status/error.h"
#include "libs/telemetry/trace.h"

namespace dap::rpc {
namespace {

using ::google::protobuf::Message;

class WatchCall;

// The buffer between a Sender and gRPC. Lives as long as a Sender does, longer than the call may.
//   1. writing_ while gRPC has the front of buffer_; it is taken off when gRPC is done with it.
//   2. After finished_ nothing is added; the call is finished when buffer_ is empty.
//   3. call_ is null once the call is finished or gone, and gRPC is not called after that.
class WatchSink final : public MessageSink {
 public:
  WatchSink(WatchCall* call, const ServerOptions& options)
      : capacity_(options.sender_buffer), most_bytes_(options.sender_buffer_bytes), call_(call) {}

  bool SendMessage(const Message& message) override;
  void FinishCall(const absl::Status& status) override;
  // From the call.
  void Written(bool ok);

 private:
  // Starts the next write or the finish, whichever is due.
  void Proceed() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t capacity_;
  const size_t most_bytes_;
  absl::Mutex mutex_;
  WatchCall* call_ ABSL_GUARDED_BY(mutex_);
  std::deque<grpc::ByteBuffer> buffer_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status result_ ABSL_GUARDED_BY(mutex_);
};

class WatchCall final : public BytesReactor {
 public:
  explicit WatchCall(MethodState& method)
      : method_(method),
        start_(method.stats.Begin()),
        sink_(std::make_shared<WatchSink>(this, method.server.options)) {}

  void Start(const grpc::CallbackServerContext& context) {
    CallInfo info;
    const absl::Status status = Admit(method_, context, &info);
    call_ = std::make_shared<Call>(std::move(info));
    if (status.ok()) {
      StartRead(&in_);
    } else {
      sink_->FinishCall(status);
    }
  }

  void OnReadDone(bool ok) override {
    const std::unique_ptr<Message> request(method_.handler.request->New());
    absl::Status status = ok ? Decode(in_, request.get())
                             : absl::CancelledError("The caller left before its request came.");
    if (status.ok()) status = method_.rules.Check(*request);
    if (!status.ok()) return sink_->FinishCall(status);
    telemetry::ScopedTrace trace(call_->trace());
    method_.handler.watch(call_, *request, sink_);
  }

  void OnWriteDone(bool ok) override { sink_->Written(ok); }

  void OnCancel() override {
    const std::shared_ptr<WatchSink> sink = sink_;
    const std::shared_ptr<Call> call = call_;
    call->Cancel();
    sink->FinishCall(absl::CancelledError("The caller left."));
  }

  void OnDone() override { delete this; }

  void Complete(const absl::Status& status) {
    call_->End();
    method_.stats.End(*call_, start_, status);
    Finish(Publish(*call_, status));
  }

 private:
  MethodState& method_;
  const CallStats::Start start_;
  std::shared_ptr<Call> call_;
  grpc::ByteBuffer in_;
  const std::shared_ptr<WatchSink> sink_;
};

bool WatchSink::SendMessage(const Message& message) {
  grpc::ByteBuffer bytes;
  const absl::Status serialized = Serialize(message, &bytes);
  absl::MutexLock lock(&mutex_);
  if (finished_) return false;
  const size_t more = bytes.Length();
  const bool room = buffer_.empty() || (buffer_.size() < capacity_ && bytes_ + more <= most_bytes_);
  if (serialized.ok() && room) {
    bytes_ += more;
    buffer_.push_back(std::move(bytes));
    Proceed();
    return true;
  }
  finished_ = true;
  result_ = serialized.ok() ? Refused("WATCHER_TOO_SLOW",
                                      "Answers were not read in time. Start the call again.")
                            : serialized;
  Proceed();
  return false;
}

void WatchSink::FinishCall(const absl::Status& status) {
  absl::MutexLock lock(&mutex_);
  if (finished_) return;
  finished_ = true;
  result_ = status;
  Proceed();
}

void WatchSink::Written(bool ok) {
  absl::MutexLock lock(&mutex_);
  writing_ = false;
  bytes_ -= buffer_.front().Length();
  buffer_.pop_front();
  if (!ok) {
    buffer_.clear();
    if (!finished_) result_ = absl::CancelledError("The caller left.");
    finished_ = true;
  }
  Proceed();
}

void WatchSink::Proceed() {
  if (call_ == nullptr || writing_) return;
  if (!buffer_.empty()) {
    writing_ = true;
    call_->StartWrite(&buffer_.front());
  } else if (finished_) {
    std::exchange(call_, nullptr)->Complete(result_);
  }
}

}  // namespace

BytesReactor* StartWatchCall(MethodState& method, grpc::CallbackServerContext* context) {
  auto* call = new WatchCall(method);
  call->Start(*context);
  return call;
}

}  // namespace dap::rpc
