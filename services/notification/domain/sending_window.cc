#include "services/notification/domain/sending_window.h"

#include "absl/time/civil_time.h"

namespace dap::notification {
namespace {

absl::Time At(absl::CivilDay day, absl::Duration since_midnight, absl::TimeZone zone) {
  return absl::FromCivil(absl::CivilSecond(day) + absl::ToInt64Seconds(since_midnight), zone);
}

}  // namespace

absl::Time NextInWindow(absl::Time time, absl::TimeZone zone, const Settings& settings,
                        const time::DayOff& off) {
  const absl::CivilDay today = time::DayOf(time, zone);
  for (absl::CivilDay day = today; day < today + 366; ++day) {
    if (!time::IsWorkingDay(day, off)) continue;
    const absl::Time opens = At(day, settings.window_opens, zone);
    if (time < opens) return opens;
    if (time < At(day, settings.window_closes, zone)) return time;
  }
  return absl::InfiniteFuture();
}

}  // namespace dap::notification
