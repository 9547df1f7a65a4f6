// What the participant alone says: how they came, and how it ended.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_OWN_WORD_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_OWN_WORD_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/enrolment/domain/enrolment.h"
#include "services/enrolment/operations/work.h"
#include "services/enrolment/store/enrolments.h"

namespace dap::enrolment {

// For the participant alone: PERMISSION_DENIED (NOT_YOURS); FAILED_PRECONDITION (ENROLMENT_STATE).

absl::StatusOr<store::EnrolmentView> SetWayIn(Work& work, const store::EnrolmentKey& key,
                                              const Caller& caller, WayIn way_in);
// Their patron has a place free again.
absl::StatusOr<store::EnrolmentView> CompleteEnrolment(Work& work, const store::EnrolmentKey& key,
                                                       const Caller& caller,
                                                       absl::string_view reflection);
absl::StatusOr<store::EnrolmentView> WriteReflection(Work& work, const store::EnrolmentKey& key,
                                                     const Caller& caller,
                                                     absl::string_view reflection);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_OWN_WORD_H_
