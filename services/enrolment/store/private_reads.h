// The table private_read: who else read somebody's private data.
#ifndef DAP_SERVICES_ENROLMENT_STORE_PRIVATE_READS_H_
#define DAP_SERVICES_ENROLMENT_STORE_PRIVATE_READS_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"

namespace dap::enrolment::store {

// What was read. Kept in the database by these numbers.
enum class PrivateSubject { kEnrolment = 1 };

// Notes that `reader` read the private data of some enrolments: one row a day, enrolment, reader
// and subject, which counts. `day` is that of `now` in the organisation's time zone. A few
// statements.
absl::Status RecordPrivateReads(db::Connection& tx, const id::Uuid& organisation,
                                const std::vector<id::Uuid>& enrolments, const id::Uuid& reader,
                                PrivateSubject subject, absl::CivilDay day, absl::Time now);

}  // namespace dap::enrolment::store

#endif  // DAP_SERVICES_ENROLMENT_STORE_PRIVATE_READS_H_
