#include "libs/feed/consumer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <spawn.h>
#include <sys/wait.h>

#include <atomic>
#include <numeric>
#include <set>
#include <thread>

#include "libs/feed/applier.h"
#include "libs/feed/consumer_fixture.h"
#include "libs/feed/parking.h"
#include "libs/status/error.h"
#include "libs/status/matchers.h"
#include "libs/telemetry/trace.h"

extern char** environ;

namespace dap::feed {
namespace {

using status::HasReason;
using status::IsOk;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<int> UpTo(int last) {
  std::vector<int> steps(last);
  std::iota(steps.begin(), steps.end(), 1);
  return steps;
}

std::string Text(const prometheus::Registry& registry) {
  return prometheus::TextSerializer().Serialize(registry.Collect());
}

class ConsumerTest : public testing::Test {
 protected:
  bool AwaitApplied(const id::Uuid& organisation, size_t count) {
    return Eventually([&] { return service_.Applied(organisation).size() >= count; });
  }
  int64_t Count(absl::string_view sql) {
    return (*db::Read(service_.schema.pool(), Soon(),
                      [&](db::Connection& connection) { return connection.QueryOne(sql); }))
        ->Int(0);
  }

  Producer producer_;
  ConsumingService service_;
};

TEST_F(ConsumerTest, AppliesEachEventOnceInOrderAndEmitsInTheSameTransaction) {
  const id::Uuid one = OrganisationIn(1), two = OrganisationIn(6);
  ASSERT_THAT(producer_.Emit(one, UpTo(30)), IsOk());
  Consumer consumer(service_.Options(producer_),
                    [](db::Connection& tx, Outbox& outbox, const events::v1::Event& event) {
                      outbox.Add(id::Uuid::FromBytes(event.organisation()), StepEvent(0));
                      return KeepStep(tx, outbox, event);
                    });
  consumer.Start();
  ASSERT_THAT(producer_.Emit(two, UpTo(20)), IsOk());
  ASSERT_TRUE(AwaitApplied(one, 30) && AwaitApplied(two, 20));
  consumer.Stop();
  EXPECT_EQ(service_.Applied(one), UpTo(30));
  EXPECT_EQ(service_.Applied(two), UpTo(20));
  EXPECT_EQ(Count("SELECT COUNT(*) FROM feed_event"), 50);
}

TEST_F(ConsumerTest, AppliesWithinTheTraceOfTheCause) {
  const telemetry::TraceContext cause = telemetry::TraceContext::New();
  {
    const telemetry::ScopedTrace scope(cause);
    ASSERT_THAT(producer_.Emit(OrganisationIn(0), {1}), IsOk());
  }
  absl::Notification applied;
  std::string trace_id;
  Consumer consumer(service_.Options(producer_),
                    [&](db::Connection&, Outbox&, const events::v1::Event&) {
                      trace_id = telemetry::CurrentTrace().trace_id();
                      applied.Notify();
                      return absl::OkStatus();
                    });
  consumer.Start();
  applied.WaitForNotification();
  consumer.Stop();
  EXPECT_EQ(trace_id, cause.trace_id());
}

TEST_F(ConsumerTest, TwoReplicasShareThePartitionsAndApplyOnce) {
  std::vector<id::Uuid> organisations;
  for (int partition = 0; partition < 8; ++partition) {
    organisations.push_back(OrganisationIn(partition));
  }
  Consumer first(service_.Options(producer_), KeepStep);
  Consumer second(service_.Options(producer_), KeepStep);
  first.Start();
  second.Start();
  for (int round = 0; round < 10; ++round) {
    for (const id::Uuid& organisation : organisations) {
      ASSERT_THAT(producer_.Emit(organisation, {2 * round + 1, 2 * round + 2}), IsOk());
    }
  }
  for (const id::Uuid& organisation : organisations) ASSERT_TRUE(AwaitApplied(organisation, 20));
  EXPECT_TRUE(Eventually([&] {
    return Count("SELECT COUNT(DISTINCT holder) FROM feed_lease") == 2 &&
           Count(
               "SELECT MAX(n) FROM (SELECT COUNT(*) AS n FROM feed_lease GROUP BY holder) AS c") ==
               4;
  }));
  first.Stop();
  ASSERT_THAT(producer_.Emit(organisations[0], {21}), IsOk());
  ASSERT_THAT(producer_.Emit(organisations[7], {21}), IsOk());
  EXPECT_TRUE(AwaitApplied(organisations[0], 21)) << "the other takes over";
  EXPECT_TRUE(AwaitApplied(organisations[7], 21));
  second.Stop();
  EXPECT_EQ(service_.Applied(organisations[0]), UpTo(21));
  EXPECT_EQ(service_.Applied(organisations[3]), UpTo(20));
}

TEST_F(ConsumerTest, OfTwoAtOnceOnOnePartitionOneApplies) {
  const id::Uuid organisation = OrganisationIn(0);
  ConsumerOptions options = service_.Options(producer_);
  const time::SystemClock clock;
  std::atomic<int> applied = 0, moved = 0;
  ASSERT_THAT(Applier(options, clock, KeepStep).MakeCursors(8), IsOk());
  for (int round = 0; round < 20; ++round) {
    std::vector<events::v1::Event> events(2, StepEvent(round));
    for (int i = 0; i < 2; ++i) {
      events[i].set_position(2 * round + i + 1);
      events[i].set_organisation(std::string(organisation.bytes()));
    }
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&] {
        const absl::Status status = Applier(options, clock, KeepStep).Apply(0, 2 * round, events);
        if (status.ok()) ++applied;
        if (IsCursorMoved(status)) ++moved;
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(applied, 20);
  EXPECT_EQ(moved, 40);
  EXPECT_EQ(service_.Applied(organisation).size(), 40u);
}

TEST_F(ConsumerTest, ALeaseIsTakenOverWhenItEnds) {
  const time::SystemClock clock;
  Applier applier(service_.Options(producer_), clock, KeepStep);
  const absl::Time ends = clock.Now() + absl::Milliseconds(800);
  ASSERT_THAT(db::Transaction(service_.schema.pool(), Soon(),
                              [&](db::Connection& tx) -> absl::Status {
                                RETURN_IF_ERROR(tx.Execute("INSERT INTO feed_lease VALUES "
                                                           "('goals', 2, ?, ?)",
                                                           {OrganisationIn(0), ends})
                                                    .status());
                                return tx
                                    .Execute("INSERT INTO feed_member VALUES ('goals', ?, ?)",
                                             {OrganisationIn(0), ends})
                                    .status();
                              }),
              IsOk());
  ASSERT_THAT(producer_.Emit(OrganisationIn(2), {1}), IsOk());
  absl::Notification applied;
  absl::Time when;
  Consumer consumer(service_.Options(producer_),
                    [&](db::Connection&, Outbox&, const events::v1::Event&) {
                      when = clock.Now();
                      applied.Notify();
                      return absl::OkStatus();
                    });
  consumer.Start();
  applied.WaitForNotification();
  consumer.Stop();
  EXPECT_GE(when, ends);
}

TEST_F(ConsumerTest, APoisonedEventStopsItsPartitionOnlyUntilItIsParked) {
  const id::Uuid poisoned = OrganisationIn(1), healthy = OrganisationIn(2);
  prometheus::Registry registry;
  ConsumerOptions options = service_.Options(producer_);
  options.registry = &registry;
  Consumer consumer(
      options,
      [](db::Connection& tx, Outbox& outbox, const events::v1::Event& event) -> absl::Status {
        RETURN_IF_ERROR(KeepStep(tx, outbox, event));
        if (event.goal_step_done().step() == 13) return absl::InvalidArgumentError("poison");
        return absl::OkStatus();
      });
  ASSERT_THAT(producer_.Emit(poisoned, {11, 12, 13, 14, 15}), IsOk());
  consumer.Start();
  ASSERT_TRUE(Eventually([&] {
    return Text(registry).find("dap_feed_stopped{partition=\"1\",producer=\"goals\"} 1") !=
           std::string::npos;
  }));
  EXPECT_THAT(service_.Applied(poisoned), ElementsAre(11, 12));
  EXPECT_THAT(Text(registry),
              HasSubstr("dap_feed_lag_events{partition=\"1\",producer=\"goals\"} 3"));
  ASSERT_THAT(producer_.Emit(healthy, UpTo(5)), IsOk());
  EXPECT_TRUE(AwaitApplied(healthy, 5));
  EXPECT_THAT(service_.Applied(poisoned), ElementsAre(11, 12));

  const auto park = [&](int64_t position) {
    return db::Transaction(service_.schema.pool(), Soon(), [&](db::Connection& tx) {
      return Park(tx, "goals", 1, position, time::SystemClock().Now());
    });
  };
  EXPECT_THAT(park(2), HasReason("EVENT_ALREADY_PASSED"));
  ASSERT_THAT(park(3), IsOk());
  EXPECT_THAT(park(3), IsOk()) << "twice is once";
  ASSERT_TRUE(AwaitApplied(poisoned, 4));
  EXPECT_THAT(service_.Applied(poisoned), ElementsAre(11, 12, 14, 15));
  EXPECT_TRUE(Eventually([&] {
    return Text(registry).find("dap_feed_stopped{partition=\"1\",producer=\"goals\"} 0") !=
           std::string::npos;
  }));
  EXPECT_EQ(Count("SELECT COUNT(*) FROM feed_parked WHERE payload IS NOT NULL"), 1);
}

TEST_F(ConsumerTest, AnErrorThatPassesByItselfIsTriedAgain) {
  const id::Uuid organisation = OrganisationIn(1);
  prometheus::Registry registry;
  ConsumerOptions options = service_.Options(producer_);
  options.registry = &registry;
  std::atomic<int> failures = 0;
  Consumer consumer(
      options,
      [&](db::Connection& tx, Outbox& outbox, const events::v1::Event& event) -> absl::Status {
        RETURN_IF_ERROR(KeepStep(tx, outbox, event));
        if (event.goal_step_done().step() == 3 && failures < 5) {
          ++failures;
          return absl::UnavailableError("not now");
        }
        return absl::OkStatus();
      });
  ASSERT_THAT(producer_.Emit(organisation, UpTo(6)), IsOk());
  consumer.Start();
  ASSERT_TRUE(AwaitApplied(organisation, 6));
  EXPECT_EQ(service_.Applied(organisation), UpTo(6));
  EXPECT_EQ(failures, 5);
  EXPECT_THAT(Text(registry), HasSubstr("dap_feed_stopped{partition=\"1\",producer=\"goals\"} 0"));
}

TEST_F(ConsumerTest, AProducerThatComesBackIsFollowedOn) {
  const id::Uuid organisation = OrganisationIn(1);
  Consumer consumer(service_.Options(producer_), KeepStep);
  consumer.Start();
  ASSERT_THAT(producer_.Emit(organisation, {1}), IsOk());
  ASSERT_TRUE(AwaitApplied(organisation, 1));
  rpc::ServerOptions options;
  options.security = rpc::Security::kInsecureForTests;
  options.listen = absl::StrCat("127.0.0.1:", producer_.server->port());
  producer_.feed->Stop();
  producer_.server.reset();
  producer_.feed = std::make_unique<Feed>(producer_.schema.pool(), producer_.clock);
  ASSERT_THAT(producer_.Emit(organisation, {2}), IsOk());
  auto again = rpc::Server::Start(options, {&producer_.feed->service()});
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(AwaitApplied(organisation, 2));
  consumer.Stop();
  EXPECT_EQ(service_.Applied(organisation), UpTo(2));
  producer_.feed->Stop();
}

// Runs a consuming process that kills itself in its `kill_at`th handler; waits for its end.
void RunUntilKilled(const Producer& producer, const db::Options& database, int kill_at) {
  const std::string args[] = {FEED_CONSUMER_PROCESS,       absl::StrCat(producer.server->port()),
                              absl::StrCat(database.port), database.user,
                              database.password,           database.schema,
                              absl::StrCat(kill_at)};
  std::vector<char*> argv;
  for (const std::string& arg : args) argv.push_back(const_cast<char*>(arg.c_str()));
  argv.push_back(nullptr);
  pid_t pid = 0;
  ASSERT_EQ(posix_spawn(&pid, argv[0], nullptr, nullptr, argv.data(), environ), 0);
  int status = 0;
  ASSERT_EQ(waitpid(pid, &status, 0), pid);
  ASSERT_TRUE(WIFSIGNALED(status)) << "ended by itself with " << WEXITSTATUS(status);
  ASSERT_EQ(WTERMSIG(status), SIGKILL);
}

TEST_F(ConsumerTest, KilledBetweenApplyingAndTheCursorNothingIsLostOrAppliedTwice) {
  const id::Uuid one = OrganisationIn(1), two = OrganisationIn(6);
  ASSERT_THAT(producer_.Emit(one, UpTo(60)), IsOk());
  ASSERT_THAT(producer_.Emit(two, UpTo(60)), IsOk());
  for (int kill_at : {1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 1, 13, 2}) {
    ASSERT_NO_FATAL_FAILURE(RunUntilKilled(producer_, service_.schema.options(), kill_at));
  }
  EXPECT_LT(service_.Applied(one).size(), 60u) << "killed too late to tell";
  Consumer last(service_.Options(producer_), [](db::Connection& tx, Outbox& outbox,
                                                const events::v1::Event& event) {
    outbox.Add(id::Uuid::FromBytes(event.organisation()), StepEvent(event.goal_step_done().step()));
    return KeepStep(tx, outbox, event);
  });
  last.Start();
  ASSERT_TRUE(AwaitApplied(one, 60) && AwaitApplied(two, 60));
  last.Stop();
  EXPECT_EQ(service_.Applied(one), UpTo(60));
  EXPECT_EQ(service_.Applied(two), UpTo(60));
  EXPECT_EQ(Count("SELECT COUNT(*) FROM feed_event"), 120) << "what it emits is once, too";
}

}  // namespace
}  // namespace dap::feed
