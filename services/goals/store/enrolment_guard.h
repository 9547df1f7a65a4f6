#ifndef DAP_SERVICES_GOALS_STORE_ENROLMENT_GUARD_H_
#define DAP_SERVICES_GOALS_STORE_ENROLMENT_GUARD_H_

#include "absl/status/status.h"
#include "libs/db/connection.h"
#include "services/goals/domain/enrolment_key.h"

namespace dap::goals {

// Until the end of the transaction nobody else begins a goal or submits an assessment of this
// enrolment; waits for whoever does. Take it first, before anything is counted. One statement.
absl::Status LockEnrolment(db::Connection& tx, const EnrolmentKey& of);

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_STORE_ENROLMENT_GUARD_H_
