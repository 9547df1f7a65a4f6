// The client's side: calls to a service by method name.
//
//   ASSIGN_OR_RETURN(auto channel, rpc::Channel::Open({.target = "dns:///enrolment:7101", ...}));
//   ASSIGN_OR_RETURN(auto cohort, channel->Call<GetCohortResponse>(
//       "dap.enrolment.v1.EnrolmentService/GetCohort", request, rpc::CallContext::For(call)));
#ifndef DAP_LIBS_RPC_CHANNEL_H_
#define DAP_LIBS_RPC_CHANNEL_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "libs/auth/principal.h"
#include "libs/rpc/call.h"
#include "libs/telemetry/trace.h"

namespace grpc {
class Channel;
}

namespace dap::rpc {

struct ChannelOptions {
  // "dns:///host:port" or "host:port" (every address of the name is used, round robin), or several
  // "ip:port" with commas.
  std::string target;
  // The service that must answer: its certificate names `<service>.dap.internal`.
  std::string service;
  // PEM files: the CA of the peer, our own certificate and key. A client of the gateway has no
  // certificate.
  std::string tls_ca_file;
  std::string tls_cert_file;
  std::string tls_key_file;
  // No TLS. For tests on loopback.
  bool insecure_for_tests = false;
  // For a call whose context has none.
  absl::Duration default_deadline = absl::Seconds(10);
  int max_receive_bytes = 16 << 20;
  // Tries of one call, the first included.
  int max_attempts = 4;
  absl::Duration first_backoff = absl::Milliseconds(50);
};

// What an outgoing call takes along.
struct CallContext {
  // By the machine's clock; the channel's default where it is infinite.
  absl::Time deadline = absl::InfiniteFuture();
  // Whom it is made for.
  std::optional<auth::Principal> principal;
  // A child of it is sent; the thread's current trace where it is not valid.
  telemetry::TraceContext trace;
  // A bearer token, for clients of the gateway.
  std::string bearer;

  // All of an incoming call: its deadline, principal and trace.
  static CallContext For(const Call& call);
};

// A blocking stream to a server. One thread reads and one writes at a time. Destroying it cancels the
// call where it is not over.
class ClientMessageStream {
 public:
  virtual ~ClientMessageStream() = default;
  virtual bool ReadMessage(google::protobuf::Message* message) = 0;
  virtual bool WriteMessage(const google::protobuf::Message& message) = 0;
  virtual void WritesDone() = 0;
  virtual absl::Status Finish() = 0;
  virtual void Cancel() = 0;
};

template <typename Req, typename Resp>
class ClientStream {
 public:
  explicit ClientStream(std::unique_ptr<ClientMessageStream> stream) : stream_(std::move(stream)) {}
  // Waits for the next answer; false when there are no more: Finish tells why.
  bool Read(Resp* response) { return stream_->ReadMessage(response); }
  // Waits while the server is slow; false when the call is over.
  bool Write(const Req& request) { return stream_->WriteMessage(request); }
  void WritesDone() { stream_->WritesDone(); }
  // Waits for the call's end and gives its result; answers not read are dropped.
  absl::Status Finish() { return stream_->Finish(); }
  // From any thread; wakes Read and Write.
  void Cancel() { stream_->Cancel(); }

 private:
  std::unique_ptr<ClientMessageStream> stream_;
};

// Thread-safe; connects by itself and again after a break. A method is named in full,
// "dap.goals.v1.GoalsService/GetGoal", and its proto must be linked in: INTERNAL otherwise.
//
// A call that comes back UNAVAILABLE is tried again with growing, random pauses until it succeeds, the
// deadline leaves no time, or max_attempts; but only where doing it twice does no harm: the method
// is marked NO_SIDE_EFFECTS, or its request has a non-empty request_id.
class Channel : public std::enable_shared_from_this<Channel> {
 public:
  // Does not connect yet. INVALID_ARGUMENT for a target it cannot use or a file it cannot read.
  static absl::StatusOr<std::shared_ptr<Channel>> Open(const ChannelOptions& options);
  ~Channel();

  // Blocks. Never on a thread of gRPC (an Async handler, a Done).
  template <typename Resp>
  absl::StatusOr<Resp> Call(absl::string_view method, const google::protobuf::Message& request,
                            const CallContext& context) {
    Resp response;
    absl::Status status = CallMessage(method, request, context, &response);
    if (!status.ok()) return status;
    return response;
  }

  // `done` runs once on a thread of gRPC and must not block. The request is copied.
  template <typename Resp>
  void CallAsync(absl::string_view method, const google::protobuf::Message& request,
                 const CallContext& context, std::function<void(absl::StatusOr<Resp>)> done) {
    auto response = std::make_shared<Resp>();
    StartCall(method, request, context, response.get(),
              [response, done = std::move(done)](const absl::Status& status) {
                if (status.ok()) {
                  done(std::move(*response));
                } else {
                  done(status);
                }
              });
  }

  // A stream of any kind (a method that streams one way writes or reads one message on the other).
  // Its deadline is the context's, or none. Never retried.
  template <typename Req, typename Resp>
  ClientStream<Req, Resp> OpenStream(absl::string_view method, const CallContext& context) {
    return ClientStream<Req, Resp>(StartStream(method, context));
  }

  // Call and OpenStream for messages that are known by their descriptors only, as dapctl's are.
  absl::Status CallMessage(absl::string_view method, const google::protobuf::Message& request,
                           const CallContext& context, google::protobuf::Message* response);
  std::unique_ptr<ClientMessageStream> StartStream(absl::string_view method,
                                                   const CallContext& context);

  // For raw use, as the gateway does.
  const std::shared_ptr<grpc::Channel>& grpc_channel() const { return channel_; }

 private:
  Channel(const ChannelOptions& options, std::shared_ptr<grpc::Channel> channel);

  void StartCall(absl::string_view method, const google::protobuf::Message& request,
                 const CallContext& context, google::protobuf::Message* response,
                 std::function<void(const absl::Status&)> done);

  const ChannelOptions options_;
  const std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace dap::rpc

#endif  // DAP_LIBS_RPC_CHANNEL_H_
