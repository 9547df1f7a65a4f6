#include "libs/time/calendar.h"

#include "absl/strings/str_cat.h"
#include "libs/status/error.h"

namespace dap::time {

absl::StatusOr<absl::TimeZone> ZoneOf(absl::string_view name) {
  absl::TimeZone zone;
  if (name.empty() || !absl::LoadTimeZone(name, &zone)) {
    return status::Invalid(
        "time_zone", "TIME_ZONE_UNKNOWN",
        absl::StrCat("\"", name, "\" is no IANA time zone; use one like Europe/London"));
  }
  return zone;
}

absl::CivilDay DayOf(absl::Time time, absl::TimeZone zone) { return absl::ToCivilDay(time, zone); }

absl::CivilDay WeekOf(absl::CivilDay day) {
  return absl::PrevWeekday(day + 1, absl::Weekday::monday);
}

absl::Time StartOf(absl::CivilDay day, absl::TimeZone zone) {
  return absl::FromCivil(absl::CivilSecond(day), zone);
}

bool IsWorkingDay(absl::CivilDay day, const DayOff& off) {
  const absl::Weekday weekday = absl::GetWeekday(day);
  return weekday != absl::Weekday::saturday && weekday != absl::Weekday::sunday && !off(day);
}

int WorkingDaysBetween(absl::CivilDay from, absl::CivilDay to, const DayOff& off) {
  int count = 0;
  for (absl::CivilDay day = from + 1; day <= to; ++day) count += IsWorkingDay(day, off) ? 1 : 0;
  return count;
}

absl::CivilDay AddWorkingDays(absl::CivilDay from, int count, const DayOff& off) {
  absl::CivilDay day = from;
  while (count > 0) {
    ++day;
    if (IsWorkingDay(day, off)) --count;
  }
  return day;
}

}  // namespace dap::time
