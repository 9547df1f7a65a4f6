#include "services/activity/domain/momentum.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace dap::activity {
namespace {

// Counted weeks, newest first. The one under way only where it has a contribution and is asked for.
std::vector<const Week*> Counted(absl::Span<const Week> weeks, bool with_current) {
  std::vector<const Week*> counted;
  for (size_t i = weeks.size(); i-- > 0;) {
    const bool under_way = i + 1 == weeks.size();
    if (!weeks[i].counted) continue;
    if (under_way && (!with_current || weeks[i].contributions == 0)) continue;
    counted.push_back(&weeks[i]);
  }
  return counted;
}

struct Recent {
  int weeks = 0;
  int active = 0;
  int minutes = 0;
};

Recent Newest(const std::vector<const Week*>& counted, int most) {
  Recent recent;
  for (const Week* week : counted) {
    if (recent.weeks == most) break;
    ++recent.weeks;
    recent.active += week->contributions > 0 ? 1 : 0;
    recent.minutes += week->self_directed_minutes();
  }
  return recent;
}

bool Thrives(const Recent& recent, int agreed_per_week, const Settings& settings) {
  return recent.active == settings.thriving_weeks &&
         recent.minutes >= agreed_per_week * settings.thriving_weeks;
}

Momentum StateOf(const MomentumInput& input, const Recent& active, const Recent& recent,
                 const Settings& settings) {
  if (input.standing_still) return Momentum::kPaused;
  if (!input.started) return Momentum::kAwaitingKickoff;
  if (IsResting(input.rung)) return Momentum::kResting;
  if (input.silent_days >= settings.ladder[0]) return Momentum::kQuiet;
  if (Thrives(recent, input.agreed_minutes_per_week, settings)) return Momentum::kThriving;
  // In the beginning there are fewer than four weeks: as many missed ones are needed as of four.
  const int missed = active.weeks - active.active;
  if (missed > settings.momentum_weeks - settings.steady_weeks) return Momentum::kSlowing;
  return Momentum::kSteady;
}

std::string Weeks(const MomentumFacts& facts) {
  if (facts.weeks_counted == 0) return "It is early days: the first week is under way";
  return absl::StrFormat("Active in %d of the last %d %s that count", facts.weeks_active,
                         facts.weeks_counted, facts.weeks_counted == 1 ? "week" : "weeks");
}

std::string Silence(const MomentumFacts& facts, std::optional<absl::CivilDay> returned) {
  const std::string days =
      absl::StrCat(facts.silent_days, " working day", facts.silent_days == 1 ? "" : "s");
  if (returned) {
    return absl::StrCat("Nothing in the ", days, " since the pause ended on ",
                        absl::FormatCivilTime(*returned));
  }
  if (!facts.last_contribution) return absl::StrCat("Nothing in the ", days, " since the start");
  return absl::StrCat("Nothing in the ", days, " since ",
                      absl::FormatCivilTime(*facts.last_contribution));
}

std::string Sentence(Momentum momentum, const MomentumFacts& facts,
                     std::optional<absl::CivilDay> returned) {
  switch (momentum) {
    case Momentum::kPaused:
      return "Paused: no clock runs until it goes on.";
    case Momentum::kAwaitingKickoff:
      return "It begins with the kick-off or a catch-up.";
    case Momentum::kResting:
      return absl::StrCat(Silence(facts, returned),
                          "; nothing is sent until you take it up again.");
    case Momentum::kQuiet:
      return absl::StrCat(Silence(facts, returned), ".");
    case Momentum::kThriving:
      return absl::StrFormat("%s, and %d minutes of the %d agreed.", Weeks(facts),
                             facts.recent_minutes, facts.agreed_minutes);
    case Momentum::kSlowing:
    case Momentum::kSteady:
      return absl::StrCat(Weeks(facts), ".");
  }
  return "";
}

}  // namespace

MomentumResult MomentumOf(const MomentumInput& input, const Settings& settings) {
  const std::vector<const Week*> finished = Counted(input.weeks, false);
  const std::vector<const Week*> with_current = Counted(input.weeks, true);
  const Recent active = Newest(with_current, settings.momentum_weeks);
  Recent recent = Newest(finished, settings.thriving_weeks);
  const Recent current = Newest(with_current, settings.thriving_weeks);
  if (Thrives(current, input.agreed_minutes_per_week, settings)) recent = current;

  MomentumResult result;
  result.momentum = StateOf(input, active, recent, settings);
  result.facts.weeks_active = active.active;
  result.facts.weeks_counted = active.weeks;
  result.facts.silent_days = input.silent_days;
  result.facts.rung = input.rung;
  result.facts.standing_still = input.standing_still;
  result.facts.recent_minutes = recent.minutes;
  result.facts.agreed_minutes = input.agreed_minutes_per_week * recent.weeks;
  result.facts.last_contribution = input.last_contribution;
  result.facts.sentence = Sentence(result.momentum, result.facts, input.returned);
  return result;
}

}  // namespace dap::activity
