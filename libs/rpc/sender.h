// Answers of a server-streaming method that many callers watch: nobody's thread waits for a slow
// one.
#ifndef DAP_LIBS_RPC_SENDER_H_
#define DAP_LIBS_RPC_SENDER_H_

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "google/protobuf/message.h"

namespace dap::rpc {

// What a Sender sends through. Thread-safe; nothing blocks.
class MessageSink {
 public:
  virtual ~MessageSink() = default;
  virtual bool SendMessage(const google::protobuf::Message& message) = 0;
  virtual void FinishCall(const absl::Status& status) = 0;
};

// A cheap handle, copied freely; the call stays open until Finish, or until the caller leaves.
// Thread-safe, never blocks. A watcher costs its call and what waits in its buffer
// (ServerOptions::sender_buffer answers and sender_buffer_bytes at most).
template <typename Resp>
class Sender {
 public:
  explicit Sender(std::shared_ptr<MessageSink> sink) : sink_(std::move(sink)) {}

  // Puts the answer into the buffer. False where the call is over or the buffer is full; a full
  // buffer ends the call as RESOURCE_EXHAUSTED (WATCHER_TOO_SLOW), since what it missed would be a
  // gap: the caller starts again from what it has.
  bool Send(const Resp& response) { return sink_->SendMessage(response); }

  // Ends the call after what stands in the buffer. The first one counts. The call's OnCancel tells
  // when the caller has left.
  void Finish(const absl::Status& status) { sink_->FinishCall(status); }

 private:
  std::shared_ptr<MessageSink> sink_;
};

}  // namespace dap::rpc

#endif  // DAP_LIBS_RPC_SENDER_H_
