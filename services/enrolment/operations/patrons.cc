#include "services/enrolment/operations/patrons.h"

#include <optional>
#include <vector>

#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/operations/record.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/store/cohorts.h"
#include "services/enrolment/store/organisations.h"
#include "services/enrolment/store/patron_covers.h"

namespace dap::enrolment {
namespace {

absl::StatusOr<store::PatronView> Find(db::Connection& connection, const PatronKey& key) {
  ASSIGN_OR_RETURN(std::optional<store::PatronView> view,
                   store::FindPatron(connection, key.organisation, key.cohort, key.staff));
  if (!view.has_value()) {
    return status::NotFound("patron", PatronName(key.organisation, key.cohort, key.staff));
  }
  return *std::move(view);
}

// The patron's own row, under the cohort's lock.
absl::StatusOr<store::PatronView> LockOwnPatron(Work& work, const PatronKey& key,
                                                const Caller& caller) {
  if (!caller.patron || caller.staff.is_nil() || caller.staff != key.staff) {
    return status::Denied("NOT_YOURS", "Only the patron themselves may do this.");
  }
  RETURN_IF_ERROR(store::LockCohort(work.tx, key.organisation, key.cohort).status());
  return Find(work.tx, key);
}

absl::StatusOr<std::optional<Patron>> FindMaybe(Work& work, const PatronKey& key) {
  ASSIGN_OR_RETURN(std::optional<store::PatronView> view,
                   store::FindPatron(work.tx, key.organisation, key.cohort, key.staff));
  if (!view.has_value()) return std::optional<Patron>();
  return std::optional<Patron>(std::move(view->patron));
}

absl::StatusOr<store::PatronView> FindAndTell(Work& work, const PatronKey& key) {
  ASSIGN_OR_RETURN(store::PatronView view, Find(work.tx, key));
  work.outbox.Add(key.organisation, PatronEvent(view));
  return view;
}

// Whom they have in the cohort, and whom they are to stand in for there.
absl::StatusOr<int> CountDuties(Work& work, const PatronKey& key) {
  ASSIGN_OR_RETURN(int duties,
                   store::CountWithPatron(work.tx, key.organisation, key.cohort, key.staff));
  ASSIGN_OR_RETURN(std::vector<PatronCover> covers,
                   store::ListOpenPatronCovers(work.tx, key.organisation, key.cohort));
  for (const PatronCover& cover : covers) duties += cover.covering == key.staff ? 1 : 0;
  return duties;
}

}  // namespace

absl::StatusOr<store::PatronView> InvitePatron(Work& work, const PatronKey& key,
                                               const Caller& caller) {
  ASSIGN_OR_RETURN(Cohort cohort, LockAsCoach(work, {key.organisation, key.cohort}, caller));
  RETURN_IF_ERROR(CheckNotOver(cohort));
  RETURN_IF_ERROR(FindActiveStaff(work.tx, key.organisation, key.staff).status());
  ASSIGN_OR_RETURN(std::optional<Patron> existing, FindMaybe(work, key));
  if (existing.has_value() && InviteAgain(*existing, work.now)) {
    RETURN_IF_ERROR(store::SavePatron(work.tx, *existing));
    return FindAndTell(work, key);
  }
  if (existing.has_value()) {
    return status::Exists("patron", PatronName(key.organisation, key.cohort, key.staff),
                          "They have been asked to be a patron of this cohort.");
  }
  Patron patron;
  patron.organisation = key.organisation;
  patron.cohort = key.cohort;
  patron.staff = key.staff;
  patron.invite_time = work.now;
  RETURN_IF_ERROR(store::InsertPatron(work.tx, patron));
  return FindAndTell(work, key);
}

absl::StatusOr<store::PatronView> AnswerPatronInvitation(Work& work, const PatronKey& key,
                                                         const Caller& caller, bool agree) {
  ASSIGN_OR_RETURN(store::PatronView view, LockOwnPatron(work, key, caller));
  ASSIGN_OR_RETURN(int duties, CountDuties(work, key));
  const PatronState before = view.patron.state;
  RETURN_IF_ERROR(Answer(view.patron, agree, duties, work.now));
  if (view.patron.state == before) return view;
  RETURN_IF_ERROR(store::SavePatron(work.tx, view.patron));
  return FindAndTell(work, key);
}

absl::StatusOr<store::PatronView> UpdatePatronChecklist(Work& work, const PatronKey& key,
                                                        const Caller& caller,
                                                        const PatronChecklist& checklist) {
  ASSIGN_OR_RETURN(store::PatronView view, LockOwnPatron(work, key, caller));
  RETURN_IF_ERROR(UpdateChecklist(view.patron, checklist));
  RETURN_IF_ERROR(store::SavePatron(work.tx, view.patron));
  return view;
}

absl::StatusOr<store::EnrolmentView> AssignPatron(Work& work, const store::EnrolmentKey& key,
                                                  const Caller& caller, const id::Uuid& staff) {
  ASSIGN_OR_RETURN(Locked locked, LockEnrolmentAsCoach(work, key, caller));
  return GivePatron(work, locked.cohort, locked.enrolment, staff, "patron");
}

absl::StatusOr<store::EnrolmentView> GivePatron(Work& work, const Cohort& cohort,
                                                Enrolment& enrolment, const id::Uuid& staff,
                                                absl::string_view field) {
  const id::Uuid& organisation = cohort.organisation;
  if (enrolment.patron == staff && !HasEnded(enrolment.state)) {
    ASSIGN_OR_RETURN(std::optional<store::EnrolmentView> view,
                     store::FindEnrolment(work.tx, organisation, enrolment.id));
    if (view.has_value()) return *std::move(view);
  }
  ASSIGN_OR_RETURN(Settings settings, store::LoadSettings(work.tx, organisation));
  ASSIGN_OR_RETURN(std::optional<Patron> patron, FindMaybe(work, {organisation, cohort.id, staff}));
  ASSIGN_OR_RETURN(int participants, store::LockPatronLoad(work.tx, organisation, staff));
  RETURN_IF_ERROR(CheckAssign(enrolment, staff, patron, participants, settings, field));
  RETURN_IF_ERROR(FindActiveStaff(work.tx, organisation, staff).status());
  RETURN_IF_ERROR(ReleasePatron(work, enrolment));
  RETURN_IF_ERROR(store::AddPatronLoad(work.tx, organisation, staff, 1));
  enrolment.patron = staff;
  return RecordEnrolment(work, cohort, enrolment);
}

absl::StatusOr<store::PatronView> FindPatronFor(db::Connection& connection, const PatronKey& key,
                                                const Caller& caller) {
  RETURN_IF_ERROR(
      FindAsPatronOrCoach(connection, {key.organisation, key.cohort}, key.staff, caller).status());
  return Find(connection, key);
}

}  // namespace dap::enrolment
