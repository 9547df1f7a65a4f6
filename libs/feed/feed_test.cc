#include "libs/feed/feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "libs/feed/feed_fixture.h"
#include "libs/feed/retention.h"
#include "libs/status/error.h"
#include "libs/status/matchers.h"

namespace dap::feed {
namespace {

using events::v1::ReadEventsResponse;
using status::HasReason;
using status::IsOk;
using status::NamesField;
using status::StatusIs;

constexpr char kReadEvents[] = "dap.events.v1.EventFeedService/ReadEvents";

std::vector<int> Steps(const ReadEventsResponse& response) {
  std::vector<int> steps;
  for (const auto& event : response.events()) steps.push_back(event.goal_step_done().step());
  return steps;
}

// Reads everything of a partition as it is committed, until `done` and nothing is left.
std::vector<events::v1::Event> Follow(Producer& producer, int partition,
                                      const std::atomic<bool>& done) {
  std::vector<events::v1::Event> events;
  for (;;) {
    const bool last_look = done;
    const auto response = producer.Read(partition, events.size(), absl::Milliseconds(200), 7);
    if (!response.ok()) return {};
    for (const auto& event : response->events()) events.push_back(event);
    if (last_look && response->events().empty()) return events;
  }
}

// A reader that waits is known to the table.
bool AwaitReader(Producer& producer) {
  return Eventually([&] {
    const auto rows = db::Read(producer.schema.pool(), Soon(), [](db::Connection& connection) {
      return connection.Query("SELECT consumer FROM feed_consumer");
    });
    return rows.ok() && rows->size() == 1;
  });
}

TEST(PartitionOf, IsTheSameForEver) {
  const auto of = [](absl::string_view text) { return PartitionOf(*id::Uuid::Parse(text), 8); };
  EXPECT_EQ(of("00000000-0000-0000-0000-000000000000"), 5);
  EXPECT_EQ(of("0192f0c1-2d3e-7a4b-8c5d-6e7f80910203"), 1);
}

TEST(Feed, ProducersCommitInAnyOrderAndReadersLoseNothing) {
  constexpr int kThreads = 8, kTransactions = 40;
  Producer producer;
  std::vector<id::Uuid> organisations;
  for (int partition : {0, 3, 3, 6}) organisations.push_back(OrganisationIn(partition));

  std::atomic<bool> done = false;
  std::map<int, std::vector<events::v1::Event>> read;
  std::vector<std::thread> readers, writers;
  for (int partition : {0, 3, 6}) {
    auto* into = &read[partition];
    readers.emplace_back([&, partition, into] { *into = Follow(producer, partition, done); });
  }
  std::atomic<int> failures = 0;
  for (int thread = 0; thread < kThreads; ++thread) {
    writers.emplace_back([&, thread] {
      for (int i = 0; i < kTransactions; ++i) {
        const absl::Status status =
            db::Transaction(producer.schema.pool(), Soon(), [&](db::Connection& tx) {
              Outbox outbox;  // two organisations, in an order of the thread's own
              outbox.Add(organisations[(thread + i) % 4], StepEvent(thread * 1000 + i));
              outbox.Add(organisations[(thread + 3 * i + 1) % 4],
                         StepEvent(thread * 1000 + 500 + i));
              RETURN_IF_ERROR(producer.feed->Append(tx, outbox));
              return i % 5 == 4 ? absl::FailedPreconditionError("undone") : absl::OkStatus();
            });
        if (status.ok() == (i % 5 == 4)) ++failures;
        if (i % 2 == 0) producer.feed->Notify();  // the others are found by looking
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  done = true;
  for (std::thread& reader : readers) reader.join();

  EXPECT_EQ(failures, 0);
  std::set<int> seen;
  size_t count = 0;
  for (const auto& [partition, events] : read) {
    std::map<int, int> last_of_thread;
    for (size_t i = 0; i < events.size(); ++i) {
      const int step = events[i].goal_step_done().step();
      EXPECT_EQ(events[i].position(), static_cast<int64_t>(i) + 1);
      int& last = last_of_thread[step / 500];
      EXPECT_GE(step % 500 + 1, last) << "order of thread " << step / 1000;
      last = step % 500 + 1;
      seen.insert(step);
    }
    count += events.size();
  }
  EXPECT_EQ(count, kThreads * kTransactions / 5 * 4 * 2u);
  EXPECT_EQ(seen.size(), count);
}

TEST(Feed, AWaitingReaderIsAnsweredByACommit) {
  Producer producer;
  const id::Uuid organisation = OrganisationIn(1);
  absl::Notification answered;
  absl::StatusOr<ReadEventsResponse> answer;
  rpc::CallContext context;
  context.deadline = Soon();
  producer.channel->CallAsync<ReadEventsResponse>(
      kReadEvents, Producer::Request(1, 0, absl::Seconds(30)), context,
      [&](absl::StatusOr<ReadEventsResponse> response) {
        answer = std::move(response);
        answered.Notify();
      });
  ASSERT_TRUE(AwaitReader(producer));
  ASSERT_THAT(producer.Emit(organisation, {7}), IsOk());
  answered.WaitForNotification();
  ASSERT_THAT(answer, IsOk());
  EXPECT_THAT(Steps(*answer), testing::ElementsAre(7));
  EXPECT_EQ(answer->last_position(), 1);
  EXPECT_EQ(answer->events(0).organisation(), std::string(organisation.bytes()));
  EXPECT_EQ(answer->events(0).occur_time().seconds(), 1800000000);
}

TEST(Feed, AWaitingReaderSeesWhatAnotherReplicaCommits) {
  Producer producer;
  Feed other(producer.schema.pool(), producer.clock);
  std::thread writer([&] {
    EXPECT_TRUE(AwaitReader(producer));
    EXPECT_THAT(db::Transaction(producer.schema.pool(), Soon(),
                                [&](db::Connection& tx) {
                                  Outbox outbox;
                                  outbox.Add(OrganisationIn(1), StepEvent(8));
                                  return other.Append(tx, outbox);
                                }),
                IsOk());
  });
  const auto answer = producer.Read(1, 0, absl::Seconds(30));
  writer.join();
  ASSERT_THAT(answer, IsOk());
  EXPECT_THAT(Steps(*answer), testing::ElementsAre(8));
}

TEST(Feed, NothingInTimeIsAnEmptyAnswer) {
  Producer producer;
  const auto answer = producer.Read(1, 0, absl::Milliseconds(150));
  ASSERT_THAT(answer, IsOk());
  EXPECT_THAT(Steps(*answer), testing::IsEmpty());
  EXPECT_EQ(answer->last_position(), 0);
}

TEST(Feed, ReadersFarBehindGetAllPartByPart) {
  Producer producer;
  const id::Uuid organisation = OrganisationIn(2);
  std::vector<int> steps(3000);
  for (int i = 0; i < 3000; ++i) steps[i] = i;
  ASSERT_THAT(producer.Emit(organisation, steps), IsOk());
  ASSERT_THAT(producer.Read(2, 2999), IsOk());  // the end is in memory now
  std::vector<int> read;
  while (read.size() < steps.size()) {
    const auto answer = producer.Read(2, read.size(), absl::ZeroDuration(), 700);
    ASSERT_THAT(answer, IsOk());
    ASSERT_FALSE(answer->events().empty());
    EXPECT_EQ(answer->last_position(), 3000);
    for (int step : Steps(*answer)) read.push_back(step);
  }
  EXPECT_EQ(read, steps);
}

TEST(Feed, WhatItCannotAnswerHasAReason) {
  Producer producer;
  EXPECT_THAT(producer.Read(8, 0), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(producer.Read(8, 0), HasReason("PARTITION_UNKNOWN"));
  EXPECT_THAT(producer.Read(8, 0), NamesField("partition"));
  EXPECT_THAT(producer.Read(0, 1), StatusIs(absl::StatusCode::kOutOfRange));
  EXPECT_THAT(producer.Read(0, 1), HasReason("FEED_POSITION_AHEAD"));
}

TEST(Feed, StopAnswersThoseWhoWait) {
  Producer producer;
  absl::Notification answered;
  absl::StatusOr<ReadEventsResponse> answer;
  rpc::CallContext context;
  context.deadline = Soon();
  producer.channel->CallAsync<ReadEventsResponse>(
      kReadEvents, Producer::Request(0, 0, absl::Seconds(30)), context,
      [&](absl::StatusOr<ReadEventsResponse> response) {
        answer = std::move(response);
        answered.Notify();
      });
  ASSERT_TRUE(AwaitReader(producer));
  producer.feed->Stop();
  answered.WaitForNotification();
  ASSERT_THAT(answer, IsOk());
  EXPECT_TRUE(answer->events().empty());
  EXPECT_THAT(producer.Read(0, 0), HasReason("FEED_STOPPING"));
}

TEST(Feed, PartitionsAreFixedForTheLifeOfTheSchema) {
  Producer producer;
  EXPECT_THAT(Migrate(producer.schema.pool()), IsOk());
  EXPECT_THAT(Migrate(producer.schema.pool(), {.partitions = 4}),
              HasReason("FEED_PARTITIONS_FIXED"));
}

TEST(Feed, AnEmptyOutboxTouchesNothing) {
  db::testing::Schema empty;
  const time::SystemClock clock;
  Feed feed(empty.pool(), clock);
  EXPECT_THAT(db::Transaction(empty.pool(), Soon(),
                              [&](db::Connection& tx) { return feed.Append(tx, Outbox()); }),
              IsOk());
}

TEST(Retention, KeepsWhatIsYoungOrNotPassed) {
  Producer producer;
  const id::Uuid organisation = OrganisationIn(4);
  const auto trim = [&] { return *Trim(producer.schema.pool(), producer.clock.Now(), Soon()); };
  ASSERT_THAT(producer.Emit(organisation, {1, 2, 3}), IsOk());
  ASSERT_THAT(producer.Read(4, 2), IsOk());  // "tests" has passed two
  ASSERT_TRUE(Eventually([&] {
    return db::Read(producer.schema.pool(), Soon(),
                    [](db::Connection& connection) {
                      return connection.QueryOne("SELECT position FROM feed_consumer");
                    })
        ->has_value();
  }));
  EXPECT_EQ(trim(), 0) << "all are young";
  producer.clock.Advance(absl::Hours(7 * 24 + 1));
  ASSERT_THAT(producer.Emit(organisation, {4}), IsOk());
  EXPECT_EQ(trim(), 2) << "the third is not passed";
  ASSERT_THAT(db::Transaction(producer.schema.pool(), Soon(),
                              [](db::Connection& tx) { return ForgetConsumer(tx, "tests"); }),
              IsOk());
  EXPECT_EQ(trim(), 1) << "the fourth is young";

  Feed fresh(producer.schema.pool(), producer.clock);  // with nothing in memory
  rpc::ServerOptions options;
  options.security = rpc::Security::kInsecureForTests;
  const auto server = *rpc::Server::Start(options, {&fresh.service()});
  producer.channel = OpenChannel(server->port());
  EXPECT_THAT(producer.Read(4, 2), StatusIs(absl::StatusCode::kOutOfRange));
  EXPECT_THAT(producer.Read(4, 2), HasReason("FEED_POSITION_GONE"));
  const auto rest = producer.Read(4, 3);
  ASSERT_THAT(rest, IsOk());
  EXPECT_THAT(Steps(*rest), testing::ElementsAre(4));
  fresh.Stop();
}

}  // namespace
}  // namespace dap::feed
