// Enrolments: a participant's way through a cohort, and who holds a place.
#ifndef DAP_SERVICES_ENROLMENT_DOMAIN_ENROLMENT_H_
#define DAP_SERVICES_ENROLMENT_DOMAIN_ENROLMENT_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/id/uuid.h"
#include "services/enrolment/domain/cohort.h"
#include "services/enrolment/domain/session.h"
#include "services/enrolment/domain/settings.h"

namespace dap::enrolment {

// All as in the proto, by number.
enum class EnrolmentState {
  kUnspecified = 0,
  kApplied = 1,
  kNominated = 2,
  kWaitlisted = 3,
  kAwaitingKickoff = 4,
  kActive = 5,
  kPaused = 6,
  kCompleted = 7,
  kWithdrawn = 8,
};
enum class Origin { kUnspecified = 0, kApplied = 1, kNominated = 2 };
enum class WayIn { kUnspecified = 0, kVolunteered = 1, kEncouraged = 2, kToldTo = 3 };
enum class PauseReason { kUnspecified = 0, kBusy = 1, kLeave = 2, kSuspended = 3, kCoach = 4 };

// The glossary's word: "AWAITING_KICKOFF".
absl::string_view Word(EnrolmentState state);
// APPLIED, AWAITING_KICKOFF, ACTIVE, PAUSED and COMPLETED; a nominated person only takes a place by
// accepting.
bool HoldsPlace(EnrolmentState state);
// COMPLETED and WITHDRAWN.
bool HasEnded(EnrolmentState state);

// Why an enrolment stands still, and until when where it goes on by itself.
struct Pause {
  PauseReason reason = PauseReason::kUnspecified;
  std::optional<absl::Time> until;
};

// A participant's membership of a cohort.
struct Enrolment {
  id::Uuid organisation;
  id::Uuid cohort;
  id::Uuid id;
  id::Uuid participant;
  EnrolmentState state = EnrolmentState::kUnspecified;
  Origin origin = Origin::kUnspecified;
  WayIn way_in = WayIn::kUnspecified;
  std::optional<id::Uuid> patron;
  // Unset until they agreed.
  std::optional<Commitment> commitment;
  PreferredDays preferred_days;
  // Unset where the cohort's hold.
  std::optional<Blend> blend;
  std::optional<BalanceTarget> balance;
  // Set while PAUSED.
  std::optional<Pause> pause;
  // Orders by asking.
  int64_t ask_number = 0;
  // Orders the waitlist; 0 while not WAITLISTED.
  int64_t wait_number = 0;
  absl::Time create_time;
  std::optional<absl::Time> activate_time;
  std::optional<absl::Time> end_time;
  // Accepting is what invites somebody to take the baseline.
  std::optional<absl::Time> baseline_invite_time;
  // When they were first at the kick-off or a catch-up.
  std::optional<absl::Time> start_attend_time;
  std::string reflection;
  int64_t version = 1;
};

// Somebody asks for a place: the next free one is theirs (APPLIED), else they wait (WAITLISTED).
Enrolment Apply(Cohort& cohort, const id::Uuid& id, const id::Uuid& participant, WayIn way_in,
                absl::Time now);
// Somebody is named; they hold no place.
Enrolment Nominate(Cohort& cohort, const id::Uuid& id, const id::Uuid& participant, absl::Time now);

// The transitions below change the enrolment and the cohort's places together, or say why not and
// change nothing: FAILED_PRECONDITION with reason ENROLMENT_STATE where they give no other.

// APPLIED or NOMINATED: AWAITING_KICKOFF (ACTIVE where the cohort runs and they were at the start),
// or WAITLISTED where a nominated person finds no place left. An unset commitment is the cohort's.
absl::Status Accept(Cohort& cohort, Enrolment& enrolment, const std::optional<Commitment>& agreed,
                    PreferredDays days, WayIn way_in, absl::Time now);
// WAITLISTED, for the first of the waitlist when a place is free: a volunteer becomes APPLIED; a
// nominated person, who has accepted before, AWAITING_KICKOFF.
absl::Status Promote(Cohort& cohort, Enrolment& enrolment, absl::Time now);
absl::Status Withdraw(Cohort& cohort, Enrolment& enrolment, absl::Time now);
// The participant is done: ACTIVE or PAUSED becomes COMPLETED, with their own reflection.
absl::Status Complete(Cohort& cohort, Enrolment& enrolment, absl::string_view reflection,
                      absl::Time now);
// What they make of it, written or rewritten once it has ended.
absl::Status Reflect(Enrolment& enrolment, absl::string_view reflection);
// How they came; until it has ended.
absl::Status SayWayIn(Enrolment& enrolment, WayIn way_in);
// That they have accepted, and it has not ended: AWAITING_KICKOFF, ACTIVE or PAUSED.
absl::Status CheckTakesPart(const Enrolment& enrolment);
// That it has not ended.
absl::Status CheckNotEnded(const Enrolment& enrolment);
// The cohort is over: who took part has COMPLETED; who had not started is WITHDRAWN.
void End(Cohort& cohort, Enrolment& enrolment, absl::Time now);

// As whom somebody changes something; the system is HR's word and the clock. The first two as in
// the proto (ChangedAs), by number.
enum class By { kParticipant = 1, kCoach = 2, kSystem = 3 };

// ACTIVE: PAUSED. INVALID_ARGUMENT for fields below "pause": PAUSE_REASON (not for this caller to
// give), PAUSE_UNTIL (past, or too far ahead), PAUSE_UNTIL_MISSING (BUSY has an end).
absl::Status PauseFor(Cohort& cohort, Enrolment& enrolment, const Pause& pause, By by,
                      absl::Time now, const Settings& settings);
// PAUSED: ACTIVE. What the HR system stopped only it lets go on; what a coach stopped, a coach.
absl::Status Resume(Cohort& cohort, Enrolment& enrolment, By by);

// Whether attendance of such a session is the start for somebody: the kick-off always, a drop-in
// (the catch-up) once the cohort runs.
bool IsStart(const Cohort& cohort, SessionKind kind);
// They were there. Notes the start where it is one, and activates who awaited it while the cohort
// runs. Returns whether the enrolment changed. ENROLMENT_STATE for those who hold no place, or have
// ended.
absl::StatusOr<bool> Attend(Cohort& cohort, Enrolment& enrolment, const Session& session,
                            absl::Time now);
// They were not there after all. Where it was their start, and no other was (`other_start`), it is
// as if they had never been: ACTIVE becomes AWAITING_KICKOFF. Returns whether the enrolment
// changed. ENROLMENT_STATE for those who are PAUSED or have COMPLETED and would have no start any
// more.
absl::StatusOr<bool> Unattend(Cohort& cohort, Enrolment& enrolment, const Session& session,
                              bool other_start);
// The cohort has started: ACTIVE where they were at the start. Returns whether they are.
bool ActivateAtStart(Cohort& cohort, Enrolment& enrolment, absl::Time now);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_DOMAIN_ENROLMENT_H_
