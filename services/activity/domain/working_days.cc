#include "services/activity/domain/working_days.h"

namespace dap::activity {

WorkingDays::WorkingDays(absl::TimeZone zone, time::DayOff off,
                         const std::vector<Standstill>& standstills)
    : zone_(zone), off_(std::move(off)) {
  for (const Standstill& still : standstills) {
    if (still.end <= still.start) continue;
    const absl::CivilDay last = still.end == absl::InfiniteFuture()
                                    ? absl::CivilDay::max()
                                    : time::DayOf(still.end - absl::Microseconds(1), zone);
    still_.emplace_back(time::DayOf(still.start, zone), last);
  }
}

bool WorkingDays::IsFree(absl::CivilDay day) const {
  if (!IsWorking(day)) return false;
  for (const auto& [first, last] : still_) {
    if (first <= day && day <= last) return false;
  }
  return true;
}

int WorkingDays::Between(absl::CivilDay from, absl::CivilDay to) const {
  return time::WorkingDaysBetween(from, to, [this](absl::CivilDay day) { return !IsFree(day); });
}

}  // namespace dap::activity
