#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_READ_ROSTER_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_READ_ROSTER_H_

#include "absl/status/statusor.h"
#include "dap/enrolment/v1/roster.pb.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"

namespace dap::enrolment {

// An enrolment as the other services keep it. NOT_FOUND (ENROLMENT_NOT_FOUND). Four statements.
absl::StatusOr<v1::RosterEntry> ReadRosterEntry(db::Connection& connection,
                                                const id::Uuid& organisation,
                                                const id::Uuid& enrolment);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_READ_ROSTER_H_
