// The table private_read: who else read somebody's private data.
#ifndef DAP_SERVICES_ACTIVITY_STORE_PRIVATE_READS_H_
#define DAP_SERVICES_ACTIVITY_STORE_PRIVATE_READS_H_

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"

namespace dap::activity {

// Kept in the database by these numbers.
enum class PrivateSubject { kActivities = 1, kProgress = 2, kBarrierReports = 3 };

// One row for each enrolment, day, reader and subject, which counts. In a transaction.
absl::Status RecordPrivateReads(db::Connection& tx, const id::Uuid& organisation,
                                absl::Span<const id::Uuid> enrolments, const id::Uuid& reader,
                                PrivateSubject subject, absl::CivilDay day, absl::Time now);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_STORE_PRIVATE_READS_H_
