#include "services/activity/domain/balance.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libs/time/calendar.h"

namespace dap::activity {
namespace {

const absl::TimeZone kZone = *time::ZoneOf("Europe/London");
const absl::CivilDay kToday(2026, 11, 24);

Contribution At(int days_ago, Setting setting, int minutes) {
  return {absl::FromCivil(absl::CivilSecond(kToday - days_ago) + 12 * 3600, kZone), setting,
          minutes};
}

Balance Of(const std::vector<Contribution>& contributions, BalanceTarget target = {}) {
  return BalanceOf(contributions, kToday, kZone, target, Settings());
}

TEST(Balance, IsUndefinedBelowFourActivitiesAndSaysSo) {
  const std::vector<Contribution> three(3, At(1, Setting::kOffPlatform, 15));
  EXPECT_FALSE(Of(three).share.has_value());
  EXPECT_EQ(Of(three).side, BalanceSide::kUnspecified);
  EXPECT_EQ(Of(three).off_minutes, 45);
  const std::vector<Contribution> four(4, At(1, Setting::kOffPlatform, 15));
  EXPECT_EQ(Of(four).share, 1.0);
}

TEST(Balance, GatheringsAndContributionsWithoutMinutesAreInNeitherSide) {
  std::vector<Contribution> some(3, At(1, Setting::kOffPlatform, 15));
  some.push_back(At(1, Setting::kGathering, 120));
  some.push_back(At(1, Setting::kUnspecified, 0));
  EXPECT_FALSE(Of(some).share.has_value());
  some.push_back(At(1, Setting::kOnPlatform, 45));
  EXPECT_EQ(Of(some).share, 0.5);
}

TEST(Balance, LooksAtTheTwentyEightDaysThatEndToday) {
  std::vector<Contribution> some(4, At(27, Setting::kOnPlatform, 10));
  some.push_back(At(28, Setting::kOffPlatform, 100));
  some.push_back(At(-1, Setting::kOffPlatform, 100));
  EXPECT_EQ(Of(some).share, 0.0);
}

TEST(Balance, HasThreeSidesAndTheEdgesAreInside) {
  struct Case {
    int off;
    BalanceSide side;
  };
  for (const Case& c : {Case{34, BalanceSide::kMostlyOn}, Case{35, BalanceSide::kInBalance},
                        Case{50, BalanceSide::kInBalance}, Case{65, BalanceSide::kInBalance},
                        Case{66, BalanceSide::kMostlyOff}}) {
    const Balance balance =
        Of({At(0, Setting::kOffPlatform, c.off), At(0, Setting::kOnPlatform, 100 - c.off - 2),
            At(0, Setting::kOnPlatform, 1), At(0, Setting::kOnPlatform, 1)});
    EXPECT_EQ(balance.side, c.side) << c.off;
  }
}

TEST(Balance, AimsAtTheTargetOfTheEnrolment) {
  const std::vector<Contribution> all_off(4, At(0, Setting::kOffPlatform, 10));
  EXPECT_EQ(Of(all_off, {.target = 0.9, .tolerance = 0.1}).side, BalanceSide::kInBalance);
}

}  // namespace
}  // namespace dap::activity
