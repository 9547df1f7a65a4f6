#include "libs/jobs/runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/synchronization/notification.h"
#include "libs/db/testing/schema.h"
#include "libs/db/transaction.h"
#include "libs/id/uuid.h"
#include "libs/jobs/job_lease.h"
#include "libs/status/matchers.h"
#include "libs/time/clock.h"

namespace dap::jobs {
namespace {

using status::HasReason;
using status::IsOk;
using testing::HasSubstr;

class RunnerTest : public testing::Test {
 protected:
  RunnerTest() { EXPECT_THAT(Migrate(schema_.pool()), IsOk()); }

  bool Eventually(const std::function<bool()>& condition) {
    const absl::Time deadline = clock_.Now() + absl::Seconds(60);
    absl::Notification never;
    while (!condition()) {
      if (clock_.Now() > deadline) return false;
      never.WaitForNotificationWithTimeout(absl::Milliseconds(5));
    }
    return true;
  }

  absl::Time ExpiryOf(absl::string_view job) {
    const auto row =
        db::Read(schema_.pool(), clock_.Now() + absl::Seconds(60), [&](db::Connection& connection) {
          return connection.QueryOne("SELECT expires_at FROM job_lease WHERE job = ?", {job});
        });
    return (*row)->Time(0);
  }

  db::testing::Schema schema_;
  time::SystemClock clock_;
};

TEST_F(RunnerTest, OneReplicaAtATimeRunsAJob) {
  std::atomic<int> running = 0, most = 0, runs = 0;
  absl::Notification never;
  std::vector<std::unique_ptr<Runner>> replicas;
  for (int i = 0; i < 4; ++i) {
    replicas.push_back(std::make_unique<Runner>(schema_.pool()));
    replicas.back()->Add("sweep", absl::Milliseconds(20), [&](absl::Time) {
      most = std::max<int>(most, ++running);
      never.WaitForNotificationWithTimeout(absl::Milliseconds(10));
      --running;
      ++runs;
      return absl::OkStatus();
    });
  }
  for (auto& replica : replicas) replica->Start();
  EXPECT_TRUE(Eventually([&] { return runs >= 30; }));
  for (auto& replica : replicas) replica->Stop();
  EXPECT_EQ(most, 1);
}

TEST_F(RunnerTest, ThePeriodIsOfAllReplicasTogether) {
  std::atomic<int> runs = 0, others = 0;
  std::vector<std::unique_ptr<Runner>> replicas;
  for (int i = 0; i < 3; ++i) {
    replicas.push_back(std::make_unique<Runner>(schema_.pool()));
    replicas.back()->Add("daily", absl::Hours(24), [&](absl::Time) {
      ++runs;
      return absl::OkStatus();
    });
    replicas.back()->Add("often", absl::Milliseconds(5), [&](absl::Time) {
      ++others;
      return absl::OkStatus();
    });
  }
  for (auto& replica : replicas) replica->Start();
  EXPECT_TRUE(Eventually([&] { return runs >= 1 && others >= 20; }));
  for (auto& replica : replicas) replica->Stop();
  EXPECT_EQ(runs, 1);
}

TEST_F(RunnerTest, ALeaseIsRenewedWhileTheJobRuns) {
  // In whole seconds, as the table cuts what is finer than a microsecond.
  time::ManualClock clock(absl::FromUnixSeconds(absl::ToUnixSeconds(clock_.Now())));
  RunnerOptions options;
  options.lease = absl::Milliseconds(300);
  options.machine_clock = &clock;
  std::atomic<int> starts = 0;
  absl::Notification release;
  Runner first(schema_.pool(), options), second(schema_.pool(), options);
  const absl::Cleanup end = [&] { release.Notify(); };
  const auto body = [&](const JobRun&) {
    ++starts;
    release.WaitForNotification();
    return absl::OkStatus();
  };
  first.Add("long", absl::Milliseconds(1), body);
  second.Add("long", absl::Milliseconds(1), body);
  first.Start();
  ASSERT_TRUE(Eventually([&] { return starts == 1; }));
  second.Start();
  JobLease other(schema_.pool(), "long", id::Generator(clock_).Next(), options.lease);
  // More than three leases long nobody else may have it.
  for (int i = 0; i < 5; ++i) {
    clock.Advance(2 * options.lease / 3);
    ASSERT_TRUE(Eventually([&] { return ExpiryOf("long") == clock.Now() + options.lease; }));
    ASSERT_FALSE(other.Take(clock.Now())->mine);
  }
  EXPECT_EQ(starts, 1);
}

TEST_F(RunnerTest, ABodyIsToldThatTheProcessIsToEnd) {
  RunnerOptions options;
  options.run_deadline = absl::Hours(1);
  absl::Notification began;
  bool told = false;
  Runner runner(schema_.pool(), options);
  runner.Add("long", absl::Hours(1), [&](const JobRun& run) {
    EXPECT_FALSE(run.Over());
    began.Notify();
    told = Eventually([&] { return run.Over(); });
    return absl::OkStatus();
  });
  runner.Start();
  ASSERT_TRUE(began.WaitForNotificationWithTimeout(absl::Seconds(60)));
  runner.BeginStop();
  runner.Stop();
  EXPECT_TRUE(told);
}

TEST_F(RunnerTest, ARunIsOverAtItsDeadline) {
  time::ManualClock clock(clock_.Now());
  const std::atomic<bool> stopping = false;
  const JobRun run(clock.Now() + absl::Seconds(1), stopping, clock);
  EXPECT_FALSE(run.Over());
  clock.Advance(absl::Seconds(1));
  EXPECT_TRUE(run.Over());
}

TEST_F(RunnerTest, AJobOfADeadReplicaIsTakenOverWhenItsLeaseEnds) {
  const absl::Time now = clock_.Now();
  JobLease dead(schema_.pool(), "sweep", id::Generator(clock_).Next(), absl::Seconds(30));
  JobLease living(schema_.pool(), "sweep", id::Generator(clock_).Next(), absl::Seconds(30));
  ASSERT_TRUE(dead.Take(now)->mine);
  const auto refused = living.Take(now + absl::Seconds(29));
  EXPECT_FALSE(refused->mine);
  EXPECT_EQ(refused->ask_again, now + absl::Seconds(30));
  EXPECT_TRUE(living.Take(now + absl::Seconds(30))->mine);
  EXPECT_THAT(dead.Renew(now + absl::Seconds(31)), HasReason("LEASE_LOST"));
  EXPECT_THAT(dead.GiveBack(now + absl::Seconds(31), now), IsOk()) << "and does nothing";
  EXPECT_FALSE(dead.Take(now + absl::Seconds(32))->mine);
}

TEST_F(RunnerTest, ShowsHowItWent) {
  prometheus::Registry registry;
  RunnerOptions options;
  options.registry = &registry;
  std::atomic<int> runs = 0;
  Runner runner(schema_.pool(), options);
  runner.Add("flaky", absl::Milliseconds(5), [&](absl::Time deadline) {
    EXPECT_GT(deadline, clock_.Now());
    return ++runs == 1 ? absl::InternalError("broken") : absl::OkStatus();
  });
  runner.Start();
  EXPECT_TRUE(Eventually([&] { return runs >= 3; }));
  runner.Stop();
  const std::string text = prometheus::TextSerializer().Serialize(registry.Collect());
  EXPECT_THAT(text, HasSubstr("dap_job_runs_total{job=\"flaky\",result=\"error\"} 1"));
  EXPECT_THAT(text, HasSubstr("dap_job_last_success_seconds{job=\"flaky\"} 1"));
}

}  // namespace
}  // namespace dap::jobs
