#include "libs/rpc/stream.h"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "google/protobuf/wrappers.pb.h"
#include "libs/rpc/testing/probe.h"
#include "libs/status/error.h"

namespace dap::rpc::testing {
namespace {

using ::dap::status::HasReason;
using ::dap::status::IsOk;
using ::dap::status::StatusIs;
using ::testing::Not;

using StreamTest = ProbeTest;

TEST_F(StreamTest, BothSidesTalkInTurn) {
  Start();
  auto stream = Open("Chat");
  EchoResponse response;
  for (const char* text : {"one", "two", "three"}) {
    ASSERT_TRUE(stream.Write(Text(text)));
    ASSERT_TRUE(stream.Read(&response));
    EXPECT_EQ(response.text(), text);
  }
  stream.WritesDone();
  EXPECT_FALSE(stream.Read(&response));
  EXPECT_THAT(stream.Finish(), IsOk());
}

TEST_F(StreamTest, AServerStreamGivesAllItsAnswers) {
  Start();
  auto stream = Open("Repeat");
  ASSERT_TRUE(stream.Write(Text("x")));
  stream.WritesDone();
  EchoResponse response;
  int count = 0;
  while (stream.Read(&response)) ++count;
  EXPECT_EQ(count, 3);
  EXPECT_THAT(stream.Finish(), IsOk());
}

TEST_F(StreamTest, AStreamsErrorKeepsItsDetails) {
  probe_.chat = [](const rpc::Call&, Stream<EchoRequest, EchoResponse>&) {
    return status::Aborted("SYNC_SUPERSEDED", "Another one has begun.");
  };
  Start();
  EXPECT_THAT(Open("Chat").Finish(), HasReason("SYNC_SUPERSEDED"));
}

TEST_F(StreamTest, AMessageThatBreaksARuleEndsTheStream) {
  Start();
  auto stream = Open("Chat");
  ASSERT_TRUE(stream.Write(Text(std::string(1001, 'x'))));
  const absl::Status status = stream.Finish();
  EXPECT_THAT(status, HasReason("FIELD_TOO_LONG"));
  EXPECT_THAT(status, status::NamesField("text"));
}

TEST_F(StreamTest, AHandlerMayGoOnAfterABadMessage) {
  probe_.chat = [](const rpc::Call& call, Stream<EchoRequest, EchoResponse>& stream) {
    EchoRequest request;
    absl::Status rules;
    while (stream.Read(&request, &rules)) {
      if (!rules.ok()) request.set_text(status::Reason(rules));
      stream.Write(*Probe::Echo(call, request));
    }
    return absl::OkStatus();
  };
  Start();
  auto stream = Open("Chat");
  EchoResponse response;
  ASSERT_TRUE(stream.Write(Text(std::string(1001, 'x'))));
  ASSERT_TRUE(stream.Read(&response));
  EXPECT_EQ(response.text(), "FIELD_TOO_LONG");
  ASSERT_TRUE(stream.Write(Text("good")));
  ASSERT_TRUE(stream.Read(&response));
  EXPECT_EQ(response.text(), "good");
  stream.WritesDone();
  EXPECT_THAT(stream.Finish(), IsOk());
}

// What a handler gives up for, where it is the stream that broke.
absl::Status GiveUp(const rpc::Call&, Stream<EchoRequest, EchoResponse>& stream) {
  EchoRequest request;
  while (stream.Read(&request)) {
  }
  return status::Aborted("TOO_FEW", "Not all of it came.");
}

TEST_F(StreamTest, AMalformedMessageIsTheResultWhateverTheHandlerMakesOfIt) {
  probe_.chat = GiveUp;
  Start();
  // On the wire like an EchoRequest, but its text is not UTF-8.
  google::protobuf::BytesValue bytes;
  bytes.set_value("\xff");
  auto stream = channel_->OpenStream<google::protobuf::BytesValue, EchoResponse>(
      absl::StrCat(kProbe, "/Chat"), {});
  ASSERT_TRUE(stream.Write(bytes));
  EXPECT_THAT(stream.Finish(), HasReason("MESSAGE_MALFORMED"));
}

TEST_F(StreamTest, ASilentStreamIsEnded) {
  options_.stream_idle = absl::Milliseconds(50);
  probe_.chat = GiveUp;
  Start();
  auto stream = Open("Chat");
  ASSERT_TRUE(stream.Write(Text("x")));
  EXPECT_THAT(stream.Finish(), StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST_F(StreamTest, AStreamEndsAtItsDeadline) {
  options_.max_stream_deadline = absl::Milliseconds(100);
  probe_.chat = GiveUp;
  Start();
  EXPECT_THAT(Open("Chat").Finish(), StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST_F(StreamTest, ACallerThatReadsNothingIsGivenUp) {
  options_.stream_idle = absl::Milliseconds(50);
  absl::Notification ended;
  probe_.repeat = [&](const rpc::Call&, const EchoRequest&, Writer<EchoResponse>& writer) {
    EchoResponse response;
    response.set_text(std::string(64 << 10, 'x'));
    while (writer.Write(response)) {
    }
    ended.Notify();
    return absl::OkStatus();
  };
  Start();
  auto stream = Open("Repeat");
  ASSERT_TRUE(stream.Write(Text("x")));
  EXPECT_TRUE(ended.WaitForNotificationWithTimeout(absl::Seconds(20)));
}

TEST_F(StreamTest, ASlowReaderHoldsTheWriterBack) {
  constexpr int kAnswers = 2000;
  std::atomic<int> written{0};
  probe_.repeat = [&](const rpc::Call&, const EchoRequest&, Writer<EchoResponse>& writer) {
    EchoResponse response;
    response.set_text(std::string(64 << 10, 'x'));
    for (int i = 0; i < kAnswers && writer.Write(response); ++i) ++written;
    return absl::OkStatus();
  };
  Start();
  auto stream = Open("Repeat");
  ASSERT_TRUE(stream.Write(Text("x")));
  stream.WritesDone();
  EchoResponse response;
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(stream.Read(&response));
    EXPECT_LT(written, 20 + 400) << "25 MB are written that nobody reads";
  }
  int rest = 0;
  while (stream.Read(&response)) ++rest;
  EXPECT_EQ(rest, kAnswers - 20);
}

TEST_F(StreamTest, ACallerThatLeavesWakesTheHandlersReadAndWrite) {
  absl::Notification begun, read_woken, write_woken;
  probe_.chat = [&](const rpc::Call&, Stream<EchoRequest, EchoResponse>& stream) {
    begun.Notify();
    EchoRequest request;
    while (stream.Read(&request)) {
    }
    read_woken.Notify();
    return absl::OkStatus();
  };
  probe_.repeat = [&](const rpc::Call&, const EchoRequest&, Writer<EchoResponse>& writer) {
    EchoResponse response;
    response.set_text(std::string(64 << 10, 'x'));
    while (writer.Write(response)) {
    }
    write_woken.Notify();
    return absl::OkStatus();
  };
  Start();
  auto chat = Open("Chat");
  ASSERT_TRUE(chat.Write(Text("x")));
  ASSERT_TRUE(begun.WaitForNotificationWithTimeout(absl::Seconds(20)));
  chat.Cancel();
  auto repeat = Open("Repeat");
  ASSERT_TRUE(repeat.Write(Text("x")));
  EchoResponse response;
  ASSERT_TRUE(repeat.Read(&response));
  repeat.Cancel();
  EXPECT_TRUE(read_woken.WaitForNotificationWithTimeout(absl::Seconds(20)));
  EXPECT_TRUE(write_woken.WaitForNotificationWithTimeout(absl::Seconds(20)));
  EXPECT_THAT(chat.Finish(), StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(StreamTest, MoreStreamsThanThreadsAreRefusedUntilOneEnds) {
  options_.streams = 2;
  Start();
  const auto talk = [](ClientStream<EchoRequest, EchoResponse>& stream) {
    EchoResponse response;
    return stream.Write(Text("x")) && stream.Read(&response);
  };
  auto first = Open("Chat");
  auto second = Open("Chat");
  ASSERT_TRUE(talk(first));
  ASSERT_TRUE(talk(second));
  const absl::Status refused = Open("Chat").Finish();
  EXPECT_THAT(refused, HasReason("STREAMS_FULL"));
  EXPECT_GT(status::RetryAfter(refused), absl::ZeroDuration());
  first.WritesDone();
  ASSERT_THAT(first.Finish(), IsOk());
  // Its thread is free a moment after its answer.
  const absl::Time until = time::SystemClock().Now() + absl::Seconds(20);
  bool open = false;
  while (!open && time::SystemClock().Now() < until) {
    auto third = Open("Chat");
    open = talk(third);
  }
  EXPECT_TRUE(open);
}

TEST_F(StreamTest, DrainCancelsAStreamThatStaysOpen) {
  Start();
  auto stream = Open("Chat");
  EchoResponse response;
  ASSERT_TRUE(stream.Write(Text("x")));
  ASSERT_TRUE(stream.Read(&response));
  server_->Drain(absl::Milliseconds(20));
  EXPECT_FALSE(stream.Read(&response));
  EXPECT_THAT(stream.Finish(), Not(IsOk()));
}

// A handler that hands its Sender to the test.
class WatchTest : public ProbeTest {
 protected:
  WatchTest() {
    probe_.watch = [this](std::shared_ptr<rpc::Call> call, const EchoRequest&,
                          Sender<EchoResponse> sender) {
      call->OnCancel([this] { left_.Notify(); });
      sender_.emplace(sender);
      watched_.Notify();
    };
  }
  ClientStream<EchoRequest, EchoResponse> StartWatch() {
    Start();
    auto stream = Open("Watch");
    EXPECT_TRUE(stream.Write(Text("x")));
    stream.WritesDone();
    EXPECT_TRUE(watched_.WaitForNotificationWithTimeout(absl::Seconds(20)));
    return stream;
  }
  static EchoResponse Answer(const std::string& text) {
    EchoResponse response;
    response.set_text(text);
    return response;
  }

  std::optional<Sender<EchoResponse>> sender_;
  absl::Notification watched_, left_;
};

TEST_F(WatchTest, AnswersComeInOrderAndThenTheEnd) {
  auto stream = StartWatch();
  for (const char* text : {"1", "2", "3"}) ASSERT_TRUE(sender_->Send(Answer(text)));
  sender_->Finish(absl::OkStatus());
  EXPECT_FALSE(sender_->Send(Answer("too late")));
  EchoResponse response;
  std::string all;
  while (stream.Read(&response)) all += response.text();
  EXPECT_EQ(all, "123");
  EXPECT_THAT(stream.Finish(), IsOk());
}

TEST_F(WatchTest, AWatcherThatDoesNotReadIsEndedInsteadOfFillingMemory) {
  options_.sender_buffer = 4;
  auto stream = StartWatch();
  const EchoResponse big = Answer(std::string(1 << 20, 'x'));
  int sent = 0;
  while (sender_->Send(big)) ASSERT_LT(++sent, 1000);
  EXPECT_THAT(stream.Finish(), HasReason("WATCHER_TOO_SLOW"));
}

TEST_F(WatchTest, AWatcherThatLeavesIsTold) {
  auto stream = StartWatch();
  stream.Cancel();
  EXPECT_TRUE(left_.WaitForNotificationWithTimeout(absl::Seconds(20)));
}

}  // namespace
}  // namespace dap::rpc::testing
