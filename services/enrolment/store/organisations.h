// Organisations and their settings.
#ifndef DAP_SERVICES_ENROLMENT_STORE_ORGANISATIONS_H_
#define DAP_SERVICES_ENROLMENT_STORE_ORGANISATIONS_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/enrolment/domain/settings.h"
#include "services/enrolment/domain/staff.h"

namespace dap::enrolment::store {

// One statement a call, here and in the whole of store/ unless it says otherwise. Errors are the
// database's; what is not there is no error.
//
// Reads that decide a change come after the lock of the aggregate's root (LockCohort), as the first
// plain read of a transaction fixes what it sees.

absl::Status InsertOrganisation(db::Connection& tx, const Organisation& organisation);
absl::StatusOr<std::optional<Organisation>> FindOrganisation(db::Connection& connection,
                                                             const id::Uuid& organisation);

absl::Status InsertSettings(db::Connection& tx, const id::Uuid& organisation,
                            const Settings& settings);
// The defaults where the organisation has no row.
absl::StatusOr<Settings> LoadSettings(db::Connection& connection, const id::Uuid& organisation);

}  // namespace dap::enrolment::store

#endif  // DAP_SERVICES_ENROLMENT_STORE_ORGANISATIONS_H_
