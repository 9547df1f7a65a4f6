// What a patron sees and does. A patron supports and never monitors: nothing here tells a date, a
// minute or a reason.
#ifndef DAP_SERVICES_ACTIVITY_DOMAIN_PATRONAGE_H_
#define DAP_SERVICES_ACTIVITY_DOMAIN_PATRONAGE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "libs/time/calendar.h"
#include "services/activity/domain/settings.h"
#include "services/activity/domain/silence.h"

namespace dap::activity {

enum class PatronView { kGoingWell = 1, kWouldWelcomeAWord = 2, kResting = 3 };

// An open entry is kOpen, or kSnoozed until its day has come.
enum class Outcome {
  kOpen = 0,
  kDone = 1,
  kSnoozed = 2,
  kDeclined = 3,
  kToCoach = 4,
  kEnded = 5,
};

// What a patron's board tells at most of each participant: the newest and the soonest.
inline constexpr int kBoardExperiences = 3;
inline constexpr int kBoardSessions = 3;

// Why an entry was opened; nobody is told.
enum class EntryReason {
  kSilence = 1,
  // They were told to come, and a word helps most there (lesson 6).
  kWelcome = 2,
};

// Whoever is paused rests too: a patron leaves them be, and does not learn why.
PatronView ViewOf(bool standing_still, Rung rung, bool has_open_entry);

// A suggested opening, the same whatever the reason; empty where no word is called for.
absl::string_view OpeningFor(PatronView view);

// Whether a patron may settle an entry as `wanted` (kDone, kSnoozed or kDeclined). INVALID_ARGUMENT
// (OUTCOME_NOT_FOR_PATRON, field outcome), FAILED_PRECONDITION (PATRON_QUEUE_ENTRY_CLOSED).
absl::Status CheckResolve(Outcome present, Outcome wanted);

inline bool IsOpen(Outcome outcome) {
  return outcome == Outcome::kOpen || outcome == Outcome::kSnoozed;
}

// The first day on which an entry that is opened, or snoozed, on `today` may move on by itself:
// days off, which may change meanwhile, only make it later.
absl::CivilDay EarliestDue(Outcome outcome, absl::CivilDay today, const Settings& settings);
// Whether it moves on by `today`: as many working days have passed as make `earliest`, by the days
// off of whoever is to answer.
bool IsDue(Outcome outcome, absl::CivilDay earliest, absl::CivilDay today, const time::DayOff& off,
           const Settings& settings);
// To what: an unanswered one goes to the coach, never to a line manager; a snoozed one is open
// again.
Outcome NextByItself(Outcome outcome);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_DOMAIN_PATRONAGE_H_
