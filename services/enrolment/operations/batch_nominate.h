// Naming many people for a cohort at once, each line of the list by itself.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_BATCH_NOMINATE_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_BATCH_NOMINATE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/enrolment/operations/work.h"
#include "services/enrolment/store/enrolments.h"

namespace dap::enrolment {

// One line: whom, by id or by e-mail, and the id of the enrolment to be.
struct NomineeLine {
  // What is wrong with the line itself; then it is not looked at.
  absl::Status read;
  std::optional<id::Uuid> staff;
  std::string email;
  id::Uuid enrolment;
};
using NominationResults = std::vector<absl::StatusOr<store::EnrolmentView>>;

// A result a line, in order: NOT_FOUND (STAFF_MEMBER_NOT_FOUND), ALREADY_EXISTS (ENROLMENT_EXISTS,
// also for one who stands on the list before). Fails as a whole as NominateToCohort does for the
// cohort. Nothing is written where it is validated only. The people are read before the cohort is
// locked, 256 a statement (64 by e-mail); a few statements more.
absl::StatusOr<NominationResults> BatchNominate(Work& work, const CohortKey& key,
                                                const Caller& caller,
                                                const std::vector<NomineeLine>& lines,
                                                bool validate_only);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_BATCH_NOMINATE_H_
