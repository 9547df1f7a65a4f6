#include "services/activity/domain/activity_figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dap::activity {
namespace {

using testing::ElementsAre;
using testing::Eq;
using testing::Optional;

constexpr auto kHidden = std::nullopt;

// So many people, the first `active` of whom did 60 minutes in the last week.
ActivityFigures Group(int people, int active) {
  ActivityFigures figures;
  for (int i = 0; i < people; ++i) {
    std::vector<Week> weeks(12);
    MomentumResult momentum;
    momentum.momentum = i < active ? Momentum::kSteady : Momentum::kQuiet;
    momentum.facts.weeks_active = i < active ? 1 : 0;
    if (i < active) {
      weeks.back().contributions = 2;
      weeks.back().on_minutes = 20 + i;
      weeks.back().off_minutes = 40;
      weeks[8].gathering_minutes = 90;
      weeks[7].on_minutes = 500;  // five weeks ago
    }
    figures.Add(momentum, weeks, Settings());
  }
  return figures;
}

TEST(ActivityFigures, CountPeopleAndSumUpTheLastFourWeeks) {
  ActivityFigures figures = Group(7, 3);
  figures.Add(Group(5, 1));
  EXPECT_EQ(figures.participants, 12);
  EXPECT_EQ(figures.active_in_week, 4);
  EXPECT_THAT(figures.weeks_active, ElementsAre(8, 4, 0, 0, 0));
  EXPECT_EQ(figures.momentum[static_cast<int>(Momentum::kQuiet) - 1], 8);
  EXPECT_EQ(figures.on_minutes, 20 + 21 + 22 + 20);
  EXPECT_EQ(figures.off_minutes, 160);
  EXPECT_EQ(figures.gathering_minutes, 360);
  EXPECT_EQ(figures.contributions, 8);
  EXPECT_EQ(figures.contributors(), 4);
}

TEST(ActivityFigures, TheMedianIsOfThoseWhoContributed) {
  EXPECT_EQ(Group(9, 3).MedianMinutes(), 61);
  EXPECT_EQ(Group(9, 4).MedianMinutes(), 61) << "between 61 and 62";
  EXPECT_EQ(Group(9, 0).MedianMinutes(), 0);
}

TEST(ActivityFigures, CountsUnderFiveAreHiddenWithWhatGivesThemAway) {
  const ShownFigures all_well = Suppress(Group(30, 20), {}, privacy::Rules());
  EXPECT_THAT(all_well.whole.participants, Optional(30));
  EXPECT_THAT(all_well.whole.active_in_week, Optional(20));
  EXPECT_TRUE(all_well.whole.sums);
  const ShownFigures few_idle = Suppress(Group(30, 27), {}, privacy::Rules());
  EXPECT_THAT(few_idle.whole.participants, Optional(30));
  EXPECT_THAT(few_idle.whole.active_in_week, Eq(kHidden)) << "three were not, it would say";
  EXPECT_THAT(few_idle.weeks_active[1], Eq(kHidden));
  const ShownFigures small = Suppress(Group(4, 2), {}, privacy::Rules());
  EXPECT_THAT(small.whole.participants, Eq(kHidden));
  EXPECT_FALSE(small.whole.sums);
}

TEST(ActivityFigures, SumsTakeTenWhoContributed) {
  EXPECT_FALSE(Suppress(Group(30, 9), {}, privacy::Rules()).whole.sums);
  EXPECT_TRUE(Suppress(Group(30, 10), {}, privacy::Rules()).whole.sums);
}

TEST(ActivityFigures, AHiddenGroupDoesNotFollowFromTheWholeAndTheOthers) {
  const std::vector<ActivityFigures> groups = {Group(20, 12), Group(25, 15), Group(12, 3)};
  ActivityFigures whole;
  for (const ActivityFigures& group : groups) whole.Add(group);
  const ShownFigures shown = Suppress(whole, groups, privacy::Rules());
  EXPECT_THAT(shown.whole.active_in_week, Optional(30));
  EXPECT_THAT(shown.groups[2].active_in_week, Eq(kHidden));
  EXPECT_THAT(shown.groups[0].active_in_week, Eq(kHidden)) << "or the third would be 30 - 12 - 15";
  EXPECT_THAT(shown.groups[1].active_in_week, Optional(15));
  EXPECT_TRUE(shown.whole.sums);
  EXPECT_FALSE(shown.groups[2].sums);
  EXPECT_FALSE(shown.groups[0].sums) << "the same for minutes";
  EXPECT_TRUE(shown.groups[1].sums);
}

TEST(ActivityFigures, WhatIsToldOfNoGroupIsAGroupToo) {
  const std::vector<ActivityFigures> groups = {Group(20, 12), Group(25, 15)};
  ActivityFigures whole = Group(7, 3);
  for (const ActivityFigures& group : groups) whole.Add(group);
  const ShownFigures shown = Suppress(whole, groups, privacy::Rules());
  EXPECT_THAT(shown.groups[0].active_in_week, Eq(kHidden));
  EXPECT_THAT(shown.groups[1].active_in_week, Optional(15));
  EXPECT_FALSE(shown.groups[0].sums);
  EXPECT_TRUE(shown.groups[1].sums);
}

}  // namespace
}  // namespace dap::activity
