#include "services/enrolment/operations/advance_cohort.h"

#include <optional>
#include <vector>

#include "libs/status/macros.h"
#include "services/enrolment/domain/enrolment.h"
#include "services/enrolment/operations/change_session.h"
#include "services/enrolment/operations/record.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/operations/staff_state_changed.h"
#include "services/enrolment/store/enrolments.h"
#include "services/enrolment/store/sessions.h"

namespace dap::enrolment {
namespace {

// The cohort has ended: so have its enrolments. No freed place is given on.
absl::Status EndEnrolments(Work& work, Cohort& cohort) {
  ASSIGN_OR_RETURN(std::vector<Enrolment> open,
                   store::LockOpenOfCohort(work.tx, cohort.organisation, cohort.id));
  for (Enrolment& enrolment : open) {
    End(cohort, enrolment, work.now);
    RETURN_IF_ERROR(ReleasePatron(work, enrolment));
    RETURN_IF_ERROR(RecordEnrolment(work, cohort, enrolment).status());
  }
  return absl::OkStatus();
}

absl::Status ActivateEnrolments(Work& work, Cohort& cohort) {
  ASSIGN_OR_RETURN(std::vector<Enrolment> open,
                   store::LockOpenOfCohort(work.tx, cohort.organisation, cohort.id));
  for (Enrolment& enrolment : open) {
    if (!ActivateAtStart(cohort, enrolment, work.now)) continue;
    RETURN_IF_ERROR(PauseWhoIsAway(work, cohort, enrolment));
    RETURN_IF_ERROR(RecordEnrolment(work, cohort, enrolment).status());
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Readiness> ReadReadiness(db::Connection& connection, const Cohort& cohort) {
  ASSIGN_OR_RETURN(Readiness readiness,
                   store::CountAccepted(connection, cohort.organisation, cohort.id));
  ASSIGN_OR_RETURN(readiness.kick_off,
                   store::FindKickOff(connection, cohort.organisation, cohort.id));
  return readiness;
}

absl::StatusOr<Cohort> OpenCohort(Work& work, const CohortKey& key, const Caller& caller) {
  ASSIGN_OR_RETURN(Cohort cohort, LockAsCoach(work, key, caller));
  RETURN_IF_ERROR(Open(cohort));
  RETURN_IF_ERROR(RecordCohort(work, cohort));
  return cohort;
}

absl::StatusOr<Cohort> CloseCohortRecruitment(Work& work, const CohortKey& key,
                                              const Caller& caller) {
  ASSIGN_OR_RETURN(Cohort cohort, LockAsCoach(work, key, caller));
  ASSIGN_OR_RETURN(Readiness readiness, ReadReadiness(work.tx, cohort));
  RETURN_IF_ERROR(CloseRecruitment(cohort, readiness));
  RETURN_IF_ERROR(RecordCohort(work, cohort));
  return cohort;
}

absl::StatusOr<Cohort> StartCohort(Work& work, const CohortKey& key, const Caller& caller,
                                   const std::string& override_reason) {
  ASSIGN_OR_RETURN(Cohort cohort, LockAsCoach(work, key, caller));
  ASSIGN_OR_RETURN(Readiness readiness, ReadReadiness(work.tx, cohort));
  std::optional<StartOverride> start_override;
  if (!override_reason.empty()) {
    start_override = StartOverride{override_reason, caller.staff, work.now};
  }
  RETURN_IF_ERROR(Start(cohort, readiness, work.now, start_override));
  RETURN_IF_ERROR(ActivateEnrolments(work, cohort));
  RETURN_IF_ERROR(RecordCohort(work, cohort));
  return cohort;
}

absl::StatusOr<Cohort> FinishCohort(Work& work, const CohortKey& key, const Caller& caller) {
  ASSIGN_OR_RETURN(Cohort cohort, LockAsCoach(work, key, caller));
  RETURN_IF_ERROR(Finish(cohort));
  // Nobody can move or answer one from now on; there may be a feast afterwards.
  RETURN_IF_ERROR(CancelComing(work, cohort, "The cohort has finished.", [](const Session& coming) {
    return coming.kind != SessionKind::kCelebration;
  }));
  RETURN_IF_ERROR(EndEnrolments(work, cohort));
  RETURN_IF_ERROR(RecordCohort(work, cohort));
  return cohort;
}

absl::StatusOr<Cohort> CancelCohort(Work& work, const CohortKey& key, const Caller& caller) {
  ASSIGN_OR_RETURN(Cohort cohort, LockAsCoach(work, key, caller));
  RETURN_IF_ERROR(Cancel(cohort));
  RETURN_IF_ERROR(CancelComing(work, cohort, "The cohort was called off.",
                               [](const Session&) { return true; }));
  RETURN_IF_ERROR(EndEnrolments(work, cohort));
  RETURN_IF_ERROR(RecordCohort(work, cohort));
  return cohort;
}

}  // namespace dap::enrolment
