#include "libs/time/calendar.h"

#include <gtest/gtest.h>

#include "libs/status/matchers.h"

namespace dap::time {
namespace {

using absl::CivilDay;

TEST(Calendar, AWeekRunsFromMondayToSunday) {
  for (int day = 23; day <= 29; ++day) {
    EXPECT_EQ(WeekOf(CivilDay(2026, 11, day)), CivilDay(2026, 11, 23)) << day;
  }
  EXPECT_EQ(WeekOf(CivilDay(2026, 11, 30)), CivilDay(2026, 11, 30));
}

TEST(Calendar, WorkingDaysLeaveOutWeekendsAndDaysOff) {
  auto boxing = [](CivilDay day) { return day == CivilDay(2026, 12, 25); };
  struct Row {
    CivilDay from, to;
    int count;
  } rows[] = {
      {CivilDay(2026, 12, 21), CivilDay(2026, 12, 21), 0},  // the same day
      {CivilDay(2026, 12, 21), CivilDay(2026, 12, 20), 0},  // backwards
      {CivilDay(2026, 12, 18), CivilDay(2026, 12, 20), 0},  // only a weekend
      {CivilDay(2026, 12, 18), CivilDay(2026, 12, 21), 1},  // over a weekend
      {CivilDay(2026, 12, 24), CivilDay(2026, 12, 28), 1},  // over a holiday and a weekend
  };
  for (const Row& row : rows) {
    EXPECT_EQ(WorkingDaysBetween(row.from, row.to, boxing), row.count) << row.from << " " << row.to;
  }
}

TEST(Calendar, AddingWorkingDaysIsTheInverseOfCounting) {
  auto off = [](CivilDay day) { return day == CivilDay(2026, 12, 25); };
  for (int count = 1; count < 40; ++count) {
    CivilDay day = AddWorkingDays(CivilDay(2026, 12, 11), count, off);
    EXPECT_EQ(WorkingDaysBetween(CivilDay(2026, 12, 11), day, off), count);
    EXPECT_TRUE(IsWorkingDay(day, off));
  }
}

TEST(Calendar, ADayIsTheZonesDay) {
  absl::TimeZone london = *ZoneOf("Europe/London");
  absl::Time late = absl::FromCivil(absl::CivilSecond(2026, 7, 1, 23, 30, 0), absl::UTCTimeZone());
  EXPECT_EQ(DayOf(late, london), CivilDay(2026, 7, 2));
  EXPECT_EQ(DayOf(late, absl::UTCTimeZone()), CivilDay(2026, 7, 1));
}

TEST(Calendar, ADayThatSavingShortensStartsAtItsMidnight) {
  absl::TimeZone london = *ZoneOf("Europe/London");
  EXPECT_EQ(StartOf(CivilDay(2026, 3, 30), london) - StartOf(CivilDay(2026, 3, 29), london),
            absl::Hours(23));
}

TEST(Calendar, AnUnknownZoneIsNamed) {
  EXPECT_THAT(ZoneOf("Mars/Olympus"), status::HasReason("TIME_ZONE_UNKNOWN"));
  EXPECT_THAT(ZoneOf(""), status::NamesField("time_zone"));
}

}  // namespace
}  // namespace dap::time
