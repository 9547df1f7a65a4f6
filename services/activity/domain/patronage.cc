#include "services/activity/domain/patronage.h"

#include "libs/status/error.h"

namespace dap::activity {

namespace {

int DaysFor(Outcome outcome, const Settings& settings) {
  return outcome == Outcome::kSnoozed ? settings.snooze_working_days : settings.queue_working_days;
}

}  // namespace

PatronView ViewOf(bool standing_still, Rung rung, bool has_open_entry) {
  if (standing_still || IsResting(rung)) return PatronView::kResting;
  if (has_open_entry || rung >= Rung::kPatron) return PatronView::kWouldWelcomeAWord;
  return PatronView::kGoingWell;
}

absl::string_view OpeningFor(PatronView view) {
  if (view != PatronView::kWouldWelcomeAWord) return "";
  return "How is it going with you these days? I would love to hear what you make of the "
         "programme.";
}

absl::Status CheckResolve(Outcome present, Outcome wanted) {
  if (wanted != Outcome::kDone && wanted != Outcome::kSnoozed && wanted != Outcome::kDeclined) {
    return status::Invalid("outcome", "OUTCOME_NOT_FOR_PATRON",
                           "Say DONE, SNOOZED or DECLINED; the others come by themselves.");
  }
  if (!IsOpen(present)) {
    return status::Precondition("PATRON_QUEUE_ENTRY_CLOSED",
                                "This entry is settled; nothing is left to do.");
  }
  return absl::OkStatus();
}

absl::CivilDay EarliestDue(Outcome outcome, absl::CivilDay today, const Settings& settings) {
  return time::AddWorkingDays(today, DaysFor(outcome, settings), time::NoDaysOff);
}

bool IsDue(Outcome outcome, absl::CivilDay earliest, absl::CivilDay today, const time::DayOff& off,
           const Settings& settings) {
  // Back to where it was opened, or to the Sunday after: weekends count for nothing either way.
  absl::CivilDay opened = earliest;
  for (int left = DaysFor(outcome, settings); left > 0; --opened) {
    if (time::IsWorkingDay(opened, time::NoDaysOff)) --left;
  }
  return time::WorkingDaysBetween(opened, today, off) >= DaysFor(outcome, settings);
}

Outcome NextByItself(Outcome outcome) {
  return outcome == Outcome::kSnoozed ? Outcome::kOpen : Outcome::kToCoach;
}

}  // namespace dap::activity
