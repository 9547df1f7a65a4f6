#include "services/notification/domain/sending_window.h"

#include <gtest/gtest.h>

#include <string>

namespace dap::notification {
namespace {

absl::TimeZone Zone(const char* name) { return *time::ZoneOf(name); }

absl::Time Local(const char* text, absl::TimeZone zone) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M:%E*S", text, zone, &time, &error)) << error;
  return time;
}

TEST(SendingWindowTest, IsMondayToFridayFromNineToFiveByTheWallClock) {
  const struct {
    const char* zone;
    const char* now;
    const char* next;
  } cases[] = {
      // A Tuesday.
      {"Europe/London", "2026-11-24 08:59:59.999999", "2026-11-24 09:00:00"},
      {"Europe/London", "2026-11-24 09:00:00", "2026-11-24 09:00:00"},
      {"Europe/London", "2026-11-24 12:34:56", "2026-11-24 12:34:56"},
      {"Europe/London", "2026-11-24 16:59:59.999999", "2026-11-24 16:59:59.999999"},
      {"Europe/London", "2026-11-24 17:00:00", "2026-11-25 09:00:00"},
      {"Europe/London", "2026-11-24 23:59:59", "2026-11-25 09:00:00"},
      // The weekend.
      {"Europe/London", "2026-11-27 17:00:00", "2026-11-30 09:00:00"},
      {"Europe/London", "2026-11-28 12:00:00", "2026-11-30 09:00:00"},
      {"Europe/London", "2026-11-29 23:59:59", "2026-11-30 09:00:00"},
      // Clocks go forward on Sunday 29 March 2026, and back on 25 October.
      {"Europe/London", "2026-03-27 18:00:00", "2026-03-30 09:00:00"},
      {"Europe/London", "2026-10-23 18:00:00", "2026-10-26 09:00:00"},
      // Where they change within a working week: Egypt, Friday 24 April 2026 at midnight.
      {"Africa/Cairo", "2026-04-23 18:00:00", "2026-04-24 09:00:00"},
      {"Asia/Kolkata", "2026-11-24 17:00:00", "2026-11-25 09:00:00"},
      {"Pacific/Kiritimati", "2026-11-28 09:00:00", "2026-11-30 09:00:00"},
  };
  for (const auto& c : cases) {
    const absl::TimeZone zone = Zone(c.zone);
    EXPECT_EQ(NextInWindow(Local(c.now, zone), zone, Settings()), Local(c.next, zone))
        << c.zone << " " << c.now;
  }
}

TEST(SendingWindowTest, KeepsTheWallClockOverAChangeOfDaylightSaving) {
  const absl::TimeZone london = Zone("Europe/London");
  const absl::Time friday = Local("2026-03-27 17:00:00", london);
  const absl::Time monday = NextInWindow(friday, london, Settings());
  EXPECT_EQ(monday - friday, absl::Hours(3 * 24 - 8 - 1));
}

TEST(SendingWindowTest, PassesOverDaysOffAndTakesTheOrganisationsHours) {
  const absl::TimeZone london = Zone("Europe/London");
  const auto christmas = [](absl::CivilDay day) {
    return day == absl::CivilDay(2026, 12, 25) || day == absl::CivilDay(2026, 12, 28);
  };
  Settings settings;
  settings.window_opens = absl::Hours(8) + absl::Minutes(30);
  EXPECT_EQ(NextInWindow(Local("2026-12-24 17:00:00", london), london, settings, christmas),
            Local("2026-12-29 08:30:00", london));
  EXPECT_EQ(NextInWindow(Local("2026-12-24 17:00:00", london), london, settings,
                         [](absl::CivilDay) { return true; }),
            absl::InfiniteFuture());
}

}  // namespace
}  // namespace dap::notification
