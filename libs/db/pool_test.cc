#include "libs/db/pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "libs/db/testing/private_server.h"
#include "libs/db/testing/schema.h"
#include "libs/db/transaction.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/status/matchers.h"
#include "libs/time/clock.h"

namespace dap::db {
namespace {

using ::dap::status::HasReason;
using ::dap::status::IsOk;
using ::dap::status::StatusIs;

absl::Time In(absl::Duration duration) { return time::SystemClock().Now() + duration; }
absl::Time Soon() { return In(absl::Seconds(30)); }

int64_t IdOf(Connection& connection) {
  return (*connection.QueryOne("SELECT CONNECTION_ID()"))->Int(0);
}

class PoolTest : public ::testing::Test {
 protected:
  PoolTest() {
    Options options = schema_.options();
    options.connections = 2;
    pool_ = *Pool::Create(options);
  }

  testing::Schema schema_;
  std::unique_ptr<Pool> pool_;
};

TEST_F(PoolTest, AConnectionGivenBackIsLentAgain) {
  const int64_t first = IdOf(**pool_->Acquire(Soon()));
  EXPECT_EQ(IdOf(**pool_->Acquire(Soon())), first);
  EXPECT_EQ(pool_->in_use(), 0);
}

TEST_F(PoolTest, ExhaustedItWaitsUntilTheDeadlineAndNotLonger) {
  Lease first = *pool_->Acquire(Soon());
  Lease second = *pool_->Acquire(Soon());
  EXPECT_NE(IdOf(*first), IdOf(*second));
  const absl::Time deadline = In(absl::Milliseconds(100));
  const auto third = pool_->Acquire(deadline);
  EXPECT_GE(time::SystemClock().Now(), deadline);
  EXPECT_THAT(third, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(third, HasReason("POOL_EXHAUSTED"));
  EXPECT_GT(status::RetryAfter(third.status()), absl::ZeroDuration());
}

TEST_F(PoolTest, AWaiterGetsWhatAnotherGivesBack) {
  std::optional<Lease> first = *pool_->Acquire(Soon());
  Lease second = *pool_->Acquire(Soon());
  absl::Notification waiting;
  std::thread waiter([&] {
    waiting.Notify();
    EXPECT_THAT(pool_->Acquire(Soon()), IsOk());
  });
  waiting.WaitForNotification();
  first.reset();
  waiter.join();
}

TEST_F(PoolTest, ABrokenConnectionIsNeverLentAgainNorAreItsFellows) {
  auto killer = *Connection::Open(schema_.root_options());
  std::set<int64_t> former;
  {
    Lease first = *pool_->Acquire(Soon());
    Lease second = *pool_->Acquire(Soon());
    for (Lease* lease : {&first, &second}) former.insert(IdOf(**lease));
    ASSERT_THAT(killer->ExecutePlain(absl::StrCat("KILL ", IdOf(*first))), IsOk());
    EXPECT_THAT(first->Query("SELECT 1"), StatusIs(absl::StatusCode::kUnavailable));
    EXPECT_TRUE(first->broken());
    EXPECT_THAT(first->Query("SELECT 1"), StatusIs(absl::StatusCode::kUnavailable));
  }
  Lease third = *pool_->Acquire(Soon());
  Lease fourth = *pool_->Acquire(Soon());
  EXPECT_FALSE(former.contains(IdOf(*third)));
  EXPECT_FALSE(former.contains(IdOf(*fourth)));
}

class ServerTest : public ::testing::Test {
 protected:
  ServerTest() {
    server_ = *testing::PrivateServer::Start();
    schema_ = std::make_unique<testing::Schema>(*server_);
    schema_->Run("CREATE TABLE t (k INT PRIMARY KEY)");
  }

  std::unique_ptr<testing::PrivateServer> server_;
  std::unique_ptr<testing::Schema> schema_;
};

TEST_F(ServerTest, WithoutAServerCallersHearUnavailableByTheirDeadline) {
  Pool& pool = schema_->pool();
  ASSERT_THAT(server_->Stop(), IsOk());
  const absl::Time deadline = In(absl::Milliseconds(300));
  EXPECT_THAT(
      Transaction(pool, deadline, [](Connection& tx) { return tx.Query("SELECT 1").status(); }),
      HasReason("DATABASE_UNAVAILABLE"));
  EXPECT_LT(time::SystemClock().Now(), deadline + absl::Seconds(2));
  EXPECT_THAT(Pool::Create(schema_->options()), StatusIs(absl::StatusCode::kUnavailable));
  ASSERT_THAT(server_->Restart(), IsOk());
  EXPECT_THAT(
      Transaction(pool, Soon(), [](Connection& tx) { return tx.Query("SELECT 1").status(); }),
      IsOk());
}

// Writers that note each number whose commit was answered. Unknown outcomes are asked again, as a
// client with a request id would.
class Ledger {
 public:
  explicit Ledger(Pool& pool) : pool_(pool) {
    for (int i = 0; i < kWriters; ++i) writers_.emplace_back([this, i] { Write(i); });
  }

  bool AwaitAnswered(int count) {
    absl::MutexLock lock(&mutex_);
    const int wanted = static_cast<int>(answered_.size()) + count;
    const auto enough = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
      return static_cast<int>(answered_.size()) >= wanted;
    };
    return mutex_.AwaitWithTimeout(absl::Condition(&enough), absl::Seconds(60));
  }

  std::set<int> Finish() {
    stop_ = true;
    for (std::thread& writer : writers_) writer.join();
    absl::MutexLock lock(&mutex_);
    return answered_;
  }

 private:
  static constexpr int kWriters = 4;

  void Write(int writer) {
    for (int k = writer; !stop_; k += kWriters) {
      absl::Status status;
      do {
        status = Transaction(pool_, Soon(), [k](Connection& tx) {
          return tx.Execute("INSERT INTO t (k) VALUES (?)", {k}).status();
        });
      } while (IsCommitOutcomeUnknown(status));
      // A duplicate: the commit of which nobody knew had happened.
      EXPECT_TRUE(status.ok() || IsDuplicateKey(status)) << status;
      absl::MutexLock lock(&mutex_);
      answered_.insert(k);
    }
  }

  Pool& pool_;
  std::atomic<bool> stop_ = false;
  absl::Mutex mutex_;
  std::set<int> answered_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> writers_;
};

TEST_F(ServerTest, StoppedAndKilledUnderLoadItLosesNothingThatWasAnswered) {
  Ledger ledger(schema_->pool());
  for (const bool kill : {true, false, true}) {
    ASSERT_TRUE(ledger.AwaitAnswered(50));
    ASSERT_THAT(kill ? server_->Kill() : server_->Stop(), IsOk());
    ASSERT_THAT(server_->Restart(), IsOk());
  }
  ASSERT_TRUE(ledger.AwaitAnswered(50));
  const std::set<int> answered = ledger.Finish();
  const Rows rows = *(*Connection::Open(schema_->options()))->Query("SELECT k FROM t ORDER BY k");
  std::set<int> kept;
  for (const Row& row : rows) kept.insert(static_cast<int>(row.Int(0)));
  EXPECT_EQ(kept, answered);
}

}  // namespace
}  // namespace dap::db
