#include "services/enrolment/operations/take_place.h"

#include "absl/strings/ascii.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/operations/arrange.h"
#include "services/enrolment/operations/record.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/store/cohorts.h"
#include "services/enrolment/store/organisations.h"
#include "services/enrolment/store/sessions.h"

namespace dap::enrolment {
namespace {

// A join code as it is kept.
std::string Plain(absl::string_view join_code) {
  return absl::AsciiStrToUpper(absl::StripAsciiWhitespace(join_code));
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

absl::StatusOr<store::EnrolmentView> Ask(Work& work, Cohort& cohort, const id::Uuid& enrolment,
                                         const Caller& caller, WayIn way_in) {
  RETURN_IF_ERROR(CheckCallerIsStaff(work.tx, cohort.organisation, caller));
  RETURN_IF_ERROR(CheckRecruiting(cohort));
  RETURN_IF_ERROR(CheckNotEnrolled(work, cohort, caller.staff));
  return Enter(work, cohort, Apply(cohort, enrolment, caller.staff, way_in, work.now));
}

}  // namespace

absl::StatusOr<store::EnrolmentView> ApplyToCohort(Work& work, const store::EnrolmentKey& key,
                                                   const Caller& caller, WayIn way_in) {
  ASSIGN_OR_RETURN(Cohort cohort, LockForAll(work, {key.organisation, key.cohort}));
  return Ask(work, cohort, key.enrolment, caller, way_in);
}

absl::Status TakeCohortTry(Work& work, const id::Uuid& organisation, const Caller& caller,
                           absl::string_view join_code) {
  RETURN_IF_ERROR(CheckCallerIsStaff(work.tx, organisation, caller));
  ASSIGN_OR_RETURN(Settings settings, store::LoadSettings(work.tx, organisation));
  ASSIGN_OR_RETURN(
      int taken, store::TakeJoinCodeTry(work.tx, organisation, organisation, caller.staff, work.now,
                                        settings.join_code_window));
  if (taken > settings.join_code_tries) {
    return status::Exhausted("JOIN_CODE_TRIES",
                             "Too many wrong join codes. Wait, or ask the coach for the cohort.",
                             settings.join_code_window);
  }
  ASSIGN_OR_RETURN(std::optional<id::Uuid> found,
                   store::FindCohortByJoinCode(work.tx, organisation, Plain(join_code)));
  if (!found.has_value()) return absl::OkStatus();
  return store::ForgetJoinCodeTries(work.tx, organisation, organisation, caller.staff);
}

absl::StatusOr<store::EnrolmentView> JoinCohort(Work& work, const CodeKey& key,
                                                const Caller& caller, WayIn way_in) {
  const absl::Status wrong = status::Precondition(
      "JOIN_CODE_WRONG", "That is no cohort's join code. Ask the coach for the one of now.");
  const std::string code = Plain(key.join_code);
  ASSIGN_OR_RETURN(std::optional<id::Uuid> found,
                   store::FindCohortByJoinCode(work.tx, key.organisation, code));
  if (!found.has_value()) return wrong;
  ASSIGN_OR_RETURN(Cohort cohort, LockForAll(work, {key.organisation, *found}));
  // It may have been changed before the lock was had.
  if (cohort.join_code != code) return wrong;
  return Ask(work, cohort, key.enrolment, caller, way_in);
}

absl::StatusOr<store::EnrolmentView> NominateToCohort(Work& work, const store::EnrolmentKey& key,
                                                      const Caller& caller,
                                                      const id::Uuid& participant) {
  absl::StatusOr<Cohort> locked = caller.admin
                                      ? LockForAll(work, {key.organisation, key.cohort})
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
