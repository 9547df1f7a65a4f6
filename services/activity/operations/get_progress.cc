#include "services/activity/operations/get_progress.h"

#include <algorithm>

#include "libs/days_off/days_off.h"
#include "libs/db/transaction.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/calendar.h"
#include "services/activity/operations/silence_spell.h"
#include "services/activity/store/activities.h"
#include "services/activity/store/participations.h"
#include "services/activity/store/standstills.h"

namespace dap::activity {
namespace {

// What is known of the enrolment and the days before `to`.
struct History {
  Participation participation;
  std::vector<Standstill> standstills;
  std::vector<ToldContribution> contributions;
  std::optional<absl::Time> earlier;
  time::DayOff off;
};

absl::StatusOr<History> Read(const Context& context, absl::Time deadline,
                             const roster::Entry& entry, absl::Time from, absl::Time to) {
  return db::Read(context.pool, deadline, [&](db::Connection& db) -> absl::StatusOr<History> {
    History history;
    ASSIGN_OR_RETURN(std::optional<Participation> held,
                     FindParticipation(db, entry.organisation, entry.enrolment));
    if (held) history.participation = *std::move(held);
    // The roster may know of the start before the participation does.
    if (!history.participation.activated_at)
      history.participation.activated_at = entry.activate_time;
    ASSIGN_OR_RETURN(auto standstills, ListStandstills(db, entry.organisation, {entry.enrolment}));
    history.standstills = std::move(standstills[entry.enrolment]);
    ASSIGN_OR_RETURN(history.off,
                     days_off::ForOne(db, entry.organisation,
                                      {entry.enrolment, entry.cohort, entry.participant}));
    ASSIGN_OR_RETURN(history.contributions,
                     ListContributions(db, entry.organisation, entry.enrolment, from, to));
    ASSIGN_OR_RETURN(history.earlier,
                     LastContributionBefore(db, entry.organisation, entry.enrolment, from));
    return history;
  });
}

bool StandsStillAt(const std::vector<Standstill>& standstills, absl::Time at) {
  return std::any_of(standstills.begin(), standstills.end(),
                     [at](const Standstill& still) { return still.start <= at && at < still.end; });
}

// The last one that was told of by the end of the day.
std::optional<absl::Time> LastTold(const History& history, absl::Time end) {
  std::optional<absl::Time> last = history.earlier;
  for (const ToldContribution& told : history.contributions) {
    if (told.told < end && (!last || told.told > *last)) last = told.told;
  }
  return last;
}

// The rung that the days alone give; of today the one that was really reached counts.
Rung RungOf(int silent_days, const Settings& settings) {
  const std::vector<Rung> due = DueRungs(Rung::kNone, silent_days, settings);
  return due.empty() ? Rung::kNone : due.back();
}

MomentumInput InputOf(const History& history, const roster::Entry& entry, absl::CivilDay as_of,
                      bool is_today, const WorkingDays& days, const Settings& settings) {
  const absl::TimeZone zone = days.zone();
  const absl::Time end = time::StartOf(as_of + 1, zone);
  const std::optional<absl::Time>& start = history.participation.activated_at;
  const std::optional<absl::Time> last = LastTold(history, end);
  MomentumInput input;
  input.started = start && *start < end;
  if (input.started) {
    const absl::Time since = std::max(*start, last.value_or(absl::InfinitePast()));
    input.silent_days = SilentDays(time::DayOf(since, zone), as_of, days);
  }
  input.standing_still = is_today ? history.participation.standing_still()
                                  : StandsStillAt(history.standstills, end - absl::Microseconds(1));
  input.rung = is_today ? history.participation.rung : RungOf(input.silent_days, settings);
  input.agreed_minutes_per_week = entry.minutes_per_week;
  if (last) input.last_contribution = time::DayOf(*last, zone);
  return input;
}

}  // namespace

absl::StatusOr<ProgressResult> GetProgress(const Context& context, absl::Time deadline,
                                           const roster::Entry& entry,
                                           std::optional<absl::CivilDay> as_of) {
  ASSIGN_OR_RETURN(absl::TimeZone zone, time::ZoneOf(entry.time_zone));
  const Settings& settings = context.settings;
  const absl::CivilDay today = time::DayOf(context.clock.Now(), zone);
  ProgressResult progress;
  progress.organisation = entry.organisation;
  progress.cohort = entry.cohort;
  progress.enrolment = entry.enrolment;
  progress.as_of = as_of.value_or(today);
  if (progress.as_of > today) {
    return status::Invalid("as_of_date", "DATE_IN_FUTURE", "Give today or a day before it.");
  }
  const absl::CivilDay first = time::WeekOf(progress.as_of) - 7 * (settings.weeks_shown - 1);
  ASSIGN_OR_RETURN(History history,
                   Read(context, deadline, entry, time::StartOf(first, zone) - settings.log_within,
                        time::StartOf(progress.as_of + 1, zone)));

  std::vector<Contribution> contributions;
  contributions.reserve(history.contributions.size());
  for (const ToldContribution& told : history.contributions) {
    contributions.push_back(told.contribution);
  }
  std::optional<absl::CivilDay> start;
  if (history.participation.activated_at) {
    start = time::DayOf(*history.participation.activated_at, zone);
  }
  const WorkingDays days(zone, history.off, history.standstills);
  progress.weeks = WeeksOf(contributions, start, progress.as_of, days, settings);
  progress.target = {entry.balance_target, entry.balance_tolerance};
  progress.balance = BalanceOf(contributions, progress.as_of, zone, progress.target, settings);
  MomentumInput input =
      InputOf(history, entry, progress.as_of, progress.as_of == today, days, settings);
  input.weeks = progress.weeks;
  progress.momentum = MomentumOf(input, settings);
  return progress;
}

}  // namespace dap::activity
