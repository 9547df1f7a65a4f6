#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_CREATE_COHORT_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_CREATE_COHORT_H_

#include <vector>

#include "absl/status/statusor.h"
#include "dap/enrolment/v1/cohort.pb.h"
#include "services/enrolment/domain/cohort.h"
#include "services/enrolment/operations/work.h"

namespace dap::enrolment {

// Plans a cohort as DRAFT. The caller is its first coach, `coaches` follow (named again, the caller
// stays first). INVALID_ARGUMENT as CheckPlan has it, or STAFF_MEMBER_UNKNOWN for "cohort.coaches".
absl::StatusOr<Cohort> CreateCohort(Work& work, const CohortKey& key, const Caller& caller,
                                    const v1::Cohort& plan, const std::vector<id::Uuid>& coaches);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_CREATE_COHORT_H_
