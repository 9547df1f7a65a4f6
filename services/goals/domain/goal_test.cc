#include "services/goals/domain/goal.h"

#include <gtest/gtest.h>

#include <functional>

#include "libs/status/matchers.h"
#include "libs/time/calendar.h"

namespace dap::goals {
namespace {

using status::HasReason;
using status::IsOk;
using status::NamesField;

const absl::Time kNow = absl::FromUnixSeconds(1795514400);  // 2026-11-24 10:00 UTC
const absl::CivilDay kToday(2026, 11, 24);

Goal In(GoalState state) {
  Goal goal;
  goal.state = state;
  goal.due_date = absl::CivilDay(2026, 12, 24);
  goal.steps = {{"First.", 10, {}}, {"Second.", 15, {}}};
  if (state == GoalState::kBlocked) goal.block_time = kNow - absl::Hours(72);
  return goal;
}

TEST(Goal, MovesOnlyAlongItsStates) {
  const auto step = [](Goal& g) { return CompleteStep(g, 1, kNow).status(); };
  const auto finish = [](Goal& g) { return Finish(g, "It went well.", kNow); };
  const auto let_go = [](Goal& g) { return LetGo(g, kNow); };
  const auto block = [](Goal& g) { return Block(g, kNow); };
  const auto unblock = [](Goal& g) { return Unblock(g, kNow, absl::UTCTimeZone()); };
  using S = GoalState;
  const struct {
    const char* what;
    std::function<absl::Status(Goal&)> act;
    S from_open, from_blocked;  // the state after; kUnspecified where it is refused
  } cases[] = {
      {"step", step, S::kOpen, S::kUnspecified},
      {"finish", finish, S::kDone, S::kUnspecified},
      {"let go", let_go, S::kLetGo, S::kLetGo},
      {"block", block, S::kBlocked, S::kUnspecified},
      {"unblock", unblock, S::kUnspecified, S::kOpen},
  };
  for (const auto& c : cases) {
    for (const S from : {S::kOpen, S::kBlocked, S::kDone, S::kLetGo}) {
      const S to = from == S::kOpen      ? c.from_open
                   : from == S::kBlocked ? c.from_blocked
                                         : S::kUnspecified;
      Goal goal = In(from);
      const absl::Status status = c.act(goal);
      if (to == S::kUnspecified) {
        EXPECT_THAT(status, HasReason("GOAL_STATE")) << c.what << " from " << NameOf(from);
        EXPECT_EQ(goal.state, from) << c.what;
        EXPECT_EQ(goal.version, 1) << c.what;
      } else {
        EXPECT_THAT(status, IsOk()) << c.what << " from " << NameOf(from);
        EXPECT_EQ(goal.state, to) << c.what;
        EXPECT_EQ(goal.version, 2) << c.what;
      }
    }
  }
}

TEST(Goal, EndsWithItsTimeAndItsReflection) {
  Goal done = In(GoalState::kOpen);
  ASSERT_THAT(Finish(done, "I would do it again.", kNow), IsOk());
  EXPECT_EQ(done.end_time, kNow);
  EXPECT_EQ(done.reflection, "I would do it again.");
  Goal gone = In(GoalState::kBlocked);
  ASSERT_THAT(LetGo(gone, kNow), IsOk());
  EXPECT_EQ(gone.end_time, kNow);
  EXPECT_FALSE(gone.block_time.has_value());
}

TEST(Goal, NeedsAReflectionToFinish) {
  for (const char* blank : {"", "   ", "\n\t"}) {
    Goal goal = In(GoalState::kOpen);
    EXPECT_THAT(Finish(goal, blank, kNow), HasReason("REFLECTION_MISSING"));
    EXPECT_EQ(goal.state, GoalState::kOpen);
  }
}

TEST(Goal, CountsAStepOnce) {
  Goal goal = In(GoalState::kOpen);
  EXPECT_TRUE(*CompleteStep(goal, 2, kNow));
  EXPECT_EQ(goal.steps[1].done_time, kNow);
  EXPECT_FALSE(goal.steps[0].done_time.has_value());
  EXPECT_FALSE(*CompleteStep(goal, 2, kNow + absl::Hours(1)));
  EXPECT_EQ(goal.steps[1].done_time, kNow);
  EXPECT_EQ(goal.version, 2);
}

TEST(Goal, KnowsItsStepsOnly) {
  for (const int step : {0, -1, 3}) {
    Goal goal = In(GoalState::kOpen);
    EXPECT_THAT(CompleteStep(goal, step, kNow), HasReason("STEP_UNKNOWN")) << step;
  }
}

TEST(Goal, GetsTheDaysBackThatABarrierTook) {
  absl::TimeZone london = *time::ZoneOf("Europe/London");
  Goal goal = In(GoalState::kOpen);
  ASSERT_THAT(Block(goal, kNow), IsOk());
  ASSERT_THAT(Unblock(goal, kNow + 5 * absl::Hours(24), london), IsOk());
  EXPECT_EQ(goal.due_date, absl::CivilDay(2026, 12, 29));
  EXPECT_FALSE(goal.block_time.has_value());
}

TEST(DueDate, IsAtMostThirtyDaysAhead) {
  const Settings settings;
  EXPECT_EQ(*DueDate({}, kToday, settings), absl::CivilDay(2026, 12, 24));
  EXPECT_EQ(*DueDate(absl::CivilDay(2026, 12, 24), kToday, settings), absl::CivilDay(2026, 12, 24));
  EXPECT_EQ(*DueDate(kToday, kToday, settings), kToday);
  const auto late = DueDate(absl::CivilDay(2026, 12, 25), kToday, settings);
  EXPECT_THAT(late, HasReason("GOAL_TOO_LONG"));
  EXPECT_THAT(late, NamesField("goal.due_date"));
  EXPECT_THAT(DueDate(absl::CivilDay(2026, 11, 23), kToday, settings), HasReason("DUE_DATE_PAST"));
}

TEST(FromTemplate, CopiesTheVersionThatThereIsNow) {
  const GoalTemplate one{
      "key", 4,      "Title", "a", {"t"}, GoalSetting::kOffPlatform, {{"Do it.", 12}},
      false, kToday, "us"};
  const auto goal = FromTemplate(one, kToday);
  ASSERT_THAT(goal, IsOk());
  EXPECT_EQ(goal->goal_template, "key");
  EXPECT_EQ(goal->goal_template_version, 4);
  EXPECT_EQ(goal->title, "Title");
  EXPECT_EQ(goal->setting, GoalSetting::kOffPlatform);
  ASSERT_EQ(goal->steps.size(), 1u);
  EXPECT_EQ(goal->steps[0].minutes, 12);
  EXPECT_THAT(FromTemplate(one, kToday + 1), HasReason("GOAL_TEMPLATE_STALE"));
}

TEST(FromOwn, NeedsATitleASettingAndSmallSteps) {
  const Settings settings;
  const GoalSetting off = GoalSetting::kOffPlatform;
  EXPECT_THAT(FromOwn({"Ask three people", off, {}}, settings), IsOk());
  EXPECT_THAT(FromOwn({"Ask", off, {{"One.", 1}, {"Two.", 30}}}, settings), IsOk());
  const struct {
    OwnGoal own;
    const char* reason;
    const char* field;
  } cases[] = {
      {{" ", off, {}}, "TITLE_MISSING", "goal.title"},
      {{"Ask", GoalSetting::kUnspecified, {}}, "SETTING_MISSING", "goal.setting"},
      {{"Ask", off, {{"One.", 1}, {" ", 1}}}, "STEP_TEXT_MISSING", "goal.steps[1].text"},
      {{"Ask", off, {{"One.", 31}}}, "STEP_TOO_LONG", "goal.steps[0].minutes"},
      {{"Ask", off, {{"One.", 0}}}, "STEP_TOO_LONG", "goal.steps[0].minutes"},
  };
  for (const auto& c : cases) {
    const auto goal = FromOwn(c.own, settings);
    EXPECT_THAT(goal, HasReason(c.reason));
    EXPECT_THAT(goal, NamesField(c.field));
  }
}

TEST(CheckRoom, IsForAsManyAsTheSettingsSay) {
  Settings settings;
  EXPECT_THAT(CheckRoom(2, settings), IsOk());
  EXPECT_THAT(CheckRoom(3, settings), HasReason("TOO_MANY_OPEN_GOALS"));
  settings.max_open_goals = 1;
  EXPECT_THAT(CheckRoom(1, settings), HasReason("TOO_MANY_OPEN_GOALS"));
}

}  // namespace
}  // namespace dap::goals
