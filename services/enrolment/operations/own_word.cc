#include "services/enrolment/operations/own_word.h"

#include "libs/status/macros.h"
#include "services/enrolment/operations/record.h"
#include "services/enrolment/operations/relations.h"

namespace dap::enrolment {

absl::StatusOr<store::EnrolmentView> SetWayIn(Work& work, const store::EnrolmentKey& key,
                                              const Caller& caller, WayIn way_in) {
  ASSIGN_OR_RETURN(Locked locked, LockOwn(work, key, caller));
  RETURN_IF_ERROR(SayWayIn(locked.enrolment, way_in));
  return RecordEnrolment(work, locked.cohort, locked.enrolment);
}

absl::StatusOr<store::EnrolmentView> CompleteEnrolment(Work& work, const store::EnrolmentKey& key,
                                                       const Caller& caller,
                                                       absl::string_view reflection) {
  ASSIGN_OR_RETURN(Locked locked, LockOwn(work, key, caller));
  RETURN_IF_ERROR(Complete(locked.cohort, locked.enrolment, reflection, work.now));
  RETURN_IF_ERROR(ReleasePatron(work, locked.enrolment));
  return RecordEnrolment(work, locked.cohort, locked.enrolment);
}

absl::StatusOr<store::EnrolmentView> WriteReflection(Work& work, const store::EnrolmentKey& key,
                                                     const Caller& caller,
                                                     absl::string_view reflection) {
  ASSIGN_OR_RETURN(Locked locked, LockOwn(work, key, caller));
  RETURN_IF_ERROR(Reflect(locked.enrolment, reflection));
  return RecordEnrolment(work, locked.cohort, locked.enrolment);
}

}  // namespace dap::enrolment
