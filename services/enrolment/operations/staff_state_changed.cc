#include "services/enrolment/operations/staff_state_changed.h"

#include <optional>
#include <vector>

#include "libs/status/macros.h"
#include "services/enrolment/operations/patron_covers.h"
#include "services/enrolment/operations/record.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/store/cohorts.h"
#include "services/enrolment/store/enrolments.h"

namespace dap::enrolment {
namespace {

// Nobody has more; the rest would be told at their next change.
constexpr int kMostEnrolments = 1000;

// Calls `change` for each open enrolment of a person and writes those for which it says true.
template <typename F>
absl::Status ForEachOpen(Work& work, const id::Uuid& organisation, const id::Uuid& staff,
                         F change) {
  ASSIGN_OR_RETURN(std::vector<store::EnrolmentKey> keys,
                   store::ListOpenOf(work.tx, organisation, staff));
  for (const store::EnrolmentKey& key : keys) {
    ASSIGN_OR_RETURN(Locked locked, LockForSystem(work, key));
    if (!change(locked)) continue;
    RETURN_IF_ERROR(RecordEnrolment(work, locked.cohort, locked.enrolment).status());
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status SuspendEnrolments(db::Connection& tx, feed::Outbox& outbox,
                               const id::Uuid& organisation, const id::Uuid& staff) {
  Work work{tx, outbox, absl::InfinitePast()};
  return ForEachOpen(work, organisation, staff, [&work](Locked& locked) {
    const Pause pause{PauseReason::kSuspended, std::nullopt};
    return PauseFor(locked.cohort, locked.enrolment, pause, By::kSystem, work.now, Settings()).ok();
  });
}

absl::Status FollowDeparture(db::Connection& tx, feed::Outbox& outbox, const id::Uuid& organisation,
                             const id::Uuid& staff, absl::Time now) {
  RETURN_IF_ERROR(SuspendEnrolments(tx, outbox, organisation, staff));
  Work work{tx, outbox, now};
  return EndCoversBy(work, organisation, staff);
}

absl::Status ResumeEnrolments(db::Connection& tx, feed::Outbox& outbox,
                              const id::Uuid& organisation, const id::Uuid& staff, absl::Time now) {
  Work work{tx, outbox, now};
  std::vector<CohortKey> waits;
  RETURN_IF_ERROR(ForEachOpen(work, organisation, staff, [&waits](Locked& locked) {
    if (locked.enrolment.state == EnrolmentState::kWaitlisted) {
      waits.push_back({locked.cohort.organisation, locked.cohort.id});
    }
    return locked.enrolment.pause.has_value() &&
           locked.enrolment.pause->reason == PauseReason::kSuspended &&
           Resume(locked.cohort, locked.enrolment, By::kSystem).ok();
  }));
  for (const CohortKey& key : waits) {
    ASSIGN_OR_RETURN(std::optional<Cohort> cohort,
                     store::LockCohort(tx, key.organisation, key.cohort));
    if (cohort.has_value()) RETURN_IF_ERROR(RecordPlaces(work, *cohort));
  }
  return absl::OkStatus();
}

absl::Status PauseWhoIsAway(Work& work, Cohort& cohort, Enrolment& enrolment) {
  if (enrolment.state != EnrolmentState::kActive) return absl::OkStatus();
  ASSIGN_OR_RETURN(bool there, WorksThere(work.tx, cohort.organisation, enrolment.participant));
  if (there) return absl::OkStatus();
  const Pause pause{PauseReason::kSuspended, std::nullopt};
  return PauseFor(cohort, enrolment, pause, By::kSystem, work.now, Settings());
}

absl::Status RenameParticipant(db::Connection& tx, feed::Outbox& outbox,
                               const id::Uuid& organisation, const id::Uuid& staff) {
  Work work{tx, outbox, absl::InfinitePast()};
  RETURN_IF_ERROR(store::TouchEnrolmentsOf(tx, organisation, staff));
  ASSIGN_OR_RETURN(std::vector<store::EnrolmentView> views,
                   store::ListEnrolmentsOf(tx, organisation, staff, id::Uuid(), kMostEnrolments));
  for (const store::EnrolmentView& view : views) {
    ASSIGN_OR_RETURN(std::optional<Cohort> cohort,
                     store::FindCohort(tx, organisation, view.enrolment.cohort));
    if (!cohort.has_value()) continue;
    RETURN_IF_ERROR(TellEnrolment(work, *cohort, view.enrolment.id).status());
  }
  return absl::OkStatus();
}

}  // namespace dap::enrolment
