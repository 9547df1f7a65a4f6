// Planning gatherings and telling who was there.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_SESSIONS_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_SESSIONS_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/enrolment/domain/session.h"
#include "services/enrolment/operations/work.h"
#include "services/enrolment/store/enrolments.h"

namespace dap::enrolment {

// A session by its ids.
struct SessionKey {
  id::Uuid organisation;
  id::Uuid cohort;
  id::Uuid session;
};

// By a coach; `plan` has its ids, host and join code set. INVALID_ARGUMENT as CheckPlan has it, or
// STAFF_MEMBER_UNKNOWN for "session.host"; FAILED_PRECONDITION (COHORT_STATE); ALREADY_EXISTS
// (SESSION_EXISTS) for a second kick-off.
absl::StatusOr<Session> PlanSession(Work& work, const Session& plan, const Caller& caller);

// By a coach. NOT_FOUND (SESSION_NOT_FOUND, ENROLMENT_NOT_FOUND), FAILED_PRECONDITION
// (SESSION_STATE, ENROLMENT_STATE). Some eight statements a person.
absl::StatusOr<Session> RecordAttendance(Work& work, const SessionKey& key, const Caller& caller,
                                         const std::vector<store::EnrolmentKey>& enrolments);

// The caller, who takes part in the cohort, uses a try of the session's join code. It counts before
// the code is looked at and whatever comes of it, so that many at once don't get more. Commit it by
// itself. RESOURCE_EXHAUSTED (JOIN_CODE_TRIES), with which the try need not be committed;
// PERMISSION_DENIED (NOT_IN_COHORT), NOT_FOUND (SESSION_NOT_FOUND).
absl::Status TakeTry(Work& work, const SessionKey& key, const Caller& caller);
// The caller says with the code that they are there, which gives their tries back.
// FAILED_PRECONDITION as CheckJoinCode has it.
absl::StatusOr<Session> CheckIn(Work& work, const SessionKey& key, const Caller& caller,
                                absl::string_view join_code);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_SESSIONS_H_
