// Days, weeks and working days, in a time zone. Pure functions.
#ifndef DAP_LIBS_TIME_CALENDAR_H_
#define DAP_LIBS_TIME_CALENDAR_H_

#include <functional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace dap::time {

// An IANA zone ("Europe/London"). INVALID_ARGUMENT (reason TIME_ZONE_UNKNOWN, field "time_zone")
// where this machine's zone database has no such zone.
absl::StatusOr<absl::TimeZone> ZoneOf(absl::string_view name);

// The day on which `time` falls in `zone`.
absl::CivilDay DayOf(absl::Time time, absl::TimeZone zone);

// The Monday of the week that holds `day`: weeks run Monday to Sunday.
absl::CivilDay WeekOf(absl::CivilDay day);

// The first instant of `day` in `zone`; where daylight saving skips midnight, the first that
// exists.
absl::Time StartOf(absl::CivilDay day, absl::TimeZone zone);

// Whether a Monday-to-Friday day is off as well: a public holiday, a closed day, leave.
using DayOff = std::function<bool(absl::CivilDay)>;
inline bool NoDaysOff(absl::CivilDay) { return false; }

bool IsWorkingDay(absl::CivilDay day, const DayOff& off);

// Working days after `from` up to and including `to`; 0 where `to` is not after `from`. One step a
// day, so linear in the distance.
int WorkingDaysBetween(absl::CivilDay from, absl::CivilDay to, const DayOff& off);

// The day that is `count` working days after `from` (count of at least 1).
absl::CivilDay AddWorkingDays(absl::CivilDay from, int count, const DayOff& off);

}  // namespace dap::time

#endif  // DAP_LIBS_TIME_CALENDAR_H_
