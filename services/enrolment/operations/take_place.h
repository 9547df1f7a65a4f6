// Coming into a cohort: asking, being named, accepting. Every one holds the cohort's lock, so that
// the last place goes to exactly one.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_TAKE_PLACE_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_TAKE_PLACE_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/enrolment/domain/enrolment.h"
#include "services/enrolment/operations/work.h"
#include "services/enrolment/store/enrolments.h"

namespace dap::enrolment {

// The caller asks for a place; `key.enrolment` is the new one's id. NOT_FOUND (COHORT_NOT_FOUND),
// PERMISSION_DENIED (CALLER_NOT_STAFF), FAILED_PRECONDITION (COHORT_NOT_RECRUITING), ALREADY_EXISTS
// (ENROLMENT_EXISTS).
absl::StatusOr<store::EnrolmentView> ApplyToCohort(Work& work, const store::EnrolmentKey& key,
                                                   const Caller& caller, WayIn way_in);

// A join code, and the id of the enrolment to be.
struct CodeKey {
  id::Uuid organisation;
  absl::string_view join_code;
  id::Uuid enrolment;
};
// The same with a join code in place of the cohort's name. FAILED_PRECONDITION (JOIN_CODE_WRONG).
absl::StatusOr<store::EnrolmentView> JoinCohort(Work& work, const CodeKey& key,
                                                const Caller& caller, WayIn way_in);
// Before JoinCohort, in a transaction of its own: counts the try; a right code gives all back,
// whatever JoinCohort then refuses. RESOURCE_EXHAUSTED (JOIN_CODE_TRIES), PERMISSION_DENIED
// (CALLER_NOT_STAFF).
absl::Status TakeCohortTry(Work& work, const id::Uuid& organisation, const Caller& caller,
                           absl::string_view join_code);

// A coach of the cohort or an administrator of the organisation names `participant`. As above, and
// NOT_FOUND (STAFF_MEMBER_NOT_FOUND).
absl::StatusOr<store::EnrolmentView> NominateToCohort(Work& work, const store::EnrolmentKey& key,
                                                      const Caller& caller,
                                                      const id::Uuid& participant);

// The participant makes the place theirs; what they agree to begins the arrangement's history.
// FAILED_PRECONDITION (ENROLMENT_STATE, COHORT_STATE).
absl::StatusOr<store::EnrolmentView> AcceptEnrolment(Work& work, const store::EnrolmentKey& key,
                                                     const Caller& caller,
                                                     const std::optional<Commitment>& agreed,
                                                     PreferredDays days, WayIn way_in);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_TAKE_PLACE_H_
