// The streams a handler reads and writes. Blocking, with gRPC's flow control: a Write waits while the
// reader is slow, so memory stays bounded.
#ifndef DAP_LIBS_RPC_STREAM_H_
#define DAP_LIBS_RPC_STREAM_H_

#include "absl/status/status.h"
#include "google/protobuf/message.h"

namespace dap::rpc {

// What carries a stream's messages: a gRPC call, or a test's script. One thread reads and one writes
// at a time; they may be two.
class MessageStream {
 public:
  virtual ~MessageStream() = default;
  // Waits for the next message. False at the end, on cancellation, where the bytes are no message
  // (which ends the call as INVALID_ARGUMENT, whatever the handler returns), and where none comes
  // within ServerOptions::stream_idle or the deadline (DEADLINE_EXCEEDED, likewise). *rules says which field rules the message breaks.
  virtual bool ReadMessage(google::protobuf::Message* message, absl::Status* rules) = 0;
  // Waits until the message is taken, no longer than a read; false where the call is over.
  virtual bool WriteMessage(const google::protobuf::Message& message) = 0;
  // Makes `status` the call's result where the handler returns OK.
  virtual void Fail(const absl::Status& status) = 0;
};

// The answers of a server-streaming method.
template <typename Resp>
class Writer {
 public:
  explicit Writer(MessageStream& stream) : stream_(stream) {}
  // Blocks while the reader is slow. False where the call is over (cancelled, deadline, broken
  // connection): stop and return.
  bool Write(const Resp& response) { return stream_.WriteMessage(response); }

 private:
  MessageStream& stream_;
};

// Both ways.
template <typename Req, typename Resp>
class Stream {
 public:
  explicit Stream(MessageStream& stream) : stream_(stream) {}

  // Blocks for the next request. False when the caller has sent its last, when the call is over, and
  // when a request breaks a field rule: the call then ends with that INVALID_ARGUMENT, whatever the
  // handler returns, unless it returns an error of its own.
  bool Read(Req* request) {
    absl::Status rules;
    if (!Read(request, &rules)) return false;
    if (rules.ok()) return true;
    stream_.Fail(rules);
    return false;
  }

  // The same for a stream that goes on after a bad request: true with the request and, in *rules,
  // the INVALID_ARGUMENT of the field rules it breaks (OK for none).
  bool Read(Req* request, absl::Status* rules) {
    *rules = absl::OkStatus();
    return stream_.ReadMessage(request, rules);
  }

  // As Writer::Write.
  bool Write(const Resp& response) { return stream_.WriteMessage(response); }

 private:
  MessageStream& stream_;
};

}  // namespace dap::rpc

#endif  // DAP_LIBS_RPC_STREAM_H_
