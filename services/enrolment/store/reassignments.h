// Who needs another patron.
#ifndef DAP_SERVICES_ENROLMENT_STORE_REASSIGNMENTS_H_
#define DAP_SERVICES_ENROLMENT_STORE_REASSIGNMENTS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/enrolment/domain/staff.h"

namespace dap::enrolment::store {

struct ToReassign {
  id::Uuid organisation;
  id::Uuid cohort;
  id::Uuid enrolment;
  int64_t ask_number = 0;
  std::string participant_display_name;
  // The patron who is not there, and how HR has them (ACTIVE where they are away and nobody stands
  // in any more); nothing where there is none.
  std::optional<id::Uuid> patron;
  std::string patron_display_name;
  StaffState patron_state = StaffState::kUnspecified;
};

// Of a cohort, in order of asking, after ask number `after` (0 for the first page): who has not
// ended and has a patron who does not work there now, or who is away and whose stand-in is gone;
// and who takes part and has none.
absl::StatusOr<std::vector<ToReassign>> ListToReassign(db::Connection& connection,
                                                       const id::Uuid& organisation,
                                                       const id::Uuid& cohort, absl::Time now,
                                                       int64_t after, int limit);

// The statement of lists, for the test that it goes by its index.
extern const char kListToReassignSql[];

}  // namespace dap::enrolment::store

#endif  // DAP_SERVICES_ENROLMENT_STORE_REASSIGNMENTS_H_
