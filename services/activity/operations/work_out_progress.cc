#include "services/activity/operations/work_out_progress.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "libs/days_off/days_off.h"
#include "libs/db/transaction.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/calendar.h"
#include "services/activity/store/activities.h"
#include "services/activity/store/participations.h"
#include "services/activity/store/standstills.h"

namespace dap::activity {
namespace {

constexpr size_t kEntriesAtOnce = 128;

// One entry with the day it is asked for, and what is known of it.
struct Question {
  const roster::Entry& entry;
  absl::TimeZone zone;
  absl::CivilDay as_of;
  bool is_today = false;
  Participation participation;
  std::vector<Standstill> standstills;
  std::vector<ToldContribution> contributions;
  time::DayOff off;
  // The last contribution that was told of by the end of the day.
  std::optional<absl::Time> last_told;

  absl::Time end() const { return time::StartOf(as_of + 1, zone); }
  absl::Time first(const Settings& settings) const {
    return time::StartOf(time::WeekOf(as_of) - 7 * (settings.weeks_shown - 1), zone);
  }
  // Then the participation does not say which was the last by then.
  bool told_later() const {
    return participation.last_contribution_at && *participation.last_contribution_at >= end();
  }
};

absl::StatusOr<Question> Ask(const Context& context, const roster::Entry& entry,
                             std::optional<absl::CivilDay> as_of, absl::string_view day_field) {
  ASSIGN_OR_RETURN(absl::TimeZone zone, time::ZoneOf(entry.time_zone));
  const absl::CivilDay today = time::DayOf(context.clock.Now(), zone);
  Question question = {entry, zone, as_of.value_or(today), false, {}, {}, {}, {}, std::nullopt};
  question.is_today = question.as_of == today;
  if (question.as_of > today) {
    return status::Invalid(day_field, "DATE_IN_FUTURE", "Give today or a day before it.");
  }
  return question;
}

absl::Status ReadParticipations(db::Connection& db, const id::Uuid& organisation,
                                absl::Span<const id::Uuid> enrolments,
                                std::vector<Question>& questions) {
  ASSIGN_OR_RETURN(auto participations, FindParticipations(db, organisation, enrolments));
  absl::flat_hash_map<id::Uuid, Participation> held;
  for (Participation& one : participations) held[one.enrolment] = std::move(one);
  ASSIGN_OR_RETURN(auto standstills, ListStandstills(db, organisation, enrolments));
  std::vector<days_off::Who> who;
  for (const Question& question : questions) {
    who.push_back({question.entry.enrolment, question.entry.cohort, question.entry.participant});
  }
  ASSIGN_OR_RETURN(std::vector<time::DayOff> off, days_off::For(db, organisation, who));
  for (size_t i = 0; i < questions.size(); ++i) {
    Question& question = questions[i];
    question.off = std::move(off[i]);
    question.participation = held[question.entry.enrolment];
    question.standstills = standstills[question.entry.enrolment];
    // The roster may know of the start before the participation does.
    if (!question.participation.activated_at) {
      question.participation.activated_at = question.entry.activate_time;
    }
  }
  return absl::OkStatus();
}

// When each had last told of something by the end of its day. Two queries for those who have done
// so since, and none for the others.
absl::Status FindLastTold(db::Connection& db, const id::Uuid& organisation,
                          std::vector<Question>& questions) {
  std::map<absl::Time, std::vector<id::Uuid>> since;
  for (Question& question : questions) {
    question.last_told = question.participation.last_contribution_at;
    if (question.told_later()) since[question.end()].push_back(question.entry.enrolment);
  }
  for (const auto& [end, enrolments] : since) {
    ASSIGN_OR_RETURN(auto last, ListLastTold(db, organisation, enrolments, end));
    for (Question& question : questions) {
      if (!question.told_later() || question.end() != end) continue;
      const auto told = last.find(question.entry.enrolment);
      question.last_told = std::nullopt;
      if (told != last.end()) question.last_told = told->second;
    }
  }
  return absl::OkStatus();
}

absl::Status Read(db::Connection& db, const Settings& settings, std::vector<Question>& questions) {
  const id::Uuid& organisation = questions.front().entry.organisation;
  std::vector<id::Uuid> enrolments;
  for (const Question& question : questions) enrolments.push_back(question.entry.enrolment);
  RETURN_IF_ERROR(ReadParticipations(db, organisation, enrolments, questions));
  RETURN_IF_ERROR(FindLastTold(db, organisation, questions));
  absl::Time from = absl::InfiniteFuture();
  absl::Time to = absl::InfinitePast();
  for (const Question& question : questions) {
    from = std::min(from, question.first(settings));
    to = std::max(to, question.end());
  }
  ASSIGN_OR_RETURN(auto contributions, ListContributions(db, organisation, enrolments, from, to));
  for (Question& question : questions) {
    question.contributions = std::move(contributions[question.entry.enrolment]);
  }
  return absl::OkStatus();
}

bool StandsStillAt(const std::vector<Standstill>& standstills, absl::Time at) {
  return std::any_of(standstills.begin(), standstills.end(),
                     [at](const Standstill& still) { return still.start <= at && at < still.end; });
}

// When they last came back from a pause by then.
absl::Time LastReturn(const std::vector<Standstill>& standstills, absl::Time end) {
  absl::Time last = absl::InfinitePast();
  for (const Standstill& still : standstills) {
    if (still.pause && still.end < end) last = std::max(last, still.end);
  }
  return last;
}

// The rung that the days alone give; of today the one that was really reached counts.
Rung RungOf(int silent_days, const Settings& settings) {
  const std::vector<Rung> due = DueRungs(Rung::kNone, silent_days, settings);
  return due.empty() ? Rung::kNone : due.back();
}

MomentumInput InputOf(const Question& question, const WorkingDays& days, const Settings& settings) {
  const absl::Time end = question.end();
  const std::optional<absl::Time>& start = question.participation.activated_at;
  MomentumInput input;
  input.started = start && *start < end;
  if (input.started) {
    const absl::Time did = std::max(*start, question.last_told.value_or(absl::InfinitePast()));
    const absl::Time returned = LastReturn(question.standstills, end);
    if (returned > did) input.returned = time::DayOf(returned, question.zone);
    input.silent_days =
        SilentDays(time::DayOf(std::max(did, returned), question.zone), question.as_of, days);
  }
  input.standing_still = question.is_today
                             ? question.participation.standing_still()
                             : StandsStillAt(question.standstills, end - absl::Microseconds(1));
  input.rung =
      question.is_today ? question.participation.rung : RungOf(input.silent_days, settings);
  input.agreed_minutes_per_week = question.entry.minutes_per_week;
  if (question.last_told) {
    input.last_contribution = time::DayOf(*question.last_told, question.zone);
  }
  return input;
}

ProgressResult WorkOut(const Question& question, const Settings& settings) {
  const roster::Entry& entry = question.entry;
  ProgressResult progress;
  progress.organisation = entry.organisation;
  progress.cohort = entry.cohort;
  progress.enrolment = entry.enrolment;
  progress.as_of = question.as_of;
  std::vector<Contribution> contributions;
  contributions.reserve(question.contributions.size());
  for (const ToldContribution& told : question.contributions) {
    contributions.push_back(told.contribution);
  }
  std::optional<absl::CivilDay> start;
  if (question.participation.activated_at) {
    start = time::DayOf(*question.participation.activated_at, question.zone);
  }
  const WorkingDays days(question.zone, question.off, question.standstills);
  progress.weeks = WeeksOf(contributions, start, progress.as_of, days, settings);
  progress.target = {entry.balance_target, entry.balance_tolerance};
  progress.activities_for_balance = settings.balance_min_activities;
  progress.balance =
      BalanceOf(contributions, progress.as_of, question.zone, progress.target, settings);
  MomentumInput input = InputOf(question, days, settings);
  input.weeks = progress.weeks;
  progress.momentum = MomentumOf(input, settings);
  return progress;
}

}  // namespace

absl::StatusOr<std::vector<ProgressResult>> WorkOutProgress(const Context& context,
                                                            absl::Time deadline,
                                                            absl::Span<const roster::Entry> entries,
                                                            std::optional<absl::CivilDay> as_of,
                                                            absl::string_view day_field) {
  std::vector<ProgressResult> results;
  results.reserve(entries.size());
  for (size_t begin = 0; begin < entries.size(); begin += kEntriesAtOnce) {
    std::vector<Question> questions;
    for (const roster::Entry& entry : entries.subspan(begin, kEntriesAtOnce)) {
      ASSIGN_OR_RETURN(Question question, Ask(context, entry, as_of, day_field));
      questions.push_back(std::move(question));
    }
    RETURN_IF_ERROR(db::Read(context.pool, deadline, [&](db::Connection& db) {
      return Read(db, context.settings, questions);
    }));
    for (const Question& question : questions) {
      results.push_back(WorkOut(question, context.settings));
    }
  }
  return results;
}

}  // namespace dap::activity
