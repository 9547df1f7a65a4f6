// What the HR sync does by the clock.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_SYNC_JOBS_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_SYNC_JOBS_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/enrolment/operations/sync_parts.h"

namespace dap::jobs {
class Runner;
}

namespace dap::enrolment {

// Each stops without an error at `deadline` (machine's clock); the rest is for the next run. Two at
// once do no harm.

// Ends runs whose applying was cut off.
absl::Status FinishSyncRuns(const SyncParts& parts, absl::Time deadline);

// Expires runs whose time is over, and drops the records of all that are over.
absl::Status TidySyncRuns(const SyncParts& parts, absl::Time deadline);

// Whoever has been SUSPENDED for as long as the organisation gives them has LEFT.
absl::Status LeaveSuspended(const SyncParts& parts, absl::Time deadline);

// Adds these three to the process's jobs; before Runner::Start.
void AddSyncJobs(jobs::Runner& runner, const SyncParts& parts);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_SYNC_JOBS_H_
