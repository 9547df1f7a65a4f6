#include "libs/db/migration.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "db_test_migrations.h"
#include "libs/db/testing/schema.h"
#include "libs/status/matchers.h"

namespace dap::db {
namespace {

using ::dap::status::HasReason;
using ::dap::status::IsOk;
using ::dap::status::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class MigrationTest : public ::testing::Test {
 protected:
  absl::Status Apply(absl::Span<const Migration> migrations, MigrateOptions options = {}) {
    return Migrate(schema_.pool(), "test", migrations, clock_, options);
  }

  Row One(absl::string_view sql) {
    auto connection = *Connection::Open(schema_.options());
    return **connection->QueryOne(sql);
  }

  testing::Schema schema_;
  time::ManualClock clock_{absl::FromUnixSeconds(1764021278)};
};

TEST_F(MigrationTest, FilesAreAppliedInOrderAndOnlyOnce) {
  ASSERT_EQ(Migrations().size(), 2u);
  EXPECT_EQ(Migrations()[1].number, 10);
  EXPECT_EQ(Migrations()[1].name, "pet_age");
  EXPECT_THAT(Apply(Migrations()), IsOk());
  EXPECT_THAT(Apply(Migrations()), IsOk());
  const Row pet = One("SELECT id, name, age FROM pet");
  EXPECT_EQ(pet.String(1), "a;b");
  const Row applied = One("SELECT COUNT(*), MAX(applied_at) FROM schema_migration");
  EXPECT_EQ(applied.Int(0), 2);
  EXPECT_EQ(applied.Time(1), clock_.Now());
}

TEST_F(MigrationTest, TwoServicesKeepTheirOwnNumbers) {
  EXPECT_THAT(Apply({{1, "a", "CREATE TABLE a (k INT)"}}), IsOk());
  EXPECT_THAT(Migrate(schema_.pool(), "feed", {{1, "b", "CREATE TABLE b (k INT)"}}, clock_),
              IsOk());
}

TEST_F(MigrationTest, AChangedTextIsRefusedByName) {
  ASSERT_THAT(Apply({{1, "first", "CREATE TABLE a (k INT)"}}), IsOk());
  const absl::Status status = Apply({{1, "first", "CREATE TABLE a (k BIGINT)"}});
  EXPECT_THAT(status, HasReason("MIGRATION_CHANGED"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("0001_first"));
  EXPECT_THAT(Apply({{1, "first", "CREATE TABLE a (k INT); CREATE TABLE b (k INT)"}}),
              HasReason("MIGRATION_CHANGED"));
  EXPECT_THAT(Apply({{1, "first", "CREATE TABLE a (k INT) -- why"}}), IsOk());
}

TEST_F(MigrationTest, HistoryIsNotRewritten) {
  const Migration first{1, "a", "CREATE TABLE a (k INT)"};
  const Migration second{2, "b", "CREATE TABLE b (k INT)"};
  const Migration third{3, "c", "CREATE TABLE c (k INT)"};
  ASSERT_THAT(Apply({first, third}), IsOk());
  EXPECT_THAT(Apply({first, second, third}), HasReason("MIGRATION_ORDER"));
  EXPECT_THAT(Apply({third, first}), HasReason("MIGRATION_ORDER"));
  EXPECT_THAT(Apply({third}), HasReason("MIGRATION_MISSING"));
  // The code of before, while a rolling update is under way.
  EXPECT_THAT(Apply({first}), IsOk());
}

TEST_F(MigrationTest, AFailedOneNamesItsStatementAndGoesOnFromThereOnceCorrected) {
  const absl::Status status = Apply(
      {{1, "broken", "CREATE TABLE a (k INT); CREATE TABLE a (k INT); CREATE TABLE b (k INT)"}});
  EXPECT_THAT(status, HasReason("MIGRATION_FAILED"));
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("0001_broken"), HasSubstr("statement 2 of 3"), HasSubstr("1050")));
  EXPECT_THAT(Apply({{1, "broken", "CREATE TABLE z (k INT); CREATE TABLE b (k INT)"}}),
              HasReason("MIGRATION_CHANGED"));
  EXPECT_THAT(Apply({{1, "broken", "CREATE TABLE a (k INT); CREATE TABLE b (k INT)"}}), IsOk());
  EXPECT_EQ(One("SELECT COUNT(*) FROM schema_migration WHERE applied_at IS NOT NULL").Int(0), 1);
}

// The statement is not one that could run twice.
TEST_F(MigrationTest, OfManyAtOnceOneAppliesAndTheOthersWait) {
  const std::vector<Migration> migrations = {
      {1, "a", "CREATE TABLE a (k INT); INSERT INTO a VALUES (1)"},
      {2, "b", "ALTER TABLE a ADD COLUMN b INT; INSERT INTO a VALUES (2, 2)"}};
  std::vector<std::thread> processes;
  std::vector<absl::Status> results(6);
  for (absl::Status& result : results) {
    processes.emplace_back([&] {
      auto pool = *Pool::Create(schema_.options());
      result = Migrate(*pool, "test", migrations, time::SystemClock());
    });
  }
  for (std::thread& process : processes) process.join();
  for (const absl::Status& result : results) EXPECT_THAT(result, IsOk());
  EXPECT_EQ(One("SELECT COUNT(*) FROM a").Int(0), 2);
}

TEST_F(MigrationTest, ALeaseOfADeadProcessIsTakenOverWhenItHasExpired) {
  ASSERT_THAT(Apply({}), IsOk());
  auto connection = *Connection::Open(schema_.options());
  ASSERT_THAT(connection->Execute("INSERT INTO schema_migration_lease VALUES ('test', ?, ?)",
                                  {id::Uuid(), clock_.Now() + absl::Seconds(30)}),
              IsOk());
  MigrateOptions impatient;
  impatient.wait = absl::Milliseconds(1);
  EXPECT_THAT(Apply(Migrations(), impatient), HasReason("MIGRATION_BUSY"));
  clock_.Advance(absl::Seconds(31));
  EXPECT_THAT(Apply(Migrations(), impatient), IsOk());
  EXPECT_EQ(One("SELECT COUNT(*) FROM schema_migration_lease").Int(0), 0);
}

// An ALTER waits for a transaction that used the table.
TEST_F(MigrationTest, ALeaseIsRenewedWhileAStatementTakesLong) {
  schema_.Run("CREATE TABLE a (k INT PRIMARY KEY)");
  auto user = *Connection::Open(schema_.options());
  ASSERT_THAT(user->ExecutePlain("START TRANSACTION"), IsOk());
  ASSERT_THAT(user->Query("SELECT k FROM a"), IsOk());
  MigrateOptions brief;
  brief.lease = absl::Milliseconds(300);
  const time::SystemClock clock;
  std::thread slow([&] {
    EXPECT_THAT(Migrate(schema_.pool(), "test", {{1, "slow", "ALTER TABLE a ADD COLUMN b INT"}},
                        clock, brief),
                IsOk());
  });
  const absl::Time until = clock.Now() + absl::Seconds(30);
  std::set<absl::Time> expiries;
  auto watcher = *Connection::Open(schema_.options());
  while (expiries.size() < 4 && clock.Now() < until) {
    const auto row = watcher->QueryOne("SELECT expires_at FROM schema_migration_lease");
    if (row.ok() && row->has_value()) expiries.insert((*row)->Time(0));
  }
  EXPECT_GE(expiries.size(), 4u);
  EXPECT_THAT(user->ExecutePlain("COMMIT"), IsOk());
  user.reset();  // frees the table, come what may
  slow.join();
}

TEST(SplitStatements, KnowsQuotesAndComments) {
  EXPECT_THAT(*SplitStatements("SELECT ';', \"a;\", `b;` -- c;\n; # d;\n/* e; */ SELECT 2 ; ;"),
              ElementsAre("SELECT ';', \"a;\", `b;`", "SELECT 2"));
  EXPECT_THAT(*SplitStatements("SELECT 'it''s;', '\\';'; SELECT 1--1"),
              ElementsAre("SELECT 'it''s;', '\\';'", "SELECT 1--1"));
  EXPECT_THAT(*SplitStatements("/*!40000 SET @a = 1; */ DO 1"),
              ElementsAre("/*!40000 SET @a = 1; */ DO 1"));
  EXPECT_THAT(SplitStatements("SELECT 'abc"), HasReason("SQL_UNTERMINATED"));
  EXPECT_THAT(SplitStatements("SELECT 1 /* abc"), HasReason("SQL_UNTERMINATED"));
}

}  // namespace
}  // namespace dap::db
