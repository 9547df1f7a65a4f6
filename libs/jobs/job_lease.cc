#include "libs/jobs/job_lease.h"

#include <algorithm>
#include <optional>

#include "libs/db/connection.h"
#include "libs/db/transaction.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::jobs {
namespace {

constexpr char kMake[] =
    "INSERT INTO job_lease (job, holder, expires_at, due_at) VALUES (?, ?, ?, ?) "
    "ON DUPLICATE KEY UPDATE job = job";
constexpr char kRead[] = "SELECT expires_at, due_at FROM job_lease WHERE job = ? FOR UPDATE";
constexpr char kTake[] = "UPDATE job_lease SET holder = ?, expires_at = ? WHERE job = ?";
constexpr char kRenew[] = "UPDATE job_lease SET expires_at = ? WHERE job = ? AND holder = ?";
constexpr char kGiveBack[] =
    "UPDATE job_lease SET holder = ?, expires_at = ?, due_at = ? WHERE job = ? AND holder = ?";

}  // namespace

absl::StatusOr<JobLease::Claim> JobLease::Take(absl::Time now) {
  return db::Transaction(pool_, now + lease_, [&](db::Connection& tx) -> absl::StatusOr<Claim> {
    RETURN_IF_ERROR(
        tx.Execute(kMake, {job_, id::Uuid(), absl::UnixEpoch(), absl::UnixEpoch()}).status());
    ASSIGN_OR_RETURN(std::optional<db::Row> row, tx.QueryOne(kRead, {job_}));
    if (!row.has_value()) return status::Internal("the job's lease went away");
    const absl::Time free = std::max(row->Time(0), row->Time(1));
    if (free > now) return Claim{false, free};
    RETURN_IF_ERROR(tx.Execute(kTake, {holder_, now + lease_, job_}).status());
    return Claim{true, now};
  });
}

absl::Status JobLease::Renew(absl::Time now) {
  ASSIGN_OR_RETURN(int64_t renewed,
                   db::Transaction(pool_, now + lease_ / 3, [&](db::Connection& tx) {
                     return tx.Execute(kRenew, {now + lease_, job_, holder_});
                   }));
  if (renewed == 0) return status::Precondition("LEASE_LOST", "Another replica has this job");
  return absl::OkStatus();
}

absl::Status JobLease::GiveBack(absl::Time now, absl::Time due) {
  return db::Transaction(pool_, now + absl::Seconds(2), [&](db::Connection& tx) {
    return tx.Execute(kGiveBack, {id::Uuid(), absl::UnixEpoch(), due, job_, holder_}).status();
  });
}

}  // namespace dap::jobs
