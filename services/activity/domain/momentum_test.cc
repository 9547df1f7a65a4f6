#include "services/activity/domain/momentum.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dap::activity {
namespace {

using testing::HasSubstr;

// Weeks from a sketch, oldest first, the last under way: '.' nothing, 'a' active with 60 minutes,
// 'm' active with 10 minutes, '-' does not count.
std::vector<Week> Weeks(const std::string& sketch) {
  std::vector<Week> weeks;
  for (char c : sketch) {
    Week week;
    week.counted = c != '-';
    week.contributions = c == 'a' || c == 'm' ? 1 : 0;
    week.on_minutes = c == 'a' ? 60 : c == 'm' ? 10 : 0;
    weeks.push_back(week);
  }
  return weeks;
}

MomentumInput Started() {
  MomentumInput input;
  input.started = true;
  input.agreed_minutes_per_week = 60;
  return input;
}

Momentum Of(MomentumInput input, const std::string& sketch) {
  const std::vector<Week> weeks = Weeks(sketch);
  input.weeks = weeks;
  return MomentumOf(input, Settings()).momentum;
}

TEST(Momentum, TheFirstRuleThatHoldsGivesTheState) {
  MomentumInput input = Started();
  EXPECT_EQ(Of(input, "aaaaa"), Momentum::kThriving);
  input.silent_days = 10;
  EXPECT_EQ(Of(input, "aaaaa"), Momentum::kQuiet);
  input.rung = Rung::kCoach;
  EXPECT_EQ(Of(input, "aaaaa"), Momentum::kResting);
  input.started = false;
  EXPECT_EQ(Of(input, "aaaaa"), Momentum::kAwaitingKickoff);
  input.standing_still = true;
  EXPECT_EQ(Of(input, "aaaaa"), Momentum::kPaused);
}

TEST(Momentum, FollowsTheWeeksThatCount) {
  struct Case {
    const char* weeks;
    Momentum momentum;
    const char* why;
  };
  for (const Case& c : {
           Case{"aaa.", Momentum::kThriving, "an empty week under way takes nothing away"},
           Case{"aaam", Momentum::kThriving, "nor does one that has just begun"},
           Case{".aaa", Momentum::kThriving, "but a full one helps"},
           Case{"aam.", Momentum::kSteady, "too few minutes"},
           Case{"mmmm", Momentum::kSteady, "active, but too few minutes"},
           Case{"a-a-a.", Momentum::kThriving, "weeks that don't count are passed over"},
           Case{"a.a..", Momentum::kSteady, "two of four"},
           Case{"a....", Momentum::kSlowing, "one of four"},
           Case{"....a", Momentum::kSlowing, "the one under way is among the four"},
           Case{"...aa", Momentum::kSteady, "two of four with the one under way"},
           Case{"a---....", Momentum::kSlowing, "one of the last four that count"},
           Case{"..", Momentum::kSteady, "one missed week of the beginning is not slowing"},
           Case{"....", Momentum::kSlowing, "three missed ones are"},
           Case{"-----", Momentum::kSteady, "nothing counts yet"},
       }) {
    EXPECT_EQ(Of(Started(), c.weeks), c.momentum) << c.weeks << ": " << c.why;
  }
}

TEST(Momentum, TellsTheFactsInOneSentence) {
  MomentumInput input = Started();
  std::vector<Week> weeks = Weeks("aaaa.");
  input.weeks = weeks;
  input.silent_days = 3;
  input.last_contribution = absl::CivilDay(2026, 11, 20);
  const MomentumFacts facts = MomentumOf(input, Settings()).facts;
  EXPECT_EQ(facts.weeks_active, 4);
  EXPECT_EQ(facts.weeks_counted, 4);
  EXPECT_EQ(facts.recent_minutes, 180);
  EXPECT_EQ(facts.agreed_minutes, 180);
  EXPECT_EQ(facts.sentence,
            "Active in 4 of the last 4 weeks that count, and 180 minutes of the 180 agreed.");
  input.silent_days = 12;
  EXPECT_EQ(MomentumOf(input, Settings()).facts.sentence,
            "Nothing in the 12 working days since 2026-11-20.");
  input.last_contribution = std::nullopt;
  EXPECT_THAT(MomentumOf(input, Settings()).facts.sentence, HasSubstr("since the start"));
}

}  // namespace
}  // namespace dap::activity
