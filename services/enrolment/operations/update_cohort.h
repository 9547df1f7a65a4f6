// Changing what a coach decides of a cohort, and the code with which people apply to it.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_UPDATE_COHORT_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_UPDATE_COHORT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dap/enrolment/v1/cohort.pb.h"
#include "services/enrolment/domain/cohort.h"
#include "services/enrolment/domain/cohort_change.h"
#include "services/enrolment/operations/work.h"
#include "services/enrolment/store/enrolments.h"

namespace dap::enrolment {

// What of a cohort is to change, and to what.
struct CohortChange {
  const v1::Cohort& wanted;
  CohortFields fields;
  // Those of `wanted`.
  std::vector<id::Uuid> coaches;
  bool validate_only = false;
};

// By a coach; an administrator of the organisation may change the coaches. What comes of it:
// nothing is written where it is validated only, or nothing differs. Places that come free go to
// the waitlist. Where every enrolment has to be told, some two statements a hundred of them.
// PERMISSION_DENIED (NOT_A_COACH), ABORTED (ETAG_MISMATCH), INVALID_ARGUMENT
// (STAFF_MEMBER_UNKNOWN), and what CheckChange says.
absl::StatusOr<Cohort> UpdateCohort(Work& work, const CohortKey& key, const Caller& caller,
                                    const CohortChange& change);

// By a coach. A code that is in use gives ABORTED (JOIN_CODE_IN_USE): try another. An empty one
// takes it away. FAILED_PRECONDITION (COHORT_STATE): it is over.
absl::StatusOr<Cohort> SetCohortJoinCode(Work& work, const CohortKey& key, const Caller& caller,
                                         const std::string& code);

// That all of `coaches` but those in `known` work there. INVALID_ARGUMENT (STAFF_MEMBER_UNKNOWN,
// field cohort.coaches[i]).
absl::Status CheckCoaches(db::Connection& tx, const id::Uuid& organisation,
                          const std::vector<id::Uuid>& coaches, const std::vector<id::Uuid>& known);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_UPDATE_COHORT_H_
