// Who missed the kick-off, and by when they are to be offered a catch-up.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_ABSENTEES_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_ABSENTEES_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/enrolment/domain/cohort.h"
#include "services/enrolment/store/session_people.h"

namespace dap::enrolment {

struct Absentee {
  store::AbsenteeView view;
  // The last day on which a catch-up is in time.
  absl::CivilDay catch_up_by;
  // The first DROP_IN ahead that is in time for them.
  std::optional<id::Uuid> catch_up;
};

// In order of asking, after an ask number; nobody before the cohort runs. Some seven queries.
absl::StatusOr<std::vector<Absentee>> ReadAbsentees(db::Connection& connection,
                                                    const Cohort& cohort, absl::Time now,
                                                    int64_t after, int limit);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_ABSENTEES_H_
