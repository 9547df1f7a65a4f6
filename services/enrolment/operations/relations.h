// What a caller is to a cohort or an enrolment: the only place that decides it. Permission comes
// before existence: who may not know of a thing hears PERMISSION_DENIED whether it is there or not.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_RELATIONS_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_RELATIONS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/enrolment/domain/cohort.h"
#include "services/enrolment/domain/enrolment.h"
#include "services/enrolment/domain/staff.h"
#include "services/enrolment/operations/work.h"
#include "services/enrolment/store/enrolments.h"
#include "services/enrolment/store/sessions.h"

namespace dap::enrolment {

bool IsCoachOf(const Cohort& cohort, const Caller& caller);
bool IsSelf(const Enrolment& enrolment, const Caller& caller);

// The cohort, locked, for one of its coaches. PERMISSION_DENIED (NOT_A_COACH).
absl::StatusOr<Cohort> LockAsCoach(Work& work, const CohortKey& key, const Caller& caller);
// For anybody in the organisation. NOT_FOUND (COHORT_NOT_FOUND).
absl::StatusOr<Cohort> LockForAll(Work& work, const CohortKey& key);
// As for a coach, without a lock, for reads.
absl::StatusOr<Cohort> FindAsCoach(db::Connection& connection, const CohortKey& key,
                                   const Caller& caller);

// The cohort for one of its coaches, or for somebody who acts as the patron they are, locked or
// not. Says nothing of whether they are one. PERMISSION_DENIED (NOT_YOURS).
absl::StatusOr<Cohort> LockAsPatronOrCoach(Work& work, const CohortKey& key, const id::Uuid& patron,
                                           const Caller& caller);
absl::StatusOr<Cohort> FindAsPatronOrCoach(db::Connection& connection, const CohortKey& key,
                                           const id::Uuid& patron, const Caller& caller);

// A cohort and one of its enrolments, both locked, and as whom the caller may change it.
struct Locked {
  Cohort cohort;
  Enrolment enrolment;
  By by = By::kParticipant;
};
// For the participant alone. PERMISSION_DENIED (NOT_YOURS).
absl::StatusOr<Locked> LockOwn(Work& work, const store::EnrolmentKey& key, const Caller& caller);
// For a coach of the cohort alone. NOT_FOUND (ENROLMENT_NOT_FOUND) to them.
absl::StatusOr<Locked> LockEnrolmentAsCoach(Work& work, const store::EnrolmentKey& key,
                                            const Caller& caller);
// For either; a coach's word counts as a coach's even in their own enrolment.
absl::StatusOr<Locked> LockOwnOrAsCoach(Work& work, const store::EnrolmentKey& key,
                                        const Caller& caller);
// The enrolment, for the participant or a coach, without locks.
absl::StatusOr<store::EnrolmentView> FindOwnOrAsCoach(db::Connection& connection,
                                                      const store::EnrolmentKey& key,
                                                      const Caller& caller);
// The same for the participant alone.
absl::StatusOr<store::EnrolmentView> FindOwn(db::Connection& connection,
                                             const store::EnrolmentKey& key, const Caller& caller);
// For the system: NOT_FOUND where either is gone.
absl::StatusOr<Locked> LockForSystem(Work& work, const store::EnrolmentKey& key);

// Whether they may see the cohort's sessions: its coaches, its patrons who have not declined,
// whoever is enrolled. OK with the cohort, or PERMISSION_DENIED (NOT_IN_COHORT).
absl::StatusOr<Cohort> FindInCohort(db::Connection& connection, const CohortKey& key,
                                    const Caller& caller);

// What others hear of a cohort's sessions: PERMISSION_DENIED (NOT_IN_COHORT).
absl::Status NotInCohort();
// As whom somebody who is in the cohort looks at its sessions. A query more for a participant.
absl::StatusOr<store::Viewer> ViewerOf(db::Connection& connection, const Cohort& cohort,
                                       const Caller& caller);

// Whether somebody works in the organisation now.
absl::StatusOr<bool> WorksThere(db::Connection& connection, const id::Uuid& organisation,
                                const id::Uuid& staff);
// Somebody who works in the organisation now. NOT_FOUND (STAFF_MEMBER_NOT_FOUND).
absl::StatusOr<StaffMember> FindActiveStaff(db::Connection& connection,
                                            const id::Uuid& organisation, const id::Uuid& staff);
// That the caller works there now. PERMISSION_DENIED (CALLER_NOT_STAFF).
absl::Status CheckCallerIsStaff(db::Connection& connection, const id::Uuid& organisation,
                                const Caller& caller);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_RELATIONS_H_
