#include "services/enrolment/operations/sync_approve.h"

#include <optional>

#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/operations/sync_parts.h"

namespace dap::enrolment {

absl::StatusOr<store::SyncRun> ApproveSyncRun(db::Connection& tx, const store::SyncRunKey& key,
                                              const std::string& approver,
                                              const std::string& reason, absl::Time now) {
  ASSIGN_OR_RETURN(std::optional<store::SyncRun> run,
                   store::LockSyncRun(tx, key.organisation, key.run));
  if (!run.has_value()) return NoSuchRun(key);
  if (run->state != SyncState::kRefused || run->expire_time <= now || !run->records_kept) {
    return status::Precondition("SYNC_RUN_STATE",
                                "Only a refused run can be approved, until it expires.");
  }
  if (run->refusals != kTooManySuspensions) {
    return status::Precondition("SYNC_RUN_REFUSED",
                                "What came is not what was sent, or names nobody. Sync again.");
  }
  run->state = SyncState::kPlanned;
  run->approver = approver;
  run->approve_reason = reason;
  run->approve_time = now;
  RETURN_IF_ERROR(store::SaveSyncRun(tx, *run));
  return *std::move(run);
}

}  // namespace dap::enrolment
