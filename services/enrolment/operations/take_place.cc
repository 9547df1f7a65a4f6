#include "services/enrolment/operations/take_place.h"

#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/operations/arrange.h"
#include "services/enrolment/operations/record.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/store/cohorts.h"

namespace dap::enrolment {
namespace {

absl::StatusOr<Cohort> LockForAll(Work& work, const store::EnrolmentKey& key) {
  ASSIGN_OR_RETURN(std::optional<Cohort> cohort,
                   store::LockCohort(work.tx, key.organisation, key.cohort));
  if (!cohort.has_value()) {
    return status::NotFound("cohort", CohortName(key.organisation, key.cohort));
  }
  return *std::move(cohort);
}

absl::Status CheckNotEnrolled(Work& work, const Cohort& cohort, const id::Uuid& participant) {
  ASSIGN_OR_RETURN(std::optional<Enrolment> existing,
                   store::FindOpenEnrolment(work.tx, cohort.organisation, cohort.id, participant));
  if (!existing.has_value()) return absl::OkStatus();
  return status::Exists("enrolment", EnrolmentName(cohort.organisation, cohort.id, existing->id),
                        "They have an enrolment in this cohort.");
}

absl::StatusOr<store::EnrolmentView> Enter(Work& work, Cohort& cohort, const Enrolment& enrolment) {
  ASSIGN_OR_RETURN(store::EnrolmentView view, RecordNewEnrolment(work, cohort, enrolment));
  RETURN_IF_ERROR(RecordPlaces(work, cohort));
  return view;
}

}  // namespace

absl::StatusOr<store::EnrolmentView> ApplyToCohort(Work& work, const store::EnrolmentKey& key,
                                                   const Caller& caller, WayIn way_in) {
  ASSIGN_OR_RETURN(Cohort cohort, LockForAll(work, key));
  RETURN_IF_ERROR(CheckCallerIsStaff(work.tx, key.organisation, caller));
  RETURN_IF_ERROR(CheckRecruiting(cohort));
  RETURN_IF_ERROR(CheckNotEnrolled(work, cohort, caller.staff));
  const Enrolment enrolment = Apply(cohort, key.enrolment, caller.staff, way_in, work.now);
  return Enter(work, cohort, enrolment);
}

absl::StatusOr<store::EnrolmentView> NominateToCohort(Work& work, const store::EnrolmentKey& key,
                                                      const Caller& caller,
                                                      const id::Uuid& participant) {
  absl::StatusOr<Cohort> locked = caller.admin
                                      ? LockForAll(work, key)
                                      : LockAsCoach(work, {key.organisation, key.cohort}, caller);
  ASSIGN_OR_RETURN(Cohort cohort, std::move(locked));
  RETURN_IF_ERROR(CheckRecruiting(cohort));
  RETURN_IF_ERROR(FindActiveStaff(work.tx, key.organisation, participant).status());
  RETURN_IF_ERROR(CheckNotEnrolled(work, cohort, participant));
  const Enrolment enrolment = Nominate(cohort, key.enrolment, participant, work.now);
  return Enter(work, cohort, enrolment);
}

absl::StatusOr<store::EnrolmentView> AcceptEnrolment(Work& work, const store::EnrolmentKey& key,
                                                     const Caller& caller,
                                                     const std::optional<Commitment>& agreed,
                                                     PreferredDays days, WayIn way_in) {
  ASSIGN_OR_RETURN(Locked locked, LockOwn(work, key, caller));
  RETURN_IF_ERROR(CheckCallerIsStaff(work.tx, key.organisation, caller));
  RETURN_IF_ERROR(Accept(locked.cohort, locked.enrolment, agreed, days, way_in, work.now));
  ASSIGN_OR_RETURN(store::EnrolmentView view,
                   RecordEnrolment(work, locked.cohort, locked.enrolment));
  RETURN_IF_ERROR(RecordArrangement(work, {locked.cohort, locked.enrolment}, std::nullopt,
                                    caller.staff, By::kParticipant));
  RETURN_IF_ERROR(RecordPlaces(work, locked.cohort));
  return view;
}

}  // namespace dap::enrolment
