#include "services/activity/domain/silence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/time/calendar.h"

namespace dap::activity {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const absl::TimeZone kZone = *time::ZoneOf("Europe/London");
const absl::CivilDay kMonday(2026, 11, 2);

absl::Time At(absl::CivilDay day, int hour = 12) {
  return absl::FromCivil(absl::CivilSecond(day) + hour * 3600, kZone);
}

TEST(Silence, CountsWorkingDaysOnly) {
  const WorkingDays days(kZone, time::NoDaysOff, {});
  EXPECT_EQ(SilentDays(kMonday, kMonday, days), 0);
  EXPECT_EQ(SilentDays(kMonday, kMonday + 6, days), 4);
  EXPECT_EQ(SilentDays(kMonday, kMonday + 14, days), 10);
  const WorkingDays with_holiday(kZone, [](absl::CivilDay day) { return day == kMonday + 1; }, {});
  EXPECT_EQ(SilentDays(kMonday, kMonday + 14, with_holiday), 9);
}

TEST(Silence, StandsStillWhilePausedOrBlocked) {
  // Tuesday noon to Thursday noon: three days off, those in which it began and ended included.
  const WorkingDays days(kZone, time::NoDaysOff, {{At(kMonday + 1), At(kMonday + 3)}});
  EXPECT_EQ(SilentDays(kMonday, kMonday + 3, days), 0);
  EXPECT_EQ(SilentDays(kMonday, kMonday + 4, days), 1);
  // One that ends at midnight leaves the next day free.
  const WorkingDays until_midnight(kZone, time::NoDaysOff, {{At(kMonday + 1), At(kMonday + 2, 0)}});
  EXPECT_EQ(SilentDays(kMonday, kMonday + 2, until_midnight), 1);
}

TEST(Silence, RungsAreDueAtTenFifteenAndTwenty) {
  const Settings settings;
  EXPECT_THAT(DueRungs(Rung::kNone, 9, settings), IsEmpty());
  EXPECT_THAT(DueRungs(Rung::kNone, 10, settings), ElementsAre(Rung::kCheckIn));
  EXPECT_THAT(DueRungs(Rung::kCheckIn, 14, settings), IsEmpty());
  EXPECT_THAT(DueRungs(Rung::kCheckIn, 15, settings), ElementsAre(Rung::kPatron));
  EXPECT_THAT(DueRungs(Rung::kPatron, 19, settings), IsEmpty());
  EXPECT_THAT(DueRungs(Rung::kPatron, 20, settings), ElementsAre(Rung::kCoach));
  EXPECT_THAT(DueRungs(Rung::kCoach, 400, settings), IsEmpty());
}

TEST(Silence, AJumpOfTheClockMakesAllPassedRungsDueInOrder) {
  const Settings settings;
  EXPECT_THAT(DueRungs(Rung::kNone, 16, settings), ElementsAre(Rung::kCheckIn, Rung::kPatron));
  EXPECT_THAT(DueRungs(Rung::kNone, 300, settings),
              ElementsAre(Rung::kCheckIn, Rung::kPatron, Rung::kCoach));
}

TEST(Silence, TheLatestSinceIsTheLastDayThatMakesARungDue) {
  const Settings settings;
  const auto off = [](absl::CivilDay day) { return day == kMonday + 8; };
  const WorkingDays days(kZone, off, {});
  for (Rung after : {Rung::kNone, Rung::kCheckIn, Rung::kPatron}) {
    for (absl::CivilDay today = kMonday + 30; today < kMonday + 40; ++today) {
      const absl::CivilDay since = LatestSinceFor(after, today, off, settings);
      const int needed = settings.ladder[static_cast<int>(after)];
      EXPECT_GE(SilentDays(since, today, days), needed) << today;
      EXPECT_LT(SilentDays(since + 1, today, days), needed) << today;
    }
  }
}

TEST(Silence, RestsAfterThreeUnansweredContacts) {
  EXPECT_FALSE(IsResting(Rung::kPatron));
  EXPECT_TRUE(IsResting(Rung::kCoach));
}

}  // namespace
}  // namespace dap::activity
