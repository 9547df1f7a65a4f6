#ifndef DAP_SERVICES_GOALS_STORE_PRIVATE_READ_STORE_H_
#define DAP_SERVICES_GOALS_STORE_PRIVATE_READ_STORE_H_

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/goals/domain/enrolment_key.h"

namespace dap::goals {

// What was read. Kept in the database by these numbers.
enum class PrivateSubject { kAssessments = 1, kGoals = 2, kSuggestions = 3 };

// Notes that `reader` read somebody's private data: one row a day, reader and subject, which
// counts. `day` is that of `now` in the organisation's time zone. One statement.
absl::Status RecordPrivateRead(db::Connection& tx, const EnrolmentKey& of, const id::Uuid& reader,
                               PrivateSubject subject, absl::CivilDay day, absl::Time now);

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_STORE_PRIVATE_READ_STORE_H_
