// A cohort's steps from DRAFT to FINISHED, each by one of its coaches. Conditions and reasons are
// those of domain/cohort.h.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_ADVANCE_COHORT_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_ADVANCE_COHORT_H_

#include <string>

#include "absl/status/statusor.h"
#include "libs/db/connection.h"
#include "services/enrolment/domain/cohort.h"
#include "services/enrolment/operations/work.h"

namespace dap::enrolment {

// What the steps are decided from, as it is now. Two statements.
absl::StatusOr<Readiness> ReadReadiness(db::Connection& connection, const Cohort& cohort);

absl::StatusOr<Cohort> OpenCohort(Work& work, const CohortKey& key, const Caller& caller);
absl::StatusOr<Cohort> CloseCohortRecruitment(Work& work, const CohortKey& key,
                                              const Caller& caller);
// Those who were at the kick-off become ACTIVE. An override reason that was needed is kept with the
// caller's name.
absl::StatusOr<Cohort> StartCohort(Work& work, const CohortKey& key, const Caller& caller,
                                   const std::string& override_reason);
// Who took part has COMPLETED, who had not started is WITHDRAWN. Some six statements an enrolment.
absl::StatusOr<Cohort> FinishCohort(Work& work, const CohortKey& key, const Caller& caller);
// Every open enrolment is WITHDRAWN.
absl::StatusOr<Cohort> CancelCohort(Work& work, const CohortKey& key, const Caller& caller);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_ADVANCE_COHORT_H_
