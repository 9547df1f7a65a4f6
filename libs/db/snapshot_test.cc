#include "libs/db/snapshot.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "libs/db/testing/schema.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/status/matchers.h"
#include "libs/time/clock.h"

namespace dap::db {
namespace {

using ::dap::status::HasReason;
using ::dap::status::IsOk;

constexpr absl::string_view kInsert = "INSERT INTO t (k) VALUES (?)";
constexpr absl::string_view kCount = "SELECT COUNT(*) FROM t";

absl::Time Soon() { return time::SystemClock().Now() + absl::Seconds(30); }

class SnapshotTest : public ::testing::Test {
 protected:
  SnapshotTest() {
    schema_.Run("CREATE TABLE t (k INT PRIMARY KEY)");
    Options options = schema_.options();
    options.connections = 1;
    pool_ = *Pool::Create(options);
  }
  // As another process would.
  void Insert(int k) {
    auto other = *Connection::Open(schema_.options());
    ASSERT_THAT(other->Execute(kInsert, {k}), IsOk());
  }
  static int64_t Count(Connection& connection) { return (*connection.QueryOne(kCount))->Int(0); }

  testing::Schema schema_;
  std::unique_ptr<Pool> pool_;
};

TEST_F(SnapshotTest, SeesOneMomentThroughout) {
  Insert(1);
  const auto counts =
      Snapshot(*pool_, Soon(), [&](Connection& connection) -> absl::StatusOr<std::vector<int64_t>> {
        Insert(2);  // after it began, before its first read
        const int64_t first = Count(connection);
        Insert(3);
        return std::vector<int64_t>{first, Count(connection)};
      });
  ASSERT_THAT(counts, IsOk());
  EXPECT_EQ(*counts, (std::vector<int64_t>{1, 1}));
}

TEST_F(SnapshotTest, LeavesItsSessionAsItWas) {
  ASSERT_THAT(Snapshot(*pool_, Soon(), [](Connection&) { return absl::OkStatus(); }), IsOk());
  EXPECT_THAT(
      Snapshot(*pool_, Soon(), [](Connection&) { return status::Precondition("NO", "not today"); }),
      HasReason("NO"));
  // One session: what follows runs on it, and sees each commit again, and may write.
  ASSERT_THAT(Transaction(*pool_, Soon(),
                          [&](Connection& tx) -> absl::Status {
                            EXPECT_EQ(Count(tx), 0);
                            Insert(1);
                            EXPECT_EQ(Count(tx), 1);
                            return tx.Execute(kInsert, {2}).status();
                          }),
              IsOk());
}

TEST_F(SnapshotTest, WritesNothing) {
  EXPECT_FALSE(Snapshot(*pool_, Soon(), [](Connection& connection) {
                 return connection.Execute(kInsert, {1}).status();
               }).ok());
  EXPECT_EQ(
      *Read(*pool_, Soon(),
            [](Connection& connection) -> absl::StatusOr<int64_t> { return Count(connection); }),
      0);
}

}  // namespace
}  // namespace dap::db
