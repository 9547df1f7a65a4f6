// Telling who was at a session.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_ATTENDANCE_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_ATTENDANCE_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/enrolment/operations/sessions.h"
#include "services/enrolment/store/enrolments.h"

namespace dap::enrolment {

// By a coach. NOT_FOUND (SESSION_NOT_FOUND, ENROLMENT_NOT_FOUND), FAILED_PRECONDITION
// (SESSION_STATE, ENROLMENT_STATE). Some eight statements a person.
absl::StatusOr<Session> RecordAttendance(Work& work, const SessionKey& key, const Caller& caller,
                                         const std::vector<store::EnrolmentKey>& enrolments);

// By a coach: what was recorded by mistake. NOT_FOUND (SESSION_NOT_FOUND, ENROLMENT_NOT_FOUND),
// FAILED_PRECONDITION (ENROLMENT_STATE).
absl::StatusOr<Session> RemoveAttendance(Work& work, const SessionKey& key, const Caller& caller,
                                         const std::vector<store::EnrolmentKey>& enrolments);

// Before CheckIn: the caller, who takes part in the cohort, uses a try of the session's join code.
// It counts before the code is looked at, so that many at once don't get more; a right one gives
// all back, whatever CheckIn then refuses. Commit it by itself, as a refusal undoes the rest.
// RESOURCE_EXHAUSTED (JOIN_CODE_TRIES), with which the try need not be committed;
// PERMISSION_DENIED (NOT_IN_COHORT), NOT_FOUND (SESSION_NOT_FOUND).
absl::Status TakeTry(Work& work, const SessionKey& key, const Caller& caller,
                     absl::string_view join_code);
// The caller says with the code that they are there. FAILED_PRECONDITION as CheckJoinCode has it.
absl::StatusOr<Session> CheckIn(Work& work, const SessionKey& key, const Caller& caller,
                                absl::string_view join_code);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_ATTENDANCE_H_
