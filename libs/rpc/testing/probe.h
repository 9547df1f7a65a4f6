// A running ProbeService and a channel to it, for libs/rpc's own tests.
#ifndef DAP_LIBS_RPC_TESTING_PROBE_H_
#define DAP_LIBS_RPC_TESTING_PROBE_H_

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "dap/rpc/testing/v1/probe.pb.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/server.h"
#include "libs/rpc/service.h"
#include "libs/status/matchers.h"
#include "libs/time/clock.h"

namespace dap::rpc::testing {

using v1::CheckRequest;
using v1::EchoRequest;
using v1::EchoResponse;

inline constexpr char kProbe[] = "dap.rpc.testing.v1.ProbeService";

inline EchoRequest Text(absl::string_view text) {
  EchoRequest request;
  request.set_text(std::string(text));
  return request;
}

// Waits for a condition under `mutex`, and fails the test where it does not come.
inline bool Await(absl::Mutex& mutex, const std::function<bool()>& condition) {
  absl::MutexLock lock(&mutex);
  const auto call = [](const std::function<bool()>* c) { return (*c)(); };
  return mutex.AwaitWithTimeout(
      absl::Condition(+call, &condition),
      absl::Seconds(20));
}

// What each method does; a test sets its own before Start. By default they echo.
struct Probe {
  using Unary = std::function<absl::StatusOr<EchoResponse>(const Call&, const EchoRequest&)>;

  static absl::StatusOr<EchoResponse> Echo(const Call&, const EchoRequest& request) {
    EchoResponse response;
    response.set_text(request.text());
    return response;
  }

  Unary echo = Echo;
  Unary change = Echo;
  std::function<void(std::shared_ptr<Call>, const EchoRequest&, Respond<EchoResponse>)> later =
      [](std::shared_ptr<Call> call, const EchoRequest& request, Respond<EchoResponse> respond) {
        respond(Echo(*call, request));
      };
  std::function<absl::Status(const Call&, Stream<EchoRequest, EchoResponse>&)> chat =
      [](const Call& call, Stream<EchoRequest, EchoResponse>& stream) {
        EchoRequest request;
        while (stream.Read(&request) && stream.Write(*Echo(call, request))) {
        }
        return absl::OkStatus();
      };
  std::function<absl::Status(const Call&, const EchoRequest&, Writer<EchoResponse>&)> repeat =
      [](const Call& call, const EchoRequest& request, Writer<EchoResponse>& writer) {
        for (int i = 0; i < 3; ++i) writer.Write(*Echo(call, request));
        return absl::OkStatus();
      };
  std::function<void(std::shared_ptr<Call>, const EchoRequest&, Sender<EchoResponse>)> watch =
      [](std::shared_ptr<Call>, const EchoRequest&, Sender<EchoResponse> sender) {
        sender.Finish(absl::OkStatus());
      };

  // Binds all of them; this must outlive the service's server.
  void BindTo(Service& service) {
    const auto echoing = [&](absl::string_view method, Unary& handler) {
      service.Unary<EchoRequest, EchoResponse>(
          method, [&handler](const Call& call, const EchoRequest& request) {
            return handler(call, request);
          });
    };
    for (const char* method : {"Echo", "Coach", "Internal", "Closed"}) echoing(method, echo);
    echoing("Change", change);
    service.Unary<CheckRequest, EchoResponse>(
        "Check", [](const Call&, const CheckRequest&) { return EchoResponse(); });
    service.Async<EchoRequest, EchoResponse>("Later", later);
    service.Bidi<EchoRequest, EchoResponse>("Chat", chat);
    service.ServerStream<EchoRequest, EchoResponse>("Repeat", repeat);
    service.Watch<EchoRequest, EchoResponse>("Watch", watch);
  }
};

// A server without TLS on a free port, and a channel to it.
class ProbeTest : public ::testing::Test {
 protected:
  ProbeTest() { options_.security = Security::kInsecureForTests; }

  void Start() {
    probe_.BindTo(service_);
    auto server = Server::Start(options_, {&service_});
    ASSERT_THAT(server, status::IsOk());
    server_ = *std::move(server);
    channel_ = Connect(server_->port());
  }

  static std::shared_ptr<Channel> Connect(int port) {
    ChannelOptions options;
    options.target = absl::StrCat("127.0.0.1:", port);
    options.insecure_for_tests = true;
    auto channel = Channel::Open(options);
    EXPECT_THAT(channel, status::IsOk());
    return *channel;
  }

  static CallContext Within(absl::Duration time) {
    CallContext context;
    context.deadline = time::SystemClock().Now() + time;
    return context;
  }

  absl::StatusOr<EchoResponse> Call(absl::string_view method, absl::string_view text,
                                    const CallContext& context = {}) {
    return channel_->Call<EchoResponse>(absl::StrCat(kProbe, "/", method), Text(text), context);
  }

  ClientStream<EchoRequest, EchoResponse> Open(absl::string_view method,
                                               const CallContext& context = {}) {
    return channel_->OpenStream<EchoRequest, EchoResponse>(absl::StrCat(kProbe, "/", method),
                                                           context);
  }

  ServerOptions options_;
  Probe probe_;
  Service service_{kProbe};
  std::unique_ptr<Server> server_;
  std::shared_ptr<Channel> channel_;
};

}  // namespace dap::rpc::testing

#endif  // DAP_LIBS_RPC_TESTING_PROBE_H_
