#include "services/enrolment/operations/relations.h"

#include <optional>
#include <utility>

#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/store/cohorts.h"
#include "services/enrolment/store/patrons.h"
#include "services/enrolment/store/staff.h"

namespace dap::enrolment {
namespace {

absl::Status NotACoach() {
  return status::Denied("NOT_A_COACH", "Only a coach of the cohort may do this.");
}
absl::Status NotYours() {
  return status::Denied("NOT_YOURS", "Only the participant or a coach of the cohort may do this.");
}

absl::StatusOr<Cohort> ForCoach(absl::StatusOr<std::optional<Cohort>> found, const Caller& caller) {
  RETURN_IF_ERROR(found.status());
  if (!found->has_value() || !IsCoachOf(**found, caller)) return NotACoach();
  return **std::move(found);
}

absl::StatusOr<Cohort> ForPatronOrCoach(absl::StatusOr<std::optional<Cohort>> found,
                                        const id::Uuid& patron, const Caller& caller) {
  RETURN_IF_ERROR(found.status());
  const bool self = caller.patron && !caller.staff.is_nil() && caller.staff == patron;
  if (!found->has_value() || (!self && !IsCoachOf(**found, caller))) {
    return status::Denied("NOT_YOURS", "Only the patron or a coach of the cohort may do this.");
  }
  return **std::move(found);
}

absl::Status EnrolmentNotFound(const store::EnrolmentKey& key) {
  return status::NotFound("enrolment", EnrolmentName(key.organisation, key.cohort, key.enrolment));
}

// The cohort is locked before the enrolment, always.
absl::StatusOr<std::optional<Locked>> LockBoth(Work& work, const store::EnrolmentKey& key) {
  ASSIGN_OR_RETURN(std::optional<Cohort> cohort,
                   store::LockCohort(work.tx, key.organisation, key.cohort));
  if (!cohort.has_value()) return std::optional<Locked>();
  ASSIGN_OR_RETURN(std::optional<Enrolment> enrolment,
                   store::LockEnrolment(work.tx, key.organisation, key.enrolment));
  if (!enrolment.has_value() || enrolment->cohort != key.cohort) enrolment.emplace();
  return std::optional<Locked>(Locked{*std::move(cohort), *std::move(enrolment)});
}

}  // namespace

bool IsCoachOf(const Cohort& cohort, const Caller& caller) {
  return caller.coach && cohort.HasCoach(caller.staff);
}

bool IsSelf(const Enrolment& enrolment, const Caller& caller) {
  return caller.participant && !caller.staff.is_nil() && enrolment.participant == caller.staff;
}

absl::StatusOr<Cohort> LockAsCoach(Work& work, const CohortKey& key, const Caller& caller) {
  return ForCoach(store::LockCohort(work.tx, key.organisation, key.cohort), caller);
}

absl::StatusOr<Cohort> LockForAll(Work& work, const CohortKey& key) {
  ASSIGN_OR_RETURN(std::optional<Cohort> cohort,
                   store::LockCohort(work.tx, key.organisation, key.cohort));
  if (!cohort.has_value()) {
    return status::NotFound("cohort", CohortName(key.organisation, key.cohort));
  }
  return *std::move(cohort);
}

absl::StatusOr<Cohort> FindAsCoach(db::Connection& connection, const CohortKey& key,
                                   const Caller& caller) {
  return ForCoach(store::FindCohort(connection, key.organisation, key.cohort), caller);
}

absl::StatusOr<Cohort> LockAsPatronOrCoach(Work& work, const CohortKey& key, const id::Uuid& patron,
                                           const Caller& caller) {
  return ForPatronOrCoach(store::LockCohort(work.tx, key.organisation, key.cohort), patron, caller);
}

absl::StatusOr<Cohort> FindAsPatronOrCoach(db::Connection& connection, const CohortKey& key,
                                           const id::Uuid& patron, const Caller& caller) {
  return ForPatronOrCoach(store::FindCohort(connection, key.organisation, key.cohort), patron,
                          caller);
}

absl::StatusOr<Locked> LockOwn(Work& work, const store::EnrolmentKey& key, const Caller& caller) {
  ASSIGN_OR_RETURN(std::optional<Locked> locked, LockBoth(work, key));
  if (!locked.has_value() || !IsSelf(locked->enrolment, caller)) return NotYours();
  return *std::move(locked);
}

absl::StatusOr<Locked> LockEnrolmentAsCoach(Work& work, const store::EnrolmentKey& key,
                                            const Caller& caller) {
  ASSIGN_OR_RETURN(std::optional<Locked> locked, LockBoth(work, key));
  if (!locked.has_value() || !IsCoachOf(locked->cohort, caller)) return NotACoach();
  if (locked->enrolment.id.is_nil()) return EnrolmentNotFound(key);
  locked->by = By::kCoach;
  return *std::move(locked);
}

absl::StatusOr<Locked> LockOwnOrAsCoach(Work& work, const store::EnrolmentKey& key,
                                        const Caller& caller) {
  ASSIGN_OR_RETURN(std::optional<Locked> locked, LockBoth(work, key));
  if (!locked.has_value()) return NotYours();
  const bool coach = IsCoachOf(locked->cohort, caller);
  if (!coach && !IsSelf(locked->enrolment, caller)) return NotYours();
  if (locked->enrolment.id.is_nil()) return EnrolmentNotFound(key);
  locked->by = coach ? By::kCoach : By::kParticipant;
  return *std::move(locked);
}

absl::StatusOr<Locked> LockForSystem(Work& work, const store::EnrolmentKey& key) {
  ASSIGN_OR_RETURN(std::optional<Locked> locked, LockBoth(work, key));
  if (!locked.has_value() || locked->enrolment.id.is_nil()) return EnrolmentNotFound(key);
  locked->by = By::kSystem;
  return *std::move(locked);
}

absl::StatusOr<store::EnrolmentView> FindOwnOrAsCoach(db::Connection& connection,
                                                      const store::EnrolmentKey& key,
                                                      const Caller& caller) {
  ASSIGN_OR_RETURN(std::optional<Cohort> cohort,
                   store::FindCohort(connection, key.organisation, key.cohort));
  ASSIGN_OR_RETURN(std::optional<store::EnrolmentView> view,
                   store::FindEnrolment(connection, key.organisation, key.enrolment));
  if (view.has_value() && view->enrolment.cohort != key.cohort) view.reset();
  const bool coach = cohort.has_value() && IsCoachOf(*cohort, caller);
  const bool self = view.has_value() && IsSelf(view->enrolment, caller);
  if (!coach && !self) return NotYours();
  if (!view.has_value()) return EnrolmentNotFound(key);
  return *std::move(view);
}

absl::StatusOr<store::EnrolmentView> FindOwn(db::Connection& connection,
                                             const store::EnrolmentKey& key, const Caller& caller) {
  ASSIGN_OR_RETURN(std::optional<store::EnrolmentView> view,
                   store::FindEnrolment(connection, key.organisation, key.enrolment));
  if (!view.has_value() || view->enrolment.cohort != key.cohort ||
      !IsSelf(view->enrolment, caller)) {
    return status::Denied("NOT_YOURS", "Only the participant may see this.");
  }
  return *std::move(view);
}

absl::Status NotInCohort() {
  return status::Denied("NOT_IN_COHORT", "Only those who take part in the cohort may do this.");
}

absl::StatusOr<Cohort> FindInCohort(db::Connection& connection, const CohortKey& key,
                                    const Caller& caller) {
  ASSIGN_OR_RETURN(std::optional<Cohort> cohort,
                   store::FindCohort(connection, key.organisation, key.cohort));
  if (!cohort.has_value()) return NotInCohort();
  if (IsCoachOf(*cohort, caller)) return *std::move(cohort);
  if (caller.participant) {
    ASSIGN_OR_RETURN(
        std::optional<Enrolment> enrolment,
        store::FindOpenEnrolment(connection, key.organisation, key.cohort, caller.staff));
    if (enrolment.has_value()) return *std::move(cohort);
  }
  if (caller.patron) {
    ASSIGN_OR_RETURN(std::optional<store::PatronView> patron,
                     store::FindPatron(connection, key.organisation, key.cohort, caller.staff));
    if (patron.has_value() && patron->patron.state != PatronState::kDeclined) {
      return *std::move(cohort);
    }
  }
  return NotInCohort();
}

absl::StatusOr<store::Viewer> ViewerOf(db::Connection& connection, const Cohort& cohort,
                                       const Caller& caller) {
  store::Viewer viewer;
  viewer.coach = IsCoachOf(cohort, caller);
  if (!caller.participant) return viewer;
  ASSIGN_OR_RETURN(
      std::optional<Enrolment> enrolment,
      store::FindOpenEnrolment(connection, cohort.organisation, cohort.id, caller.staff));
  if (enrolment.has_value()) viewer.enrolment = enrolment->id;
  return viewer;
}

absl::StatusOr<bool> WorksThere(db::Connection& connection, const id::Uuid& organisation,
                                const id::Uuid& staff) {
  ASSIGN_OR_RETURN(std::optional<StaffMember> member,
                   store::FindStaff(connection, organisation, staff));
  return member.has_value() && member->state == StaffState::kActive;
}

absl::StatusOr<StaffMember> FindActiveStaff(db::Connection& connection,
                                            const id::Uuid& organisation, const id::Uuid& staff) {
  ASSIGN_OR_RETURN(std::optional<StaffMember> member,
                   store::FindStaff(connection, organisation, staff));
  if (!member.has_value() || member->state != StaffState::kActive) {
    return status::NotFound("staff member", StaffName(organisation, staff));
  }
  return *std::move(member);
}

absl::Status CheckCallerIsStaff(db::Connection& connection, const id::Uuid& organisation,
                                const Caller& caller) {
  absl::Status found = FindActiveStaff(connection, organisation, caller.staff).status();
  if (!absl::IsNotFound(found)) return found;
  return status::Denied("CALLER_NOT_STAFF", "You are not known as working in the organisation.");
}

}  // namespace dap::enrolment
