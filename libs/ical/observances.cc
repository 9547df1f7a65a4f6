#include "libs/ical/observances.h"

#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"

namespace dap::ical {
namespace {

// A rule is one where the zone follows it for so long after the last instant.
constexpr absl::Duration kAhead = absl::Hours(24 * 366 * 3);
// Changes are told for so long before and after, as programs show times around an event as well,
// and some are wrong about times that are near the first change that they know.
constexpr absl::Duration kMargin = absl::Hours(24 * 366);

Observance At(absl::TimeZone zone, const absl::TimeZone::CivilTransition& transition) {
  const absl::Time instant = zone.At(transition.to).trans;
  const absl::TimeZone::CivilInfo before = zone.At(instant - absl::Seconds(1));
  const absl::TimeZone::CivilInfo after = zone.At(instant);
  return {transition.from, before.offset, after.offset, after.zone_abbr, ""};
}

std::vector<Observance> Changes(absl::TimeZone zone, absl::Time from, absl::Time to) {
  std::vector<Observance> changes;
  absl::TimeZone::CivilTransition transition;
  // The one that holds at `from`: none since 1970, and the offset of then holds.
  if (zone.PrevTransition(from + absl::Nanoseconds(1), &transition) &&
      transition.from.year() >= 1970) {
    changes.push_back(At(zone, transition));
  } else {
    const absl::TimeZone::CivilInfo info = zone.At(from);
    changes.push_back(
        {absl::CivilSecond(1970, 1, 1), info.offset, info.offset, info.zone_abbr, ""});
  }
  for (absl::Time at = from; zone.NextTransition(at, &transition);) {
    at = zone.At(transition.to).trans;
    if (at > to) break;
    changes.push_back(At(zone, transition));
  }
  return changes;
}

// "-1SU", "2SU": the ways to say on which weekday of its month a day is.
std::set<std::string> DaysOf(absl::CivilDay day) {
  static constexpr const char* kDays[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
  const char* name = kDays[static_cast<int>(absl::GetWeekday(day))];
  std::set<std::string> ways = {absl::StrCat((day.day() - 1) / 7 + 1, name)};
  if ((day + 7).month() != day.month()) ways.insert(absl::StrCat("-1", name));
  return ways;
}

bool SameKind(const Observance& a, const Observance& b) {
  return a.offset_from_seconds == b.offset_from_seconds &&
         a.offset_to_seconds == b.offset_to_seconds && a.name == b.name &&
         a.start.month() == b.start.month() && a.start.hour() == b.start.hour() &&
         a.start.minute() == b.start.minute() && a.start.second() == b.start.second();
}

// The first change of a direction with the rule that all of that direction follow, if there is one.
std::optional<Observance> RuleOf(const std::vector<Observance>& changes, bool daylight) {
  std::optional<Observance> first;
  std::set<std::string> ways;
  int64_t year = 0;
  for (const Observance& change : changes) {
    if (change.IsDaylight() != daylight) continue;
    std::set<std::string> of_this = DaysOf(absl::CivilDay(change.start));
    if (!first.has_value()) {
      first = change;
      ways = std::move(of_this);
    } else {
      if (!SameKind(*first, change) || change.start.year() != year + 1) return std::nullopt;
      std::set<std::string> both;
      std::set_intersection(ways.begin(), ways.end(), of_this.begin(), of_this.end(),
                            std::inserter(both, both.end()));
      ways = std::move(both);
    }
    year = change.start.year();
  }
  if (!first.has_value() || ways.empty()) return std::nullopt;
  first->rule =
      absl::StrCat("FREQ=YEARLY;BYMONTH=", first->start.month(), ";BYDAY=", *ways.begin());
  return first;
}

}  // namespace

std::vector<Observance> ObservancesOf(absl::TimeZone zone, absl::Time from, absl::Time to) {
  const std::vector<Observance> changes = Changes(zone, from - kMargin, to + kAhead);
  const std::optional<Observance> daylight = RuleOf(changes, true);
  const std::optional<Observance> standard = RuleOf(changes, false);
  if (daylight.has_value() && standard.has_value()) {
    return {*daylight, *standard};
  }
  return Changes(zone, from - kMargin, to + kMargin);
}

}  // namespace dap::ical
