// A named person's word that a refused sync is right.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_SYNC_APPROVE_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_SYNC_APPROVE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "services/enrolment/store/sync_records.h"
#include "services/enrolment/store/sync_runs.h"

namespace dap::enrolment {

// Makes a run PLANNED that the guard refused for TOO_MANY_SUSPENSIONS alone; the refusal, who
// approved, why and when stay with it. FAILED_PRECONDITION (SYNC_RUN_STATE) where it is not refused
// or its time is over, (SYNC_RUN_REFUSED) where there is another refusal.
absl::StatusOr<store::SyncRun> ApproveSyncRun(db::Connection& tx, const store::SyncRunKey& key,
                                              const std::string& approver,
                                              const std::string& reason, absl::Time now);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_SYNC_APPROVE_H_
