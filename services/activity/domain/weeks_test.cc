#include "services/activity/domain/weeks.h"

#include <gtest/gtest.h>

#include "libs/time/calendar.h"

namespace dap::activity {
namespace {

const absl::TimeZone kZone = *time::ZoneOf("Europe/London");
const absl::CivilDay kToday(2026, 11, 24);  // a Tuesday
const absl::CivilDay kMonday(2026, 11, 23);
const absl::CivilDay kLongAgo(2026, 1, 5);

absl::Time At(absl::CivilDay day, int hour = 12) {
  return absl::FromCivil(absl::CivilSecond(day) + hour * 3600, kZone);
}

std::vector<Week> Of(const std::vector<Contribution>& contributions,
                     const std::vector<Standstill>& still = {},
                     std::optional<absl::CivilDay> start = kLongAgo,
                     time::DayOff off = time::NoDaysOff) {
  return WeeksOf(contributions, start, kToday, WorkingDays(kZone, off, still), Settings());
}

TEST(Weeks, AreTheLastTwelveFromMondayToSunday) {
  const std::vector<Week> weeks = Of({{At(kMonday, 0), Setting::kOnPlatform, 10},
                                      {At(kMonday - 1, 23), Setting::kOffPlatform, 20},
                                      {At(kMonday - 1, 23), Setting::kGathering, 60},
                                      {At(kMonday - 77, 0), Setting::kOnPlatform, 5},
                                      {At(kMonday - 78, 23), Setting::kOnPlatform, 7},
                                      {At(kToday + 1), Setting::kOnPlatform, 9},
                                      {At(kMonday), Setting::kUnspecified, 0}});
  ASSERT_EQ(weeks.size(), 12u);
  EXPECT_EQ(weeks.front().monday, kMonday - 77);
  EXPECT_EQ(weeks.front().on_minutes, 5);
  EXPECT_EQ(weeks.back().monday, kMonday);
  EXPECT_EQ(weeks.back().on_minutes, 10);
  EXPECT_EQ(weeks.back().contributions, 2);
  EXPECT_EQ(weeks[10].off_minutes, 20);
  EXPECT_EQ(weeks[10].gathering_minutes, 60);
}

TEST(Weeks, AreInOneGoAboveSeventyPerCentOnOneDayAndGatheringsDoNotMatter) {
  const auto in_one_go = [](int first, int second) {
    return Of({{At(kMonday), Setting::kOnPlatform, first},
               {At(kToday), Setting::kOffPlatform, second},
               {At(kToday), Setting::kGathering, 500}})
        .back()
        .in_one_go;
  };
  EXPECT_FALSE(in_one_go(70, 30));
  EXPECT_TRUE(in_one_go(71, 29));
  EXPECT_FALSE(Of({}).back().in_one_go);
}

TEST(Weeks, OfTheAutumnChangeHoldTheirLongSunday) {
  // 25 October 2026 has 25 hours in London; 23:30 is still that Sunday.
  const absl::Time late = absl::FromCivil(absl::CivilSecond(2026, 10, 25, 23, 30, 0), kZone);
  for (const Week& week : Of({{late, Setting::kOnPlatform, 10}})) {
    EXPECT_EQ(week.on_minutes, week.monday == absl::CivilDay(2026, 10, 19) ? 10 : 0);
  }
}

TEST(Weeks, CountWithThreeFreeWorkingDays) {
  const absl::CivilDay monday = kMonday - 7;
  const auto counted = [&](absl::CivilDay from, absl::CivilDay to) {
    return Of({}, {{At(from), At(to, 18)}})[10].counted;
  };
  EXPECT_TRUE(counted(monday, monday + 1));      // Monday and Tuesday stood still
  EXPECT_FALSE(counted(monday, monday + 2));     // Wednesday as well
  EXPECT_TRUE(counted(monday + 3, monday + 6));  // Thursday to Sunday
  EXPECT_FALSE(Of({}, {{At(monday), absl::InfiniteFuture()}})[11].counted);
}

TEST(Weeks, DoNotCountBeforeTheStartOrWithoutOne) {
  EXPECT_FALSE(Of({}, {}, std::nullopt)[10].counted);
  EXPECT_TRUE(Of({}, {}, kMonday - 5)[10].counted);   // started on the Wednesday
  EXPECT_FALSE(Of({}, {}, kMonday - 4)[10].counted);  // started on the Thursday
  EXPECT_FALSE(Of({}, {}, kMonday - 4)[9].counted);
}

TEST(Weeks, HolidaysLeaveTheDenominator) {
  const auto off = [](absl::CivilDay day) { return day >= kMonday - 7 && day < kMonday - 4; };
  EXPECT_FALSE(Of({}, {}, kLongAgo, off)[10].counted);
  EXPECT_TRUE(Of({}, {}, kLongAgo, off)[9].counted);
}

}  // namespace
}  // namespace dap::activity
