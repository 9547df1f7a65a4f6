#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/client_callback.h>

#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "libs/rpc/call_path.h"
#include "libs/rpc/client_call.h"
#include "libs/rpc/error_details.h"
#include "libs/status/error.h"

namespace dap::rpc {
namespace {

using ::google::protobuf::Message;

// The stream's object waits for OnDone before it goes, so gRPC never calls into what is gone. A hold
// keeps gRPC from ending the call between a handler's operations.
class BlockingStream final : public ClientMessageStream,
                             private grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  BlockingStream(const std::shared_ptr<grpc::Channel>& channel, absl::string_view method,
                 const CallContext& context)
      : stub_(channel) {
    Prepare(context, context.trace.valid() ? context.trace : telemetry::CurrentTrace(),
            context.deadline, client_);
    stub_.PrepareBidiStreamingCall(&client_, absl::StrCat("/", method), {}, this);
    AddHold();
    StartCall();
  }

  ~BlockingStream() override {
    client_.TryCancel();
    Release();
    absl::MutexLock lock(&mutex_);
    AwaitEnd();
  }

  bool ReadMessage(Message* message) override {
    if (released_) return false;
    StartRead(&in_);
    if (!Wait(read_)) return false;
    if (Decode(in_, message).ok()) return true;
    client_.TryCancel();
    absl::MutexLock lock(&mutex_);
    malformed_ = true;
    return false;
  }

  bool WriteMessage(const Message& message) override {
    if (released_ || !Serialize(message, &out_).ok()) return false;
    StartWrite(&out_);
    return Wait(written_);
  }

  void WritesDone() override {
    if (released_) return;
    StartWritesDone();
    Wait(writes_done_);
  }

  absl::Status Finish() override {
    while (!released_) {  // gRPC gives the status only after the last answer is read
      StartRead(&in_);
      if (!Wait(read_)) break;
    }
    Release();
    absl::MutexLock lock(&mutex_);
    AwaitEnd();
    return malformed_ ? status::Internal("an answer of the stream is malformed") : *end_;
  }

  void Cancel() override { client_.TryCancel(); }

 private:
  void OnReadDone(bool ok) override { Tell(read_, ok); }
  void OnWriteDone(bool ok) override { Tell(written_, ok); }
  void OnWritesDoneDone(bool ok) override { Tell(writes_done_, ok); }
  void OnDone(const grpc::Status& status) override {
    absl::MutexLock lock(&mutex_);
    end_ = FromGrpc(status);
  }

  // Lets gRPC end the call; after that no operation is started.
  void Release() {
    if (!std::exchange(released_, true)) RemoveHold();
  }

  bool Wait(std::optional<bool>& result) {
    absl::MutexLock lock(&mutex_);
    const auto told = [&result] { return result.has_value(); };
    mutex_.Await(absl::Condition(&told));
    return *std::exchange(result, std::nullopt);
  }
  void Tell(std::optional<bool>& result, bool ok) {
    absl::MutexLock lock(&mutex_);
    result = ok;
  }
  void AwaitEnd() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const auto ended = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return end_.has_value(); };
    mutex_.Await(absl::Condition(&ended));
  }

  grpc::GenericStub stub_;
  grpc::ClientContext client_;
  grpc::ByteBuffer in_;
  grpc::ByteBuffer out_;
  bool released_ = false;
  absl::Mutex mutex_;
  // Each set by gRPC's thread and taken by the one that waits, under mutex_.
  std::optional<bool> read_;
  std::optional<bool> written_;
  std::optional<bool> writes_done_;
  bool malformed_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<absl::Status> end_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<ClientMessageStream> OpenClientStream(const std::shared_ptr<grpc::Channel>& channel,
                                                      absl::string_view method,
                                                      const CallContext& context) {
  return std::make_unique<BlockingStream>(channel, method, context);
}

}  // namespace dap::rpc
