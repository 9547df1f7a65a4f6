// Giving several participants another patron at once.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_REASSIGN_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_REASSIGN_H_

#include <vector>

#include "absl/status/statusor.h"
#include "libs/id/uuid.h"
#include "services/enrolment/operations/work.h"
#include "services/enrolment/store/enrolments.h"

namespace dap::enrolment {

// A participant and the patron they are to have.
struct Reassignment {
  store::EnrolmentKey enrolment;
  id::Uuid patron;
};

// By a coach of the cohort, all or nobody, in the order given. As AssignPatron, and
// INVALID_ARGUMENT (ENROLMENT_REPEATED); each names the first that does not go, below
// "reassignments".
absl::StatusOr<std::vector<store::EnrolmentView>> ReassignParticipants(
    Work& work, const CohortKey& key, const Caller& caller,
    const std::vector<Reassignment>& reassignments);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_REASSIGN_H_
