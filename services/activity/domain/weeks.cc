#include "services/activity/domain/weeks.h"

#include <algorithm>
#include <array>

#include "libs/time/calendar.h"

namespace dap::activity {
namespace {

constexpr int kDaysOfWeek = 7;

bool Counts(absl::CivilDay monday, std::optional<absl::CivilDay> start, const WorkingDays& days,
            const Settings& settings) {
  if (!start) return false;
  int free = 0;
  for (absl::CivilDay day = monday; day < monday + kDaysOfWeek; ++day) {
    if (day >= *start && days.IsFree(day)) ++free;
  }
  return free >= settings.free_days_to_count;
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
    weeks[i].counted = Counts(weeks[i].monday, start, days, settings);
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
    weeks[i].in_one_go = most > settings.in_one_go_share * weeks[i].self_directed_minutes();
  }
  return weeks;
}

}  // namespace dap::activity
