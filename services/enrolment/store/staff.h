// Members of staff, as this service reads them. Only the staff sync writes them
// (store/staff_writer).
#ifndef DAP_SERVICES_ENROLMENT_STORE_STAFF_H_
#define DAP_SERVICES_ENROLMENT_STORE_STAFF_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/enrolment/domain/staff.h"

namespace dap::enrolment::store {

absl::StatusOr<std::optional<StaffMember>> FindStaff(db::Connection& connection,
                                                     const id::Uuid& organisation,
                                                     const id::Uuid& staff);

// Where a page of staff begins: after this name and id.
struct StaffPosition {
  std::string display_name;
  id::Uuid staff;
};

// Who has not LEFT, by display name and id. `prefix` is the start of a display name or an e-mail,
// without regard to case; empty for all.
absl::StatusOr<std::vector<StaffMember>> ListStaff(db::Connection& connection,
                                                   const id::Uuid& organisation,
                                                   absl::string_view prefix,
                                                   const std::optional<StaffPosition>& after,
                                                   int limit);

// The statements of lists, for the test that each goes by its index.
extern const char kListStaffSql[];
extern const char kListStaffByPrefixSql[];

}  // namespace dap::enrolment::store

#endif  // DAP_SERVICES_ENROLMENT_STORE_STAFF_H_
