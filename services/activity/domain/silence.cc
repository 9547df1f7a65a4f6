#include "services/activity/domain/silence.h"

namespace dap::activity {

int SilentDays(absl::CivilDay since, absl::CivilDay today, const WorkingDays& days) {
  return days.Between(since, today);
}

std::vector<Rung> DueRungs(Rung reached, int silent_days, const Settings& settings) {
  std::vector<Rung> due;
  for (int next = static_cast<int>(reached) + 1; next <= static_cast<int>(Rung::kCoach); ++next) {
    if (silent_days < settings.ladder[next - 1]) break;
    due.push_back(static_cast<Rung>(next));
  }
  return due;
}

absl::CivilDay LatestSinceFor(Rung after, absl::CivilDay today, const time::DayOff& off,
                              const Settings& settings) {
  absl::CivilDay since = today;
  int left = settings.ladder[static_cast<int>(after)];
  while (left > 0) {
    if (time::IsWorkingDay(since, off)) --left;
    --since;
  }
  return since;
}

}  // namespace dap::activity
