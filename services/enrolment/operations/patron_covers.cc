#include "services/enrolment/operations/patron_covers.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/operations/record.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/store/cohorts.h"
#include "services/enrolment/store/organisations.h"
#include "services/enrolment/store/patrons.h"

namespace dap::enrolment {
namespace {

absl::StatusOr<std::optional<Patron>> FindMaybe(Work& work, const PatronCover& cover,
                                                const id::Uuid& staff) {
  ASSIGN_OR_RETURN(std::optional<store::PatronView> view,
                   store::FindPatron(work.tx, cover.organisation, cover.cohort, staff));
  if (!view.has_value()) return std::optional<Patron>();
  return std::optional<Patron>(std::move(view->patron));
}

// Of each participant of the patron that somebody else is on duty for them, or the patron again.
absl::Status TellParticipants(Work& work, const Cohort& cohort, const id::Uuid& patron) {
  ASSIGN_OR_RETURN(std::vector<Enrolment> open,
                   store::LockOpenOfCohort(work.tx, cohort.organisation, cohort.id));
  for (Enrolment& enrolment : open) {
    if (enrolment.patron != patron) continue;
    RETURN_IF_ERROR(RecordEnrolment(work, cohort, enrolment).status());
  }
  return absl::OkStatus();
}

absl::Status MoveTo(Work& work, const Cohort& cohort, PatronCover& cover, CoverState state) {
  const bool changes_duty = (cover.state == CoverState::kOn) != (state == CoverState::kOn);
  if (cover.state == state) return absl::OkStatus();
  cover.state = state;
  RETURN_IF_ERROR(store::SavePatronCover(work.tx, cover));
  return changes_duty ? TellParticipants(work, cohort, cover.patron) : absl::OkStatus();
}

absl::StatusOr<store::PatronCoverView> Find(Work& work, const PatronCover& cover) {
  ASSIGN_OR_RETURN(std::optional<store::PatronCoverView> view,
                   store::FindPatronCover(work.tx, cover.organisation, cover.id));
  if (!view.has_value()) return status::Internal("a cover just written is gone");
  return *std::move(view);
}

// One that would begin while the other who is to end has not been turned yet: that one first.
absl::Status TurnThoseOver(Work& work, const Cohort& cohort, std::vector<PatronCover>& open) {
  for (PatronCover& other : open) {
    if (other.until > work.now) continue;
    RETURN_IF_ERROR(MoveTo(work, cohort, other, CoverState::kOver));
  }
  open.erase(std::remove_if(open.begin(), open.end(),
                            [](const PatronCover& c) { return c.state == CoverState::kOver; }),
             open.end());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<store::PatronCoverView> PlanPatronCover(Work& work, PatronCover plan,
                                                       const Caller& caller) {
  const CohortKey key{plan.organisation, plan.cohort};
  ASSIGN_OR_RETURN(Cohort cohort, LockAsPatronOrCoach(work, key, plan.patron, caller));
  ASSIGN_OR_RETURN(std::optional<Patron> patron, FindMaybe(work, plan, plan.patron));
  if (!patron.has_value()) {
    return status::NotFound("patron", PatronName(key.organisation, key.cohort, plan.patron));
  }
  plan.from = std::max(plan.from, work.now);
  ASSIGN_OR_RETURN(Settings settings, store::LoadSettings(work.tx, key.organisation));
  RETURN_IF_ERROR(CheckPlan(plan, work.now, settings));
  RETURN_IF_ERROR(CheckNotOver(cohort));
  ASSIGN_OR_RETURN(std::optional<Patron> covering, FindMaybe(work, plan, plan.covering));
  RETURN_IF_ERROR(CheckBoth(patron, covering));
  RETURN_IF_ERROR(FindActiveStaff(work.tx, key.organisation, plan.covering).status());
  ASSIGN_OR_RETURN(std::vector<PatronCover> open,
                   store::ListOpenPatronCovers(work.tx, key.organisation, key.cohort));
  RETURN_IF_ERROR(TurnThoseOver(work, cohort, open));
  RETURN_IF_ERROR(CheckOverlap(plan, open));
  plan.planned_by = caller.staff;
  RETURN_IF_ERROR(store::InsertPatronCover(work.tx, plan));
  RETURN_IF_ERROR(MoveTo(work, cohort, plan, StateAt(plan, work.now, true)));
  return Find(work, plan);
}

absl::StatusOr<store::PatronCoverView> EndPatronCover(Work& work, const PatronKey& key,
                                                      const id::Uuid& cover, const Caller& caller) {
  ASSIGN_OR_RETURN(Cohort cohort,
                   LockAsPatronOrCoach(work, {key.organisation, key.cohort}, key.staff, caller));
  ASSIGN_OR_RETURN(std::optional<store::PatronCoverView> view,
                   store::FindPatronCover(work.tx, key.organisation, cover));
  if (!view.has_value() || view->cover.cohort != key.cohort || view->cover.patron != key.staff) {
    return status::NotFound("patron cover",
                            PatronCoverName(key.organisation, key.cohort, key.staff, cover));
  }
  if (view->cover.lapsed) {  // the patron is back
    view->cover.lapsed = false;
    RETURN_IF_ERROR(store::SavePatronCover(work.tx, view->cover));
  }
  RETURN_IF_ERROR(MoveTo(work, cohort, view->cover, CoverState::kOver));
  return *std::move(view);
}

absl::Status TurnPatronCover(Work& work, const store::PatronCoverKey& key) {
  ASSIGN_OR_RETURN(std::optional<Cohort> cohort,
                   store::LockCohort(work.tx, key.organisation, key.cohort));
  ASSIGN_OR_RETURN(std::optional<store::PatronCoverView> view,
                   store::FindPatronCover(work.tx, key.organisation, key.cover));
  if (!cohort.has_value() || !view.has_value()) return absl::OkStatus();
  PatronCover& cover = view->cover;
  ASSIGN_OR_RETURN(bool there, WorksThere(work.tx, key.organisation, cover.covering));
  ASSIGN_OR_RETURN(std::optional<Patron> covering, FindMaybe(work, cover, cover.covering));
  const bool able = there && covering.has_value() && covering->state == PatronState::kAgreed;
  const CoverState state = StateAt(cover, work.now, able);
  if (state == CoverState::kOver && cover.state != state) cover.lapsed = cover.until > work.now;
  if (state == CoverState::kOn) {
    ASSIGN_OR_RETURN(std::vector<PatronCover> open,
                     store::ListOpenPatronCovers(work.tx, key.organisation, key.cohort));
    RETURN_IF_ERROR(TurnThoseOver(work, *cohort, open));
  }
  return MoveTo(work, *cohort, cover, state);
}

absl::Status EndCoversBy(Work& work, const id::Uuid& organisation, const id::Uuid& staff) {
  ASSIGN_OR_RETURN(std::vector<store::PatronCoverKey> on,
                   store::ListPatronCoversBy(work.tx, organisation, staff));
  for (const store::PatronCoverKey& key : on) RETURN_IF_ERROR(TurnPatronCover(work, key));
  return absl::OkStatus();
}

}  // namespace dap::enrolment
