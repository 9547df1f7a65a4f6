#include "libs/feed/retention.h"

#include <optional>

#include "libs/db/connection.h"
#include "libs/db/transaction.h"
#include "libs/status/macros.h"
#include "libs/time/clock.h"

namespace dap::feed {
namespace {

constexpr int kStep = 1000;

// How far each partition may be trimmed: what every consumer has passed, and to the end where
// nobody reads. A consumer that has read one partition only is still at the beginning of the
// others.
constexpr char kPassed[] =
    "SELECT p.partition_no, (SELECT MIN(COALESCE(c.position, 0)) FROM "
    "(SELECT DISTINCT consumer FROM feed_consumer) AS n LEFT JOIN feed_consumer AS c "
    "ON c.consumer = n.consumer AND c.partition_no = p.partition_no), p.last_position "
    "FROM feed_partition AS p ORDER BY p.partition_no";
constexpr char kOldest[] =
    "SELECT position, occur_time FROM feed_event WHERE partition_no = ? ORDER BY position LIMIT ?";
constexpr char kDelete[] = "DELETE FROM feed_event WHERE partition_no = ? AND position <= ?";
constexpr char kForget[] = "DELETE FROM feed_consumer WHERE consumer = ?";

// Deletes the next part of a partition; how many went, kStep where there may be more.
absl::StatusOr<int64_t> TrimStep(db::Connection& tx, int partition, int64_t passed,
                                 absl::Time before) {
  ASSIGN_OR_RETURN(db::Rows oldest, tx.Query(kOldest, {partition, kStep}));
  int64_t to = 0;
  for (const db::Row& row : oldest) {
    // Positions go in order, so what is left has no gaps.
    if (row.Int(0) > passed || row.Time(1) >= before) break;
    to = row.Int(0);
  }
  if (to == 0) return 0;
  return tx.Execute(kDelete, {partition, to});
}

}  // namespace

absl::StatusOr<int64_t> Trim(db::Pool& pool, absl::Time now, absl::Time deadline,
                             absl::Duration keep) {
  const time::SystemClock machine_clock;
  ASSIGN_OR_RETURN(db::Rows partitions, db::Read(pool, deadline, [](db::Connection& connection) {
                     return connection.Query(kPassed);
                   }));
  int64_t gone = 0;
  for (const db::Row& row : partitions) {
    const int partition = static_cast<int>(row.Int(0));
    const int64_t passed = row.IsNull(1) ? row.Int(2) : row.Int(1);
    int64_t step = kStep;
    while (step == kStep && machine_clock.Now() < deadline) {
      ASSIGN_OR_RETURN(step, db::Transaction(pool, deadline, [&](db::Connection& tx) {
                         return TrimStep(tx, partition, passed, now - keep);
                       }));
      gone += step;
    }
  }
  return gone;
}

absl::Status ForgetConsumer(db::Connection& tx, absl::string_view consumer) {
  return tx.Execute(kForget, {consumer}).status();
}

}  // namespace dap::feed
