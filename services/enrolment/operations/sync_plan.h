// Planning a sync run once its stream has ended.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_SYNC_PLAN_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_SYNC_PLAN_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/enrolment/operations/sync_parts.h"
#include "services/enrolment/store/sync_runs.h"

namespace dap::enrolment {

// What the stream's end says.
struct SyncFinish {
  int64_t count = 0;
  std::string checksum;
};

// Works out what the run does, asks the guard, and makes it PLANNED or REFUSED: one transaction, of
// some ten statements that each read the run's records once. ABORTED (STAFF_CHANGED) where another
// run of the source was applied since this one began; FAILED_PRECONDITION (SYNC_RUN_STATE) where
// it has ended already.
absl::StatusOr<store::SyncRun> PlanSyncRun(const SyncParts& parts, const store::SyncRunKey& key,
                                           const SyncFinish& finish, absl::Time deadline);

// The numbers that refusals are told with.
SyncTotals TotalsOf(const store::SyncRun& run);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_SYNC_PLAN_H_
