// Planning gatherings, and finding them.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_SESSIONS_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_SESSIONS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/enrolment/domain/cohort.h"
#include "services/enrolment/domain/session.h"
#include "services/enrolment/operations/work.h"
#include "services/enrolment/store/sessions.h"

namespace dap::enrolment {

// A session by its ids.
struct SessionKey {
  id::Uuid organisation;
  id::Uuid cohort;
  id::Uuid session;
};

// The session, for whom may see it. NOT_FOUND (SESSION_NOT_FOUND), also where it is somebody
// else's ONE_TO_ONE.
absl::StatusOr<Session> FindSession(db::Connection& connection, const SessionKey& key,
                                    const store::Viewer& viewer);

// Whether the session may be as it is wanted, all at once. INVALID_ARGUMENT as CheckPlan has it,
// then STAFF_MEMBER_UNKNOWN for "session.host", ENROLMENT_UNKNOWN for "session.participant".
absl::Status CheckWanted(Work& work, const Cohort& cohort, const Session& wanted);

// By a coach; `plan` has its ids, host and join code set. INVALID_ARGUMENT as CheckWanted has it;
// FAILED_PRECONDITION (COHORT_STATE); ALREADY_EXISTS (SESSION_EXISTS) for a second kick-off.
absl::StatusOr<Session> PlanSession(Work& work, Session plan, const Caller& caller);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_SESSIONS_H_
