#include "services/enrolment/operations/leave_or_rest.h"

#include <algorithm>

#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/operations/change_session.h"
#include "services/enrolment/operations/record.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/store/organisations.h"

namespace dap::enrolment {
namespace {

absl::StatusOr<store::EnrolmentView> Leave(Work& work, Locked& locked) {
  RETURN_IF_ERROR(Withdraw(locked.cohort, locked.enrolment, work.now));
  // Before the roster tells that they left, so that they hear of it.
  RETURN_IF_ERROR(CancelComing(
      work, locked.cohort, "The participant has left the cohort.",
      [&](const Session& coming) { return coming.participant == locked.enrolment.id; }));
  RETURN_IF_ERROR(ReleasePatron(work, locked.enrolment));
  ASSIGN_OR_RETURN(store::EnrolmentView view,
                   RecordEnrolment(work, locked.cohort, locked.enrolment));
  RETURN_IF_ERROR(RecordPlaces(work, locked.cohort));
  return view;
}

// An enrolment known by its id alone; its cohort never changes. Nothing where there is none.
absl::StatusOr<std::optional<Locked>> LockById(Work& work, const id::Uuid& organisation,
                                               const id::Uuid& enrolment) {
  ASSIGN_OR_RETURN(std::optional<store::EnrolmentView> view,
                   store::FindEnrolment(work.tx, organisation, enrolment));
  if (!view.has_value()) return std::optional<Locked>();
  ASSIGN_OR_RETURN(Locked locked,
                   LockForSystem(work, {organisation, view->enrolment.cohort, enrolment}));
  return std::optional<Locked>(std::move(locked));
}

}  // namespace

absl::StatusOr<store::EnrolmentView> WithdrawEnrolment(Work& work, const store::EnrolmentKey& key,
                                                       const Caller& caller) {
  ASSIGN_OR_RETURN(Locked locked, LockOwnOrAsCoach(work, key, caller));
  return Leave(work, locked);
}

absl::StatusOr<store::EnrolmentView> PauseEnrolment(Work& work, const store::EnrolmentKey& key,
                                                    const Caller& caller, const Pause& pause) {
  ASSIGN_OR_RETURN(Locked locked, LockOwnOrAsCoach(work, key, caller));
  ASSIGN_OR_RETURN(Settings settings, store::LoadSettings(work.tx, key.organisation));
  RETURN_IF_ERROR(PauseFor(locked.cohort, locked.enrolment, pause, locked.by, work.now, settings));
  return RecordEnrolment(work, locked.cohort, locked.enrolment);
}

absl::StatusOr<store::EnrolmentView> ResumeEnrolment(Work& work, const store::EnrolmentKey& key,
                                                     const Caller& caller) {
  ASSIGN_OR_RETURN(Locked locked, LockOwnOrAsCoach(work, key, caller));
  RETURN_IF_ERROR(Resume(locked.cohort, locked.enrolment, locked.by));
  ASSIGN_OR_RETURN(bool there, WorksThere(work.tx, key.organisation, locked.enrolment.participant));
  if (!there) {
    return status::Precondition("ENROLMENT_STATE",
                                "The person is not working in the organisation now.");
  }
  return RecordEnrolment(work, locked.cohort, locked.enrolment);
}

absl::Status BusyUntil(Work& work, const id::Uuid& organisation, const id::Uuid& enrolment,
                       const std::optional<absl::Time>& until) {
  ASSIGN_OR_RETURN(std::optional<Locked> locked, LockById(work, organisation, enrolment));
  if (!locked.has_value() || !until.has_value() || *until <= work.now) return absl::OkStatus();
  ASSIGN_OR_RETURN(Settings settings, store::LoadSettings(work.tx, organisation));
  const absl::Time latest = work.now + absl::Hours(24) * settings.pause_max_days;
  const Pause pause{PauseReason::kBusy, std::min(*until, latest)};
  Enrolment& found = locked->enrolment;
  if (found.pause.has_value() && found.pause->reason == PauseReason::kBusy) {
    found.pause = pause;
  } else if (!PauseFor(locked->cohort, found, pause, By::kSystem, work.now, settings).ok()) {
    return absl::OkStatus();
  }
  return RecordEnrolment(work, locked->cohort, found).status();
}

absl::Status NotForMe(Work& work, const id::Uuid& organisation, const id::Uuid& enrolment) {
  ASSIGN_OR_RETURN(std::optional<Locked> locked, LockById(work, organisation, enrolment));
  if (!locked.has_value() || HasEnded(locked->enrolment.state)) return absl::OkStatus();
  return Leave(work, *locked).status();
}

absl::Status EndPause(Work& work, const store::EnrolmentKey& key) {
  ASSIGN_OR_RETURN(Locked locked, LockForSystem(work, key));
  Enrolment& enrolment = locked.enrolment;
  if (!enrolment.pause.has_value() || !enrolment.pause->until.has_value() ||
      *enrolment.pause->until > work.now) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(bool there, WorksThere(work.tx, key.organisation, enrolment.participant));
  if (there) {
    RETURN_IF_ERROR(Resume(locked.cohort, enrolment, By::kSystem));
  } else {
    enrolment.pause = Pause{PauseReason::kSuspended, std::nullopt};
  }
  return RecordEnrolment(work, locked.cohort, enrolment).status();
}

}  // namespace dap::enrolment
