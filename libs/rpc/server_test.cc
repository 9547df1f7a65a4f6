// Calls through a real server and a real channel.
#include "libs/rpc/server.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "absl/synchronization/notification.h"
#include "libs/rpc/error_details.h"
#include "libs/rpc/health.h"
#include "libs/rpc/testing/probe.h"
#include "libs/status/error.h"
#include "prometheus/registry.h"
#include "prometheus/text_serializer.h"

namespace dap::rpc::testing {
namespace {

using ::dap::status::HasReason;
using ::dap::status::IsOk;
using ::dap::status::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

class ServerTest : public ProbeTest {
 protected:
  ~ServerTest() override { server_.reset(); }  // before what its calls count in

  // Makes Echo wait until released; counts those that have begun.
  void HoldEcho() {
    probe_.echo = [this](const rpc::Call& call, const EchoRequest& request) {
      {
        absl::MutexLock lock(&mutex_);
        ++begun_;
      }
      release_.WaitForNotification();
      return Probe::Echo(call, request);
    };
  }
  bool AwaitBegun(int count) {
    return Await(mutex_, [this, count] { return begun_ >= count; });
  }
  std::thread CallInBackground(absl::StatusOr<EchoResponse>* result, absl::string_view method,
                               absl::string_view text, absl::Duration within) {
    return std::thread([=, this] { *result = Call(method, text, Within(within)); });
  }
  // Polls until the metric's line says `value`.
  bool AwaitMetric(const std::string& line) {
    for (int i = 0; i < 2000; ++i) {
      if (prometheus::TextSerializer().Serialize(registry_.Collect()).find(line) !=
          std::string::npos) {
        return true;
      }
      absl::MutexLock lock(&mutex_);
      mutex_.AwaitWithTimeout(absl::Condition(+[](bool* never) { return *never; }, &never_),
                              absl::Milliseconds(5));
    }
    return false;
  }

  static void AwaitClock(absl::Time time) {
    while (time::SystemClock().Now() < time) std::this_thread::yield();
  }

  prometheus::Registry registry_;
  absl::Mutex mutex_;
  int begun_ = 0;
  bool never_ = false;
  absl::Notification release_;
};

TEST_F(ServerTest, AnswersAUnaryCall) {
  Start();
  const auto response = Call("Echo", "hello");
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->text(), "hello");
}

TEST_F(ServerTest, AFullQueueIsRefusedAtOnceWithTheTimeToWait) {
  options_.workers = 1;
  options_.queue = 1;
  options_.registry = &registry_;
  HoldEcho();
  Start();
  absl::StatusOr<EchoResponse> running, queued;
  std::thread first = CallInBackground(&running, "Echo", "1", absl::Seconds(20));
  ASSERT_TRUE(AwaitBegun(1));
  std::thread second = CallInBackground(&queued, "Echo", "2", absl::Seconds(20));
  ASSERT_TRUE(AwaitMetric("dap_rpc_queue_length 1"));

  const auto refused = Call("Change", "3", Within(absl::Seconds(20)));

  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(refused, HasReason("QUEUE_FULL"));
  EXPECT_GT(status::RetryAfter(refused.status()), absl::ZeroDuration());
  release_.Notify();
  first.join();
  second.join();
  EXPECT_THAT(running, IsOk());
  EXPECT_THAT(queued, IsOk());
}

TEST_F(ServerTest, ACallWhoseDeadlinePassesInTheQueueNeverReachesItsHandler) {
  options_.workers = 1;
  options_.registry = &registry_;
  HoldEcho();
  std::atomic<int> changed{0};
  probe_.change = [&](const rpc::Call& call, const EchoRequest& request) {
    ++changed;
    return Probe::Echo(call, request);
  };
  Start();
  absl::StatusOr<EchoResponse> running;
  std::thread first = CallInBackground(&running, "Echo", "1", absl::Seconds(20));
  ASSERT_TRUE(AwaitBegun(1));

  const CallContext context = Within(absl::Milliseconds(50));
  const auto late = Call("Change", "2", context);

  EXPECT_THAT(late, StatusIs(absl::StatusCode::kDeadlineExceeded));
  AwaitClock(context.deadline + absl::Milliseconds(200));  // gRPC sends a rounded one
  release_.Notify();
  first.join();
  EXPECT_TRUE(AwaitMetric("dap_rpc_queue_length 0"));
  EXPECT_THAT(Call("Echo", "after it in the queue"), IsOk());
  EXPECT_EQ(changed, 0);
}

TEST_F(ServerTest, AHandlerSeesThatItsCallerHasLeft) {
  absl::Notification seen;
  probe_.echo = [&](const rpc::Call& call, const EchoRequest& request) {
    while (!call.cancelled()) std::this_thread::yield();
    seen.Notify();
    return Probe::Echo(call, request);
  };
  Start();
  EXPECT_THAT(Call("Echo", "x", Within(absl::Milliseconds(50))),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_TRUE(seen.WaitForNotificationWithTimeout(absl::Seconds(20)));
}

TEST_F(ServerTest, OnCancelRunsForAnAsynchronousCall) {
  absl::Notification cancelled;
  probe_.later = [&](std::shared_ptr<rpc::Call> call, const EchoRequest&, Respond<EchoResponse>) {
    call->OnCancel([&] { cancelled.Notify(); });
  };
  Start();
  EXPECT_THAT(Call("Later", "x", Within(absl::Milliseconds(50))),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_TRUE(cancelled.WaitForNotificationWithTimeout(absl::Seconds(20)));
}

TEST_F(ServerTest, AnAsynchronousCallIsAnsweredFromAnotherThreadAndOnlyOnce) {
  std::thread answering;
  probe_.later = [&](std::shared_ptr<rpc::Call>, const EchoRequest&,
                     Respond<EchoResponse> respond) {
    answering = std::thread([respond] {
      EchoResponse response;
      response.set_text("first");
      respond(response);
      respond(absl::InternalError("second"));
    });
  };
  Start();
  const auto response = Call("Later", "x");
  answering.join();
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->text(), "first");
}

TEST_F(ServerTest, DrainLetsCallsInFlightEndAndTakesNoMore) {
  HoldEcho();
  Start();
  absl::StatusOr<EchoResponse> running;
  std::thread caller = CallInBackground(&running, "Echo", "1", absl::Seconds(20));
  ASSERT_TRUE(AwaitBegun(1));
  std::thread drain([this] { server_->Drain(absl::Seconds(20)); });
  const auto fresh = Connect(server_->port());
  const auto refused = [&] {
    return fresh->Call<EchoResponse>(absl::StrCat(kProbe, "/Change"), Text("2"),
                                     Within(absl::Seconds(1)));
  };
  while (refused().ok()) {  // until the drain has begun
  }
  release_.Notify();
  drain.join();
  caller.join();
  EXPECT_THAT(running, IsOk());
}

TEST_F(ServerTest, DrainCancelsWhatIsNotDoneInTime) {
  probe_.echo = [this](const rpc::Call& call, const EchoRequest& request) {
    {
      absl::MutexLock lock(&mutex_);
      ++begun_;
    }
    while (!call.cancelled()) std::this_thread::yield();
    return Probe::Echo(call, request);
  };
  // Never answered by its handler.
  probe_.later = [](std::shared_ptr<rpc::Call>, const EchoRequest&, Respond<EchoResponse>) {};
  Start();
  absl::StatusOr<EchoResponse> stuck, forgotten;
  std::thread first = CallInBackground(&stuck, "Echo", "1", absl::Seconds(60));
  std::thread second = CallInBackground(&forgotten, "Later", "2", absl::Seconds(60));
  ASSERT_TRUE(AwaitBegun(1));
  server_->Drain(absl::Milliseconds(50));
  first.join();
  second.join();
  EXPECT_THAT(stuck, Not(IsOk()));
  EXPECT_THAT(forgotten, Not(IsOk()));
}

TEST_F(ServerTest, HealthFollowsServing) {
  Start();
  EXPECT_THAT(CheckHealth(*channel_, Within(absl::Seconds(20)).deadline), IsOk());
  server_->SetServing(false);
  EXPECT_THAT(CheckHealth(*channel_, Within(absl::Seconds(20)).deadline),
              HasReason("NOT_SERVING"));
}

TEST_F(ServerTest, MalformedBytesAreAnInvalidArgument) {
  Start();
  grpc::GenericStub stub(grpc::CreateChannel(absl::StrCat("127.0.0.1:", server_->port()),
                                             grpc::InsecureChannelCredentials()));
  const auto call = [&](const std::string& bytes) {
    grpc::ClientContext context;
    const grpc::Slice slice(bytes);
    grpc::ByteBuffer request(&slice, 1), response;
    absl::Status result;
    absl::Notification done;
    stub.UnaryCall(&context, absl::StrCat("/", kProbe, "/Echo"), {}, &request, &response,
                   [&](const grpc::Status& status) {
                     result = FromGrpc(status);
                     done.Notify();
                   });
    done.WaitForNotification();
    return result;
  };
  EXPECT_THAT(call(std::string("\x0a\x7f", 2)), HasReason("MESSAGE_MALFORMED"));
  EXPECT_THAT(call(std::string("\x0a\x01\xff", 3)), HasReason("MESSAGE_MALFORMED")) << "no UTF-8";
  EXPECT_THAT(call(std::string("\x0a\x01x", 3)), IsOk());
}

TEST_F(ServerTest, AnErrorKeepsItsDetailsOverAHop) {
  probe_.echo = [](const rpc::Call&, const EchoRequest&) -> absl::StatusOr<EchoResponse> {
    return status::PreconditionAll("COHORT_NOT_READY", "Two things are missing.",
                                   {{"places", "No place is left.", "PLACES"},
                                    {"kick_off", "There is no kick-off.", "KICK_OFF"}});
  };
  Start();
  const absl::Status error = Call("Echo", "x").status();
  EXPECT_THAT(error, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(error, HasReason("COHORT_NOT_READY"));
  ASSERT_EQ(status::Violations(error).size(), 2u);
  EXPECT_EQ(status::Violations(error)[1].reason, "KICK_OFF");
}

TEST_F(ServerTest, AnInternalErrorTellsOnlyItsTrace) {
  probe_.echo = [](const rpc::Call&, const EchoRequest&) -> absl::StatusOr<EchoResponse> {
    return status::Internal("SELECT secret");
  };
  Start();
  CallContext context;
  context.trace = telemetry::TraceContext::New();
  const absl::Status error = Call("Echo", "x", context).status();
  EXPECT_EQ(error.message(),
            absl::StrCat("Internal error; report trace ", context.trace.trace_id()));
}

TEST_F(ServerTest, ATraceGoesThroughTheHandlerIntoItsOwnCalls) {
  std::string outer, inner;
  probe_.echo = [&](const rpc::Call&, const EchoRequest&) {
    outer = telemetry::CurrentTrace().trace_id();
    return Call("Change", "from within");
  };
  probe_.change = [&](const rpc::Call& call, const EchoRequest& request) {
    inner = call.trace().trace_id();
    return Probe::Echo(call, request);
  };
  Start();
  CallContext context;
  context.trace = telemetry::TraceContext::New();
  ASSERT_THAT(Call("Echo", "x", context), IsOk());
  EXPECT_EQ(outer, context.trace.trace_id());
  EXPECT_EQ(inner, outer);
}

TEST_F(ServerTest, TheDeadlineIsTheCallersOrTheDefaultAndNeverTooLong) {
  options_.max_deadline = absl::Seconds(60);
  absl::Duration left;
  probe_.echo = [&](const rpc::Call& call, const EchoRequest& request) {
    left = call.deadline() - time::SystemClock().Now();
    return Probe::Echo(call, request);
  };
  Start();
  ASSERT_THAT(Call("Echo", "x", Within(absl::Seconds(20))), IsOk());
  EXPECT_LE(left, absl::Seconds(21));  // gRPC sends a rounded one
  EXPECT_GT(left, absl::Seconds(10));
  ASSERT_THAT(Call("Echo", "x", Within(absl::Hours(1))), IsOk());
  EXPECT_LE(left, absl::Seconds(60));
}

TEST_F(ServerTest, CountsEachCallByMethodAndCode) {
  options_.registry = &registry_;
  Start();
  ASSERT_THAT(Call("Echo", "x"), IsOk());
  ASSERT_THAT(Call("Echo", "x"), IsOk());
  ASSERT_THAT(Call("Closed", "x"), Not(IsOk()));
  EXPECT_TRUE(AwaitMetric(absl::StrCat("dap_rpc_calls_total{code=\"OK\",method=\"", kProbe,
                                       "/Echo\"} 2")));
  EXPECT_TRUE(AwaitMetric(absl::StrCat("dap_rpc_calls_total{code=\"PERMISSION_DENIED\",method=\"",
                                       kProbe, "/Closed\"} 1")));
  EXPECT_TRUE(AwaitMetric(absl::StrCat("dap_rpc_in_flight{method=\"", kProbe, "/Echo\"} 0")));
}

TEST_F(ServerTest, APortThatIsTakenIsNamed) {
  Start();
  options_.listen = absl::StrCat("127.0.0.1:", server_->port());
  const auto second = Server::Start(options_, {&service_});
  EXPECT_THAT(second.status(), HasReason("LISTEN_FAILED"));
  EXPECT_THAT(std::string(second.status().message()), HasSubstr(options_.listen));
}

TEST_F(ServerTest, AMessageThatIsTooBigIsRefused) {
  options_.max_receive_bytes = 1000;
  Start();
  EXPECT_THAT(Call("Echo", std::string(2000, 'x')),
              StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST(ServiceTest, StartNamesEveryWrongBinding) {
  Service service(kProbe);
  service.Unary<EchoRequest, EchoResponse>("Echo", Probe::Echo);
  service.Unary<EchoRequest, EchoResponse>("Echo", Probe::Echo);
  service.Unary<EchoRequest, EchoResponse>("Ecco", Probe::Echo);
  service.Unary<EchoRequest, EchoResponse>("Check", Probe::Echo);
  service.Unary<EchoRequest, EchoResponse>("Chat", Probe::Echo);
  ServerOptions options;
  options.security = Security::kInsecureForTests;
  const auto server = Server::Start(options, {&service});
  const std::string message(server.status().message());
  EXPECT_THAT(message, HasSubstr("Echo is bound twice"));
  EXPECT_THAT(message, HasSubstr("there is no method Ecco"));
  EXPECT_THAT(message, HasSubstr("Check is bound with dap.rpc.testing.v1.EchoRequest"));
  EXPECT_THAT(message, HasSubstr("Chat streams in another way"));
  EXPECT_THAT(message, HasSubstr("Watch is not bound"));
}

TEST(ServiceTest, StartNamesAServiceThatIsNotLinkedIn) {
  Service service("dap.nothing.v1.NothingService");
  ServerOptions options;
  options.security = Security::kInsecureForTests;
  EXPECT_THAT(std::string(Server::Start(options, {&service}).status().message()),
              HasSubstr("dap.nothing.v1.NothingService"));
}

}  // namespace
}  // namespace dap::rpc::testing
