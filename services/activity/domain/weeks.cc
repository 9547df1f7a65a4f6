#include "services/activity/domain/weeks.h"

#include <algorithm>
#include <array>

#include "libs/time/calendar.h"

namespace dap::activity {
namespace {

constexpr int kDaysOfWeek = 7;
// 0.7 is not a double: just that share is not above it.
constexpr double kRounding = 1e-9;

NotCounted WhyNot(absl::CivilDay monday, std::optional<absl::CivilDay> start,
                  const WorkingDays& days, const Settings& settings) {
  int started = 0;
  int working = 0;
  int free = 0;
  for (absl::CivilDay day = monday; day < monday + kDaysOfWeek; ++day) {
    if (!start || day < *start) continue;
    started += time::IsWorkingDay(day, time::NoDaysOff) ? 1 : 0;
    working += days.IsWorking(day) ? 1 : 0;
    free += days.IsFree(day) ? 1 : 0;
  }
  if (free >= settings.free_days_to_count) return NotCounted::kCounts;
  if (started < settings.free_days_to_count) return NotCounted::kNotStarted;
  return working < settings.free_days_to_count ? NotCounted::kDaysOff : NotCounted::kStoodStill;
}

void Add(const Contribution& contribution, Week& week) {
  ++week.contributions;
  switch (contribution.setting) {
    case Setting::kOnPlatform:
      week.on_minutes += contribution.minutes;
      break;
    case Setting::kOffPlatform:
      week.off_minutes += contribution.minutes;
      break;
    case Setting::kGathering:
      week.gathering_minutes += contribution.minutes;
      break;
    case Setting::kUnspecified:
      break;
  }
}

}  // namespace

std::vector<Week> WeeksOf(absl::Span<const Contribution> contributions,
                          std::optional<absl::CivilDay> start, absl::CivilDay as_of,
                          const WorkingDays& days, const Settings& settings) {
  const absl::CivilDay first = time::WeekOf(as_of) - kDaysOfWeek * (settings.weeks_shown - 1);
  std::vector<Week> weeks(settings.weeks_shown);
  std::vector<std::array<int, kDaysOfWeek>> by_day(settings.weeks_shown);
  for (int i = 0; i < settings.weeks_shown; ++i) {
    weeks[i].monday = first + kDaysOfWeek * i;
    weeks[i].why_not = WhyNot(weeks[i].monday, start, days, settings);
    weeks[i].counted = weeks[i].why_not == NotCounted::kCounts;
  }
  for (const Contribution& contribution : contributions) {
    const absl::CivilDay day = time::DayOf(contribution.time, days.zone());
    if (day < first || day > as_of) continue;
    const int at = static_cast<int>(day - first);
    Add(contribution, weeks[at / kDaysOfWeek]);
    if (contribution.self_directed()) {
      by_day[at / kDaysOfWeek][at % kDaysOfWeek] += contribution.minutes;
    }
  }
  for (int i = 0; i < settings.weeks_shown; ++i) {
    const int most = *std::max_element(by_day[i].begin(), by_day[i].end());
    weeks[i].in_one_go =
        most > settings.in_one_go_share * weeks[i].self_directed_minutes() + kRounding;
  }
  return weeks;
}

}  // namespace dap::activity
