// Leaving a cohort and standing still: by the participant, a coach, a check-in's answer, the clock.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_LEAVE_OR_REST_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_LEAVE_OR_REST_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/enrolment/domain/enrolment.h"
#include "services/enrolment/operations/work.h"
#include "services/enrolment/store/enrolments.h"

namespace dap::enrolment {

// Honourable; a place it held goes to the first of the waitlist.
absl::StatusOr<store::EnrolmentView> WithdrawEnrolment(Work& work, const store::EnrolmentKey& key,
                                                       const Caller& caller);
absl::StatusOr<store::EnrolmentView> PauseEnrolment(Work& work, const store::EnrolmentKey& key,
                                                    const Caller& caller, const Pause& pause);
// FAILED_PRECONDITION (ENROLMENT_STATE) also while the person does not work there.
absl::StatusOr<store::EnrolmentView> ResumeEnrolment(Work& work, const store::EnrolmentKey& key,
                                                     const Caller& caller);

// What a silent participant answered. What no longer fits (the enrolment has ended, was never here)
// changes nothing and is no error, as the answer is given and can't be given back. BUSY pauses, or
// moves the end of a pause for being busy; an end too far ahead is cut to the most there may be.
absl::Status BusyUntil(Work& work, const id::Uuid& organisation, const id::Uuid& enrolment,
                       const std::optional<absl::Time>& until);
absl::Status NotForMe(Work& work, const id::Uuid& organisation, const id::Uuid& enrolment);

// The clock has come to a pause's end: it goes on, or, where the person is not there, waits for
// their return. Changes nothing where it is not over, so two at once do no harm.
absl::Status EndPause(Work& work, const store::EnrolmentKey& key);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_LEAVE_OR_REST_H_
