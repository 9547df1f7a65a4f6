// Applying a planned sync run: in bounded transactions, each of which notes how far it came, so
// that whoever goes on after a crash does so where it stopped, and every change is made once.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_SYNC_APPLY_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_SYNC_APPLY_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/enrolment/operations/sync_parts.h"
#include "services/enrolment/store/sync_runs.h"

namespace dap::enrolment {

// Applies a planned run and returns it APPLIED; one that is APPLIED is returned as it is. Once it
// has begun nothing turns it back: where this returns an error (deadline, database gone), the next
// call or FinishSyncRuns ends it. Several at once share the work. One run of an organisation is
// applied at a time; another one under way is finished first.
// NOT_FOUND (SYNC_RUN_NOT_FOUND); FAILED_PRECONDITION (SYNC_RUN_STATE) where it was refused, has
// expired or is still receiving; ABORTED (STAFF_CHANGED) where another run of the source was
// applied since it began.
absl::StatusOr<store::SyncRun> ApplySyncRun(const SyncParts& parts, const store::SyncRunKey& key,
                                            absl::Time deadline);

// Ends the run of the organisation that is being applied, if there is one.
absl::Status FinishApplying(const SyncParts& parts, const id::Uuid& organisation,
                            absl::Time deadline);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_SYNC_APPLY_H_
