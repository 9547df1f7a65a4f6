// What a coach's overview of a cohort is made of, beside what other files read.
#ifndef DAP_SERVICES_ENROLMENT_STORE_OVERVIEW_H_
#define DAP_SERVICES_ENROLMENT_STORE_OVERVIEW_H_

#include <map>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/enrolment/domain/staff.h"
#include "services/enrolment/store/enrolments.h"

namespace dap::enrolment::store {

// How many enrolments of the cohort are in each state that there is.
absl::StatusOr<std::map<EnrolmentState, int>> CountByState(db::Connection& connection,
                                                           const id::Uuid& organisation,
                                                           const id::Uuid& cohort);

// Who takes part (AWAITING_KICKOFF, ACTIVE, PAUSED) without a patron who works there now, or with
// one who is away and whose stand-in is gone, in order of asking. No more than the cohort has
// places.
absl::StatusOr<std::vector<EnrolmentView>> ListWithoutPatron(db::Connection& connection,
                                                             const id::Uuid& organisation,
                                                             const id::Uuid& cohort,
                                                             absl::Time now);

// How many open participants of the cohort each patron has.
absl::StatusOr<std::map<id::Uuid, int>> CountByPatron(db::Connection& connection,
                                                      const id::Uuid& organisation,
                                                      const id::Uuid& cohort);

// Whether each patron of the cohort works there now.
absl::StatusOr<std::map<id::Uuid, StaffState>> PatronStates(db::Connection& connection,
                                                            const id::Uuid& organisation,
                                                            const id::Uuid& cohort);

// The statements, for the test that each goes by its index.
extern const char kCountByStateSql[];
extern const char kListWithoutPatronSql[];
extern const char kCountByPatronSql[];
extern const char kPatronStatesSql[];

}  // namespace dap::enrolment::store

#endif  // DAP_SERVICES_ENROLMENT_STORE_OVERVIEW_H_
