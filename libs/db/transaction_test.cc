#include "libs/db/transaction.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "libs/db/testing/cutting_proxy.h"
#include "libs/db/testing/schema.h"
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

class TransactionTest : public ::testing::Test {
 protected:
  TransactionTest() { schema_.Run("CREATE TABLE t (k INT PRIMARY KEY, v INT NOT NULL)"); }

  Pool& pool() { return schema_.pool(); }

  int64_t Number(absl::string_view sql) {
    return *Read(pool(), Soon(), [&](Connection& connection) -> absl::StatusOr<int64_t> {
      ASSIGN_OR_RETURN(auto row, connection.QueryOne(sql));
      return row->Int(0);
    });
  }

  void Kill(int64_t connection) {
    auto killer = *Connection::Open(schema_.root_options());
    ASSERT_THAT(killer->ExecutePlain(absl::StrCat("KILL ", connection)), IsOk());
  }

  testing::Schema schema_;
};

constexpr absl::string_view kInsert = "INSERT INTO t (k, v) VALUES (?, ?)";

TEST_F(TransactionTest, CommitsAndReturnsWhatTheBodyReturns) {
  const absl::StatusOr<std::string> result =
      Transaction(pool(), Soon(), [](Connection& tx) -> absl::StatusOr<std::string> {
        RETURN_IF_ERROR(tx.Execute(kInsert, {1, 2}).status());
        return "done";
      });
  EXPECT_EQ(*result, "done");
  EXPECT_EQ(Number("SELECT COUNT(*) FROM t"), 1);
}

TEST_F(TransactionTest, AnErrorOfTheBodyUndoesAllAndRunsOnce) {
  int runs = 0;
  EXPECT_THAT(Transaction(pool(), Soon(),
                          [&](Connection& tx) -> absl::Status {
                            ++runs;
                            RETURN_IF_ERROR(tx.Execute(kInsert, {1, 2}).status());
                            return status::Unavailable("FAR_SIDE_DOWN", "not the database");
                          }),
              HasReason("FAR_SIDE_DOWN"));
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(Number("SELECT COUNT(*) FROM t"), 0);
}

// Within an XA transaction the server refuses START TRANSACTION, with a code of no class.
TEST_F(TransactionTest, OneThatCannotBeginIsAnErrorAndItsBodyDoesNotRun) {
  Options options = schema_.options();
  options.connections = 1;
  auto one = *Pool::Create(options);
  ASSERT_THAT((*one->Acquire(Soon()))->ExecutePlain("XA START 'x'"), IsOk());
  int runs = 0;
  const auto body = [&](Connection& tx) { return tx.Execute(kInsert, {++runs, 0}).status(); };
  EXPECT_THAT(Transaction(*one, Soon(), body), StatusIs(absl::StatusCode::kInternal));
  EXPECT_EQ(runs, 0);
  EXPECT_THAT(Transaction(*one, Soon(), body), IsOk()) << "on a new connection";
  EXPECT_EQ(Number("SELECT COUNT(*) FROM t"), 1);
}

TEST_F(TransactionTest, GoesOnAfterADuplicateKey) {
  EXPECT_THAT(Transaction(pool(), Soon(),
                          [&](Connection& tx) -> absl::Status {
                            RETURN_IF_ERROR(tx.Execute(kInsert, {1, 1}).status());
                            EXPECT_TRUE(IsDuplicateKey(tx.Execute(kInsert, {1, 2}).status()));
                            return tx.Execute(kInsert, {2, 2}).status();
                          }),
              IsOk());
  EXPECT_EQ(Number("SELECT COUNT(*) FROM t"), 2);
}

// Two transactions each lock one row, then want the other's.
TEST_F(TransactionTest, ADeadlockIsRunAgain) {
  schema_.Run("INSERT INTO t VALUES (1, 0), (2, 0)");
  absl::Notification one_locked, two_locked;
  std::atomic<int> first_runs = 0, second_runs = 0;
  const auto lock_both = [&](int mine, int others, absl::Notification& locked,
                             absl::Notification& other_locked, std::atomic<int>& runs) {
    EXPECT_THAT(Transaction(pool(), Soon(),
                            [&](Connection& tx) -> absl::Status {
                              const bool first = ++runs == 1;
                              constexpr absl::string_view kAdd =
                                  "UPDATE t SET v = v + 1 WHERE k = ?";
                              RETURN_IF_ERROR(tx.Execute(kAdd, {mine}).status());
                              if (first) {
                                locked.Notify();
                                other_locked.WaitForNotification();
                              }
                              return tx.Execute(kAdd, {others}).status();
                            }),
                IsOk());
  };
  std::thread other([&] { lock_both(2, 1, two_locked, one_locked, second_runs); });
  lock_both(1, 2, one_locked, two_locked, first_runs);
  other.join();
  EXPECT_EQ(first_runs + second_runs, 3);
  EXPECT_EQ(Number("SELECT SUM(v) FROM t"), 4);
}

TEST_F(TransactionTest, AWaitForALockThatTakesTooLongIsRunAgain) {
  schema_.Run("INSERT INTO t VALUES (1, 0)");
  Options impatient = schema_.options();
  impatient.lock_wait = absl::Seconds(1);
  auto pool_of_impatient = *Pool::Create(impatient);
  Lease holder = *pool().Acquire(Soon());
  ASSERT_THAT(holder->ExecutePlain("START TRANSACTION"), IsOk());
  ASSERT_THAT(holder->Execute("UPDATE t SET v = 5 WHERE k = 1"), IsOk());
  int runs = 0;
  EXPECT_THAT(Transaction(*pool_of_impatient, Soon(),
                          [&](Connection& tx) {
                            if (++runs == 2) {
                              EXPECT_THAT(holder->ExecutePlain("COMMIT"), IsOk());
                            }
                            return tx.Execute("UPDATE t SET v = v + 1 WHERE k = 1").status();
                          }),
              IsOk());
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(Number("SELECT v FROM t"), 6);
}

TEST_F(TransactionTest, AConflictThatLastsUntilTheDeadlineIsAborted) {
  schema_.Run("INSERT INTO t VALUES (1, 0)");
  Options impatient = schema_.options();
  impatient.lock_wait = absl::Seconds(1);
  auto pool_of_impatient = *Pool::Create(impatient);
  Lease holder = *pool().Acquire(Soon());
  ASSERT_THAT(holder->ExecutePlain("START TRANSACTION"), IsOk());
  ASSERT_THAT(holder->Execute("UPDATE t SET v = 5 WHERE k = 1"), IsOk());
  EXPECT_THAT(Transaction(*pool_of_impatient, In(absl::Milliseconds(1)),
                          [&](Connection& tx) {
                            return tx.Execute("UPDATE t SET v = v + 1 WHERE k = 1").status();
                          }),
              HasReason("TRANSACTION_CONFLICT"));
  ASSERT_THAT(holder->ExecutePlain("ROLLBACK"), IsOk());
}

TEST_F(TransactionTest, AConnectionKilledInTheMiddleIsReplacedAndTheBodyRunAgain) {
  int runs = 0;
  EXPECT_THAT(Transaction(pool(), Soon(),
                          [&](Connection& tx) -> absl::Status {
                            RETURN_IF_ERROR(tx.Execute(kInsert, {1, ++runs}).status());
                            if (runs == 1) {
                              Kill((*tx.QueryOne("SELECT CONNECTION_ID()"))->Int(0));
                            }
                            return tx.Execute(kInsert, {2, runs}).status();
                          }),
              IsOk());
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(Number("SELECT COUNT(*) FROM t WHERE v = 2"), 2);
}

TEST_F(TransactionTest, WhatWasHalfUndoneIsNotCommittedThoughTheBodySwallowedTheError) {
  int runs = 0;
  EXPECT_THAT(Transaction(pool(), Soon(),
                          [&](Connection& tx) -> absl::Status {
                            RETURN_IF_ERROR(tx.Execute(kInsert, {1, ++runs}).status());
                            if (runs == 1) {
                              Kill((*tx.QueryOne("SELECT CONNECTION_ID()"))->Int(0));
                            }
                            tx.Execute(kInsert, {2, runs}).status().IgnoreError();
                            return absl::OkStatus();
                          }),
              IsOk());
  EXPECT_EQ(Number("SELECT COUNT(*) FROM t WHERE v = 2"), 2);
}

TEST_F(TransactionTest, ACommitLostOnItsWayIsOfUnknownOutcomeAndNotRunAgain) {
  for (const bool delivered : {false, true}) {
    // 3 is the protocol's byte for a statement as text.
    testing::CuttingProxy proxy(schema_.options().port, "\3COMMIT", delivered);
    Options options = schema_.options();
    options.port = proxy.port();
    auto cut = *Pool::Create(options);
    int runs = 0;
    const absl::Status status = Transaction(*cut, Soon(), [&](Connection& tx) {
      ++runs;
      return tx.Execute(kInsert, {delivered ? 2 : 1, 0}).status();
    });
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
    EXPECT_THAT(status, HasReason("COMMIT_OUTCOME_UNKNOWN"));
    EXPECT_TRUE(IsCommitOutcomeUnknown(status));
    EXPECT_EQ(runs, 1);
  }
  // A server that hears nothing more undoes; one that had the COMMIT has done it.
  const absl::Time until = Soon();
  while (Number("SELECT COUNT(*) FROM t WHERE k = 2") == 0 && time::SystemClock().Now() < until) {
  }
  EXPECT_EQ(Number("SELECT COUNT(*) FROM t WHERE k = 2"), 1);
  EXPECT_EQ(Number("SELECT COUNT(*) FROM t WHERE k = 1"), 0);
}

TEST_F(TransactionTest, AReadIsRunAgainOnANewConnection) {
  int runs = 0;
  const auto result = Read(pool(), Soon(), [&](Connection& connection) -> absl::StatusOr<int64_t> {
    if (++runs == 1) Kill((*connection.QueryOne("SELECT CONNECTION_ID()"))->Int(0));
    ASSIGN_OR_RETURN(auto row, connection.QueryOne("SELECT 7"));
    return row->Int(0);
  });
  EXPECT_EQ(*result, 7);
  EXPECT_EQ(runs, 2);
}

}  // namespace
}  // namespace dap::db
