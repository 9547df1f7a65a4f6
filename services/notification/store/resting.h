// The table resting: whose silence came to its end unanswered.
#ifndef DAP_SERVICES_NOTIFICATION_STORE_RESTING_H_
#define DAP_SERVICES_NOTIFICATION_STORE_RESTING_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"

namespace dap::notification {

// Each takes one statement on the key.
absl::Status BeginResting(db::Connection& tx, const id::Uuid& organisation,
                          const id::Uuid& enrolment, const id::Uuid& spell);
// Nothing where they do not rest in this spell.
absl::Status EndResting(db::Connection& tx, const id::Uuid& organisation, const id::Uuid& enrolment,
                        const id::Uuid& spell);
absl::StatusOr<bool> IsResting(db::Connection& db, const id::Uuid& organisation,
                               const id::Uuid& enrolment);

}  // namespace dap::notification

#endif  // DAP_SERVICES_NOTIFICATION_STORE_RESTING_H_
