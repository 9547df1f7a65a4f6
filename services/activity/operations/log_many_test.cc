// Batches, streams and too much of both.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/synchronization/mutex.h"
#include "services/activity/operations/log_batch.h"
#include "services/activity/operations/log_stream.h"
#include "services/activity/testing/activity_test_base.h"

namespace dap::activity {
namespace {

using status::HasReason;
using status::IsOk;
using status::NamesField;
using status::StatusIs;
using testing::AllOf;
using testing::SizeIs;

class LogManyTest : public ActivityTest {
 protected:
  v1::BatchLogActivitiesRequest BatchRequest(int count) {
    v1::BatchLogActivitiesRequest batch;
    batch.set_parent(Name(me_));
    for (int i = 0; i < count; ++i) *batch.add_requests() = LogRequest();
    return batch;
  }
  absl::StatusOr<v1::BatchLogActivitiesResponse> Batch(
      const v1::BatchLogActivitiesRequest& request) {
    return Call<v1::BatchLogActivitiesResponse>("BatchLogActivities", request, Me());
  }
  v1::StreamActivitiesRequest Item(int64_t sequence, const v1::LogActivityRequest& request) {
    v1::StreamActivitiesRequest item;
    item.set_sequence(sequence);
    *item.mutable_request() = request;
    return item;
  }
  // Nothing of the fixture's organisation can be written until `lease` ends.
  db::Lease Hold() {
    auto lease = pool().Acquire(Deadline());
    EXPECT_THAT(lease, IsOk());
    EXPECT_THAT((*lease)->ExecutePlain("BEGIN"), IsOk());
    EXPECT_THAT((*lease)->Query("SELECT 1 FROM participation WHERE organisation = ? FOR UPDATE",
                                {organisation_}),
                IsOk());
    return *std::move(lease);
  }
};

TEST_F(LogManyTest, ABatchHasAResultForEachAndABadOneFailsAlone) {
  const v1::LogActivityRequest before = LogRequest();
  const auto first = Log(before);
  ASSERT_THAT(first, IsOk());
  v1::BatchLogActivitiesRequest batch = BatchRequest(6);
  batch.mutable_requests(1)->mutable_activity()->set_minutes(601);
  batch.mutable_requests(2)->set_parent(Name({ids_.Next(), me_.staff}));
  batch.mutable_requests(3)->clear_request_id();
  *batch.mutable_requests(4) = before;
  *batch.mutable_requests(5) = batch.requests(0);
  const auto response = Batch(batch);
  ASSERT_THAT(response, IsOk());
  ASSERT_THAT(response->results(), SizeIs(6));
  EXPECT_TRUE(response->results(0).has_activity());
  EXPECT_THAT(Status(response->results(1).error()),
              AllOf(HasReason("FIELD_OUT_OF_RANGE"), NamesField("activity.minutes")));
  EXPECT_THAT(Status(response->results(2).error()), HasReason("PARENT_OF_ANOTHER_ENROLMENT"));
  EXPECT_THAT(Status(response->results(3).error()), NamesField("request_id"));
  EXPECT_EQ(response->results(4).activity().name(), first->activity().name());
  EXPECT_EQ(response->results(5).activity().name(), response->results(0).activity().name());
  EXPECT_EQ(Count("activity"), 2);

  const auto again = Batch(batch);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->results(0).activity().name(), response->results(0).activity().name());
  EXPECT_EQ(Count("activity"), 2);
}

TEST_F(LogManyTest, ABatchTakesAThousandAndNoMore) {
  const auto all = Batch(BatchRequest(1000));
  ASSERT_THAT(all, IsOk());
  for (const v1::LogResult& result : all->results()) ASSERT_TRUE(result.has_activity());
  EXPECT_EQ(Count("activity"), 1000);
  EXPECT_EQ(CountTold(events::v1::Event::kActivityLogged), 1000);
  EXPECT_THAT(Batch(BatchRequest(1001)), HasReason("LIST_TOO_LONG"));
  EXPECT_THAT(Batch(BatchRequest(0)), NamesField("requests"));
}

TEST_F(LogManyTest, AStreamAcknowledgesWhatIsSettledAndTellsOfTheRefused) {
  auto stream = OpenStream(Me());
  std::vector<v1::LogActivityRequest> sent;
  for (int i = 1; i <= 600; ++i) {
    v1::LogActivityRequest request = LogRequest();
    if (i == 300) request.mutable_activity()->set_minutes(0);
    if (i == 301) request.mutable_activity()->set_kind(v1::ACTIVITY_KIND_GATHER);
    if (i == 302) request = sent[7];
    sent.push_back(request);
    ASSERT_TRUE(stream.Write(Item(i * 10, request)));
  }
  stream.WritesDone();
  v1::StreamActivitiesResponse response;
  int64_t acknowledged = 0;
  std::vector<int64_t> refused;
  while (stream.Read(&response)) {
    EXPECT_GT(response.acknowledged_sequence(), acknowledged);
    acknowledged = response.acknowledged_sequence();
    for (const auto& one : response.refused()) {
      EXPECT_EQ(one.request_id(), sent[one.sequence() / 10 - 1].request_id());
      EXPECT_THAT(Status(one.error()), StatusIs(absl::StatusCode::kInvalidArgument));
      refused.push_back(one.sequence());
    }
  }
  EXPECT_THAT(stream.Finish(), IsOk());
  EXPECT_EQ(acknowledged, 6000);
  EXPECT_THAT(refused, testing::ElementsAre(3000, 3010));
  EXPECT_EQ(Count("activity"), 597);
}

TEST_F(LogManyTest, NothingIsAcknowledgedBeforeItsCommitAndABrokenStreamGoesOn) {
  std::vector<v1::LogActivityRequest> queue;
  for (int i = 0; i < 40; ++i) queue.push_back(LogRequest());
  int64_t acknowledged = 0;
  {
    auto stream = OpenStream(Me());
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(stream.Write(Item(i + 1, queue[i])));
    v1::StreamActivitiesResponse response;
    while (acknowledged < 10 && stream.Read(&response)) {
      acknowledged = response.acknowledged_sequence();
      EXPECT_GE(Count("activity"), acknowledged);
    }
    for (int i = 10; i < 25; ++i) ASSERT_TRUE(stream.Write(Item(i + 1, queue[i])));
    stream.Cancel();  // some of these are written, and nobody hears of it
    EXPECT_FALSE(stream.Finish().ok());
  }
  auto stream = OpenStream(Me());
  for (int64_t i = acknowledged; i < 40; ++i) ASSERT_TRUE(stream.Write(Item(i + 1, queue[i])));
  stream.WritesDone();
  v1::StreamActivitiesResponse response;
  while (stream.Read(&response)) acknowledged = response.acknowledged_sequence();
  EXPECT_THAT(stream.Finish(), IsOk());
  EXPECT_EQ(acknowledged, 40);
  EXPECT_EQ(Count("activity"), 40);
}

TEST_F(LogManyTest, OnePersonDoesNotTakeAllStreams) {
  std::vector<decltype(OpenStream(Me()))> streams;
  v1::StreamActivitiesResponse response;
  for (int i = 0; i < 4; ++i) {
    streams.push_back(OpenStream(Me()));
    ASSERT_TRUE(streams.back().Write(Item(1, LogRequest())));
    ASSERT_TRUE(streams.back().Read(&response));
  }
  auto one_more = OpenStream(Me());
  EXPECT_FALSE(one_more.Read(&response));
  EXPECT_THAT(one_more.Finish(), HasReason("STREAMS_OF_PERSON"));
  // An end gives the place back before it is told.
  streams.back().WritesDone();
  EXPECT_THAT(streams.back().Finish(), IsOk());
  auto next = OpenStream(Me());
  ASSERT_TRUE(next.Write(Item(1, LogRequest())));
  EXPECT_TRUE(next.Read(&response));
}

TEST_F(LogManyTest, ASequenceRises) {
  auto stream = OpenStream(Me());
  stream.Write(Item(5, LogRequest()));
  stream.Write(Item(5, LogRequest()));
  EXPECT_THAT(stream.Finish(), HasReason("SEQUENCE_NOT_RISING"));
}

class OverloadTest : public LogManyTest {
 protected:
  static constexpr int kQueue = 8;
  OverloadTest() { queue_ = kQueue; }
};

TEST_F(OverloadTest, AStreamWaitsWhereACallIsRefused) {
  db::Lease held = Hold();
  auto stream = OpenStream(Me());
  for (int i = 1; i <= 100; ++i) ASSERT_TRUE(stream.Write(Item(i, LogRequest())));
  stream.WritesDone();
  EXPECT_THAT(held->ExecutePlain("COMMIT"), IsOk());
  v1::StreamActivitiesResponse response;
  while (stream.Read(&response)) EXPECT_THAT(response.refused(), SizeIs(0));
  EXPECT_THAT(stream.Finish(), IsOk());
  EXPECT_EQ(response.acknowledged_sequence(), 100);
  EXPECT_EQ(Count("activity"), 100);
}

TEST_F(OverloadTest, ABatchOfWhichNothingFitsIsRefusedAsAWholeAndAtOnce) {
  db::Lease held = Hold();
  constexpr int kBatches = 30;  // at most 8 are being written and 8 wait
  absl::Mutex mutex;
  int answered = 0;
  std::vector<absl::Status> refused;
  rpc::CallContext context;
  context.deadline = Deadline();
  context.principal = Me();
  for (int i = 0; i < kBatches; ++i) {
    channel_->CallAsync<v1::BatchLogActivitiesResponse>(
        "dap.activity.v1.ActivityService/BatchLogActivities", BatchRequest(20), context,
        [&](const absl::StatusOr<v1::BatchLogActivitiesResponse>& result) {
          absl::MutexLock lock(&mutex);
          ++answered;
          if (!result.ok()) refused.push_back(result.status());
        });
  }
  const auto await = [&](auto condition) {
    absl::MutexLock lock(&mutex);
    EXPECT_TRUE(mutex.AwaitWithTimeout(absl::Condition(&condition), absl::Seconds(60)));
  };
  await([&] { return refused.size() >= kBatches - 16; });  // while nothing can be written
  EXPECT_THAT(held->ExecutePlain("COMMIT"), IsOk());
  await([&] { return answered == kBatches; });
  for (const absl::Status& status : refused) {
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted));
    EXPECT_GT(status::RetryAfter(status), absl::ZeroDuration());
  }
}

// Twice as much is offered as is written, round after round.
TEST_F(OverloadTest, UnderOverloadTheRestIsRefusedAtOnceAndNoMoreWaitsThanMay) {
  constexpr int kBatch = 4;
  constexpr int kRounds = 60;
  ActivityWriterOptions options;
  options.queue = kQueue;
  options.max_batch = kBatch;
  ActivityWriter writer(*context_, options);
  absl::Mutex mutex;
  int given = 0, written = 0, refused = 0;
  const auto add = [&] {
    rpc::CallInfo info;
    info.deadline = Deadline();
    info.principal = Me();
    auto log = PrepareLog(*context_, rpc::Call(info), LogRequest());
    ASSERT_THAT(log, IsOk());
    writer.Add(*std::move(log), [&](const absl::StatusOr<v1::LogActivityResponse>& result) {
      absl::MutexLock lock(&mutex);
      ++given;
      if (result.ok()) {
        ++written;
        return;
      }
      ++refused;
      EXPECT_THAT(result, StatusIs(absl::StatusCode::kResourceExhausted));
      EXPECT_GT(status::RetryAfter(result.status()), absl::ZeroDuration());
    });
  };
  int added = 0;
  for (int round = 1; round <= kRounds; ++round) {
    for (int i = 0; i < 2 * kBatch; ++i) {
      add();
      ++added;
      absl::MutexLock lock(&mutex);
      // Those that wait, and a few batches that are being written or answered.
      ASSERT_LE(added - given, kQueue + 6 * kBatch);
    }
    absl::MutexLock lock(&mutex);
    const int next = std::min(written + kBatch, added - refused);
    const auto served = [&] { return written >= next; };
    ASSERT_TRUE(mutex.AwaitWithTimeout(absl::Condition(&served), absl::Seconds(60)));
  }
  const auto idle = [&] { return given == added; };
  const auto await_idle = [&] {
    absl::MutexLock lock(&mutex);
    ASSERT_TRUE(mutex.AwaitWithTimeout(absl::Condition(&idle), absl::Seconds(60)));
  };
  await_idle();
  EXPECT_GE(refused, kRounds) << "about half";
  EXPECT_GE(written, kRounds * kBatch - kBatch) << "what it can do, it does";
  const int refused_before = refused;
  add();
  ++added;
  await_idle();
  EXPECT_EQ(refused, refused_before) << "the next one after the overload is taken";
  EXPECT_EQ(Count("activity"), written);
}

}  // namespace
}  // namespace dap::activity
