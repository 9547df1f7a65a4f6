#include "services/enrolment/domain/enrolment.h"

#include <algorithm>
#include <initializer_list>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::enrolment {
namespace {

using State = EnrolmentState;

// The only place that changes a state, so that the cohort's places always fit.
void MoveTo(Cohort& cohort, Enrolment& enrolment, State state) {
  cohort.places_taken += (HoldsPlace(state) ? 1 : 0) - (HoldsPlace(enrolment.state) ? 1 : 0);
  enrolment.state = state;
  if (state != State::kPaused) enrolment.pause.reset();
  enrolment.wait_number = state == State::kWaitlisted ? cohort.next_ask++ : 0;
}

absl::Status Need(const Enrolment& enrolment, std::initializer_list<State> states) {
  if (std::find(states.begin(), states.end(), enrolment.state) != states.end()) {
    return absl::OkStatus();
  }
  const std::string needed = absl::StrJoin(
      states, " or ", [](std::string* out, State state) { absl::StrAppend(out, Word(state)); });
  return status::Precondition(
      "ENROLMENT_STATE",
      absl::StrCat("The enrolment is ", Word(enrolment.state), "; it must be ", needed, "."));
}

void Activate(Cohort& cohort, Enrolment& enrolment, absl::Time now) {
  MoveTo(cohort, enrolment, State::kActive);
  if (!enrolment.activate_time.has_value()) enrolment.activate_time = now;
}

// From here on the place is theirs for good.
void TakePlace(Cohort& cohort, Enrolment& enrolment, absl::Time now) {
  MoveTo(cohort, enrolment, State::kAwaitingKickoff);
  enrolment.baseline_invite_time = now;
  if (cohort.state == CohortState::kRunning) ActivateAtStart(cohort, enrolment, now);
}

absl::Status CheckPause(const Pause& pause, By by, absl::Time now, const Settings& settings) {
  std::vector<status::Violation> wrong;
  const bool may_give = by == By::kSystem || pause.reason == PauseReason::kBusy ||
                        pause.reason == PauseReason::kLeave ||
                        (by == By::kCoach && pause.reason == PauseReason::kCoach);
  if (!may_give) {
    wrong.push_back({"pause.reason", "Not for you to give.", "PAUSE_REASON"});
  }
  if (pause.reason == PauseReason::kBusy && !pause.until.has_value()) {
    wrong.push_back({"pause.until_time", "Say until when.", "PAUSE_UNTIL_MISSING"});
  }
  if (pause.until.has_value() &&
      (*pause.until <= now || *pause.until > now + absl::Hours(24) * settings.pause_max_days)) {
    wrong.push_back({"pause.until_time",
                     absl::StrCat("Must be ahead, by ", settings.pause_max_days, " days at most."),
                     "PAUSE_UNTIL"});
  }
  return status::InvalidAll(wrong);
}

Enrolment Ask(Cohort& cohort, const id::Uuid& id, const id::Uuid& participant, absl::Time now) {
  Enrolment enrolment;
  enrolment.organisation = cohort.organisation;
  enrolment.cohort = cohort.id;
  enrolment.id = id;
  enrolment.participant = participant;
  enrolment.ask_number = cohort.next_ask++;
  enrolment.create_time = now;
  return enrolment;
}

}  // namespace

absl::string_view Word(EnrolmentState state) {
  switch (state) {
    case State::kUnspecified:
      return "UNSPECIFIED";
    case State::kApplied:
      return "APPLIED";
    case State::kNominated:
      return "NOMINATED";
    case State::kWaitlisted:
      return "WAITLISTED";
    case State::kAwaitingKickoff:
      return "AWAITING_KICKOFF";
    case State::kActive:
      return "ACTIVE";
    case State::kPaused:
      return "PAUSED";
    case State::kCompleted:
      return "COMPLETED";
    case State::kWithdrawn:
      return "WITHDRAWN";
  }
  return "UNSPECIFIED";
}

bool HoldsPlace(EnrolmentState state) {
  switch (state) {
    case State::kApplied:
    case State::kAwaitingKickoff:
    case State::kActive:
    case State::kPaused:
    case State::kCompleted:
      return true;
    default:
      return false;
  }
}

bool HasEnded(EnrolmentState state) {
  return state == State::kCompleted || state == State::kWithdrawn;
}

Enrolment Apply(Cohort& cohort, const id::Uuid& id, const id::Uuid& participant, WayIn way_in,
                absl::Time now) {
  Enrolment enrolment = Ask(cohort, id, participant, now);
  enrolment.origin = Origin::kApplied;
  enrolment.way_in = way_in;
  MoveTo(cohort, enrolment, cohort.HasFreePlace() ? State::kApplied : State::kWaitlisted);
  return enrolment;
}

Enrolment Nominate(Cohort& cohort, const id::Uuid& id, const id::Uuid& participant,
                   absl::Time now) {
  Enrolment enrolment = Ask(cohort, id, participant, now);
  enrolment.origin = Origin::kNominated;
  MoveTo(cohort, enrolment, State::kNominated);
  return enrolment;
}

absl::Status Accept(Cohort& cohort, Enrolment& enrolment, const std::optional<Commitment>& agreed,
                    PreferredDays days, WayIn way_in, absl::Time now) {
  RETURN_IF_ERROR(Need(enrolment, {State::kApplied, State::kNominated}));
  RETURN_IF_ERROR(CheckNotOver(cohort));
  enrolment.commitment = agreed.value_or(cohort.commitment);
  enrolment.preferred_days = days;
  if (way_in != WayIn::kUnspecified) enrolment.way_in = way_in;
  if (enrolment.state == State::kNominated && !cohort.HasFreePlace()) {
    MoveTo(cohort, enrolment, State::kWaitlisted);
  } else {
    TakePlace(cohort, enrolment, now);
  }
  return absl::OkStatus();
}

absl::Status Promote(Cohort& cohort, Enrolment& enrolment, absl::Time now) {
  RETURN_IF_ERROR(Need(enrolment, {State::kWaitlisted}));
  if (!cohort.HasFreePlace()) {
    return status::Precondition("COHORT_FULL", "The cohort has no free place.");
  }
  if (enrolment.origin == Origin::kNominated) {
    TakePlace(cohort, enrolment, now);
  } else {
    MoveTo(cohort, enrolment, State::kApplied);
  }
  return absl::OkStatus();
}

absl::Status Withdraw(Cohort& cohort, Enrolment& enrolment, absl::Time now) {
  RETURN_IF_ERROR(CheckNotEnded(enrolment));
  MoveTo(cohort, enrolment, State::kWithdrawn);
  enrolment.end_time = now;
  return absl::OkStatus();
}

absl::Status Complete(Cohort& cohort, Enrolment& enrolment, absl::string_view reflection,
                      absl::Time now) {
  RETURN_IF_ERROR(Need(enrolment, {State::kActive, State::kPaused}));
  MoveTo(cohort, enrolment, State::kCompleted);
  enrolment.end_time = now;
  enrolment.reflection = std::string(reflection);
  return absl::OkStatus();
}

absl::Status Reflect(Enrolment& enrolment, absl::string_view reflection) {
  RETURN_IF_ERROR(Need(enrolment, {State::kCompleted, State::kWithdrawn}));
  enrolment.reflection = std::string(reflection);
  return absl::OkStatus();
}

absl::Status SayWayIn(Enrolment& enrolment, WayIn way_in) {
  RETURN_IF_ERROR(CheckNotEnded(enrolment));
  enrolment.way_in = way_in;
  return absl::OkStatus();
}

absl::Status CheckTakesPart(const Enrolment& enrolment) {
  return Need(enrolment, {State::kAwaitingKickoff, State::kActive, State::kPaused});
}

absl::Status CheckNotEnded(const Enrolment& enrolment) {
  return Need(enrolment, {State::kApplied, State::kNominated, State::kWaitlisted,
                          State::kAwaitingKickoff, State::kActive, State::kPaused});
}

void End(Cohort& cohort, Enrolment& enrolment, absl::Time now) {
  if (HasEnded(enrolment.state)) return;
  const bool took_part = enrolment.state == State::kActive || enrolment.state == State::kPaused;
  MoveTo(cohort, enrolment, took_part ? State::kCompleted : State::kWithdrawn);
  enrolment.end_time = now;
}

absl::Status PauseFor(Cohort& cohort, Enrolment& enrolment, const Pause& pause, By by,
                      absl::Time now, const Settings& settings) {
  RETURN_IF_ERROR(CheckPause(pause, by, now, settings));
  RETURN_IF_ERROR(Need(enrolment, {State::kActive}));
  MoveTo(cohort, enrolment, State::kPaused);
  enrolment.pause = pause;
  return absl::OkStatus();
}

absl::Status Resume(Cohort& cohort, Enrolment& enrolment, By by) {
  RETURN_IF_ERROR(Need(enrolment, {State::kPaused}));
  const PauseReason reason = enrolment.pause.value_or(Pause()).reason;
  if (by != By::kSystem && reason == PauseReason::kSuspended) {
    return status::Precondition("ENROLMENT_STATE",
                                "The person is suspended in the HR system: it resumes when they "
                                "are back there.");
  }
  if (by == By::kParticipant && reason == PauseReason::kCoach) {
    return status::Precondition("ENROLMENT_STATE", "Your coach paused it: ask them to resume it.");
  }
  MoveTo(cohort, enrolment, State::kActive);
  return absl::OkStatus();
}

bool IsStart(const Cohort& cohort, SessionKind kind) {
  return kind == SessionKind::kKickOff ||
         (kind == SessionKind::kDropIn && cohort.state == CohortState::kRunning);
}

absl::StatusOr<bool> Attend(Cohort& cohort, Enrolment& enrolment, const Session& session,
                            absl::Time now) {
  RETURN_IF_ERROR(Need(enrolment, {State::kApplied, State::kAwaitingKickoff, State::kActive,
                                   State::kPaused, State::kCompleted}));
  if (!IsStart(cohort, session.kind)) return false;
  bool changed = false;
  if (!enrolment.start_attend_time.has_value()) {
    enrolment.start_attend_time = now;
    changed = true;
  }
  if (cohort.state == CohortState::kRunning) {
    changed = ActivateAtStart(cohort, enrolment, now) || changed;
  }
  return changed;
}

absl::StatusOr<bool> Unattend(Cohort& cohort, Enrolment& enrolment, const Session& session,
                              bool other_start) {
  const bool was_start =
      session.kind == SessionKind::kKickOff || session.kind == SessionKind::kDropIn;
  if (!was_start || other_start || !enrolment.start_attend_time.has_value()) return false;
  if (HasEnded(enrolment.state) && enrolment.state != State::kCompleted) return false;
  RETURN_IF_ERROR(Need(enrolment, {State::kApplied, State::kAwaitingKickoff, State::kActive}));
  enrolment.start_attend_time.reset();
  if (enrolment.state == State::kActive) {
    MoveTo(cohort, enrolment, State::kAwaitingKickoff);
    enrolment.activate_time.reset();
  }
  return true;
}

bool ActivateAtStart(Cohort& cohort, Enrolment& enrolment, absl::Time now) {
  if (enrolment.state != State::kAwaitingKickoff || !enrolment.start_attend_time.has_value()) {
    return false;
  }
  Activate(cohort, enrolment, now);
  return true;
}

}  // namespace dap::enrolment
