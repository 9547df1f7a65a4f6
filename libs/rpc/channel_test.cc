#include "libs/rpc/channel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <utility>

#include "absl/synchronization/notification.h"
#include "libs/rpc/testing/probe.h"
#include "libs/status/error.h"

namespace dap::rpc::testing {
namespace {

using ::dap::status::HasReason;
using ::dap::status::IsOk;
using ::dap::status::StatusIs;

class ChannelTest : public ProbeTest {
 protected:
  // Echo and Change fail this many times before they answer.
  void FailFirst(int times) {
    const auto failing = [this, times](const rpc::Call& call,
                                       const EchoRequest& request) -> absl::StatusOr<EchoResponse> {
      if (++calls_ <= times) return status::Unavailable("DATABASE_AWAY", "Send it again.");
      return Probe::Echo(call, request);
    };
    probe_.echo = failing;
    probe_.change = failing;
  }

  std::atomic<int> calls_{0};
};

TEST_F(ChannelTest, AReadIsTriedAgain) {
  FailFirst(2);
  Start();
  EXPECT_THAT(Call("Echo", "x"), IsOk());
  EXPECT_EQ(calls_, 3);
}

// What a callback holds is let go after it ran, also where its call was tried several times.
TEST_F(ChannelTest, ACallTriedAgainLeavesNothingBehind) {
  FailFirst(1);
  Start();
  absl::Notification answered;
  auto held = std::make_shared<int>(1);
  const std::weak_ptr<int> watched = held;
  channel_->CallAsync<EchoResponse>(
      absl::StrCat(kProbe, "/Echo"), Text("x"), {},
      [&answered, held = std::move(held)](absl::StatusOr<EchoResponse> response) {
        EXPECT_THAT(response, IsOk());
        answered.Notify();
      });
  answered.WaitForNotification();
  EXPECT_EQ(calls_, 2);
  const absl::Time until = time::SystemClock().Now() + absl::Seconds(20);
  while (!watched.expired() && time::SystemClock().Now() < until) std::this_thread::yield();
  EXPECT_TRUE(watched.expired());
}

TEST_F(ChannelTest, AChangeIsNotTriedAgain) {
  FailFirst(1);
  Start();
  EXPECT_THAT(Call("Change", "x"), HasReason("DATABASE_AWAY"));
  EXPECT_EQ(calls_, 1);
}

TEST_F(ChannelTest, AChangeWithARequestIdIsTriedAgain) {
  FailFirst(1);
  Start();
  EchoRequest request = Text("x");
  request.set_request_id("01890a5d-ac96-774b-bcce-b302099a8057");
  EXPECT_THAT(channel_->Call<EchoResponse>(absl::StrCat(kProbe, "/Change"), request, {}), IsOk());
  EXPECT_EQ(calls_, 2);
}

TEST_F(ChannelTest, TriesEndAfterFour) {
  FailFirst(100);
  Start();
  EXPECT_THAT(Call("Echo", "x"), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(calls_, 4);
}

TEST_F(ChannelTest, OtherErrorsAreNotTriedAgain) {
  probe_.echo = [this](const rpc::Call&, const EchoRequest&) -> absl::StatusOr<EchoResponse> {
    ++calls_;
    return status::Aborted("ETAG_STALE", "Read it again.");
  };
  Start();
  EXPECT_THAT(Call("Echo", "x"), HasReason("ETAG_STALE"));
  EXPECT_EQ(calls_, 1);
}

TEST_F(ChannelTest, NobodyThereIsUnavailableWithinTheDeadline) {
  Start();
  server_->Drain(absl::ZeroDuration());
  const absl::Time before = time::SystemClock().Now();
  EXPECT_THAT(Call("Echo", "x", Within(absl::Seconds(5))),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_LT(time::SystemClock().Now() - before, absl::Seconds(6));
}

TEST_F(ChannelTest, AnAsynchronousCallTellsItsResult) {
  Start();
  absl::Notification told;
  absl::StatusOr<EchoResponse> result;
  channel_->CallAsync<EchoResponse>(absl::StrCat(kProbe, "/Echo"), Text("x"), {},
                                    [&](absl::StatusOr<EchoResponse> answer) {
                                      result = std::move(answer);
                                      told.Notify();
                                    });
  ASSERT_TRUE(told.WaitForNotificationWithTimeout(absl::Seconds(20)));
  EXPECT_THAT(result, IsOk());
}

TEST_F(ChannelTest, AMethodThatIsNotThereIsInternal) {
  Start();
  EXPECT_THAT(Call("Nothing", "x"), StatusIs(absl::StatusCode::kInternal));
}

TEST_F(ChannelTest, ContextOfACallTakesItsDeadlineAlong) {
  absl::Time inner;
  probe_.change = [&](const rpc::Call& call, const EchoRequest& request) {
    inner = call.deadline();
    return Probe::Echo(call, request);
  };
  absl::Time outer;
  probe_.echo = [&](const rpc::Call& call, const EchoRequest&) {
    outer = call.deadline();
    return Call("Change", "inner", CallContext::For(call));
  };
  Start();
  ASSERT_THAT(Call("Echo", "outer", Within(absl::Seconds(3))), IsOk());
  EXPECT_LT(absl::AbsDuration(inner - outer), absl::Seconds(1));
}

TEST(ChannelOptionsTest, BadTargetsAreRefused) {
  for (const char* target : {"", "host", "host:", ":1", "host:http", "a:1,b:2"}) {
    ChannelOptions options;
    options.target = target;
    options.insecure_for_tests = true;
    EXPECT_THAT(Channel::Open(options).status(), HasReason("TARGET_INVALID")) << target;
  }
  for (const char* target : {"host:1", "dns:///host:1", "127.0.0.1:1,127.0.0.1:2"}) {
    ChannelOptions options;
    options.target = target;
    options.insecure_for_tests = true;
    EXPECT_THAT(Channel::Open(options), IsOk()) << target;
  }
}

TEST_F(ChannelTest, SeveralAddressesAreUsedInTurn) {
  Start();
  Service second_service(kProbe);
  Probe second;
  std::atomic<int> second_calls{0};
  second.echo = [&](const rpc::Call& call, const EchoRequest& request) {
    ++second_calls;
    return Probe::Echo(call, request);
  };
  second.BindTo(second_service);
  const auto second_server = Server::Start(options_, {&second_service});
  ASSERT_THAT(second_server, IsOk());
  ChannelOptions options;
  options.target =
      absl::StrCat("127.0.0.1:", server_->port(), ",127.0.0.1:", (*second_server)->port());
  options.insecure_for_tests = true;
  channel_ = *Channel::Open(options);
  const absl::Time until = time::SystemClock().Now() + absl::Seconds(20);
  while (second_calls < 10 && time::SystemClock().Now() < until) {
    ASSERT_THAT(Call("Echo", "x"), IsOk());
  }
  EXPECT_GE(second_calls, 10);
}

}  // namespace
}  // namespace dap::rpc::testing
