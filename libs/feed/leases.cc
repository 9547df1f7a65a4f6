#include "libs/feed/leases.h"

#include <optional>
#include <utility>

#include "libs/db/transaction.h"
#include "libs/status/macros.h"

namespace dap::feed {
namespace {

constexpr char kMakeLeases[] =
    "INSERT INTO feed_lease (producer, partition_no, holder, expires_at) VALUES";
constexpr char kKeepLeases[] = "ON DUPLICATE KEY UPDATE holder = holder";
constexpr char kBeMember[] =
    "INSERT INTO feed_member (producer, holder, expires_at) VALUES (?, ?, ?) "
    "ON DUPLICATE KEY UPDATE expires_at = VALUES(expires_at)";
constexpr char kCountMembers[] =
    "SELECT COUNT(*) FROM feed_member WHERE producer = ? AND expires_at >= ?";
constexpr char kForgetMembers[] = "DELETE FROM feed_member WHERE producer = ? AND expires_at < ?";
// In the order of the key, so that two replicas don't wait for each other.
constexpr char kLockLeases[] =
    "SELECT partition_no, holder, expires_at FROM feed_lease WHERE producer = ? "
    "ORDER BY partition_no FOR UPDATE";
constexpr char kSetLease[] =
    "UPDATE feed_lease SET holder = ?, expires_at = ? WHERE producer = ? AND partition_no = ?";
constexpr char kLeave[] = "DELETE FROM feed_member WHERE producer = ? AND holder = ?";
constexpr char kReleaseAll[] =
    "UPDATE feed_lease SET holder = ?, expires_at = ? WHERE producer = ? AND holder = ?";

}  // namespace

absl::Status Leases::Make(int partitions, absl::Time now) {
  std::vector<db::Values> rows;
  for (int partition = 0; partition < partitions; ++partition) {
    rows.push_back({producer_, partition, id::Uuid(), absl::UnixEpoch()});
  }
  return db::Transaction(pool_, now + lease_, [&](db::Connection& tx) {
    return tx.InsertRows(kMakeLeases, rows, kKeepLeases).status();
  });
}

absl::StatusOr<std::set<int>> Leases::Renew(absl::Time now) {
  return db::Transaction(pool_, now + lease_, [&](db::Connection& tx) { return RenewIn(tx, now); });
}

absl::StatusOr<std::set<int>> Leases::RenewIn(db::Connection& tx, absl::Time now) {
  ASSIGN_OR_RETURN(db::Rows rows, tx.Query(kLockLeases, {producer_}));
  RETURN_IF_ERROR(tx.Execute(kForgetMembers, {producer_, now}).status());
  RETURN_IF_ERROR(tx.Execute(kBeMember, {producer_, holder_, now + lease_}).status());
  ASSIGN_OR_RETURN(std::optional<db::Row> members, tx.QueryOne(kCountMembers, {producer_, now}));
  const int64_t living = members.has_value() ? members->Int(0) : 1;
  const size_t share = (rows.size() + living - 1) / living;
  std::set<int> held;
  for (const db::Row& row : rows) {  // what it has comes before what it might take
    const int partition = static_cast<int>(row.Int(0));
    if (row.Uuid(1) != holder_) continue;
    const bool keep = held.size() < share;
    if (keep) held.insert(partition);
    RETURN_IF_ERROR(
        tx.Execute(kSetLease, {keep ? holder_ : id::Uuid(), keep ? now + lease_ : absl::UnixEpoch(),
                               producer_, partition})
            .status());
  }
  for (const db::Row& row : rows) {
    if (held.size() >= share) break;
    const int partition = static_cast<int>(row.Int(0));
    if (row.Uuid(1) == holder_ || row.Time(2) >= now) continue;
    held.insert(partition);
    RETURN_IF_ERROR(tx.Execute(kSetLease, {holder_, now + lease_, producer_, partition}).status());
  }
  return held;
}

absl::Status Leases::Release(absl::Time now) {
  return db::Transaction(pool_, now + absl::Seconds(2), [&](db::Connection& tx) -> absl::Status {
    RETURN_IF_ERROR(
        tx.Execute(kReleaseAll, {id::Uuid(), absl::UnixEpoch(), producer_, holder_}).status());
    return tx.Execute(kLeave, {producer_, holder_}).status();
  });
}

}  // namespace dap::feed
