// Goals that barriers stop: what the activity service's events do to them, and what is offered.
#include <algorithm>
#include <string>
#include <vector>

#include "libs/time/calendar.h"
#include "services/goals/consumers/activity_consumer.h"
#include "services/goals/testing/goals_service_test_base.h"

namespace dap::goals {
namespace {

using namespace activity::v1;  // NOLINT: the states of barriers
using status::HasReason;
using status::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class BarrierTest : public GoalsServiceTest {
 protected:
  id::Uuid IdOf(const v1::Goal& goal) {
    return *id::Uuid::Parse(goal.name().substr(goal.name().rfind('/') + 1));
  }
  std::string NameOf(const id::Uuid& barrier) {
    return id::Name({{"organisations", organisation_}, {"barriers", barrier}});
  }
  // An event as activity tells it, applied as the consumer would.
  absl::Status Hear(const id::Uuid& barrier, BarrierState state, int version,
                    const std::vector<id::Uuid>& goals) {
    events::v1::Event event;
    event.set_organisation(std::string(organisation_.bytes()));
    event.mutable_occur_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
    events::v1::BarrierStanding& standing = *event.mutable_barrier_standing();
    standing.set_barrier(std::string(barrier.bytes()));
    standing.set_version(version);
    standing.set_enrolment(std::string(enrolment_.bytes()));
    standing.set_state(state);
    for (const id::Uuid& goal : goals) standing.add_goals(std::string(goal.bytes()));
    return db::Transaction(pool(), Deadline(), [&](db::Connection& tx) -> absl::Status {
      feed::Outbox outbox;
      RETURN_IF_ERROR(ApplyActivityEvent(tx, outbox, event));
      return feed_->Append(tx, outbox);
    });
  }
  v1::Goal Get(const std::string& name) {
    v1::GetGoalRequest request;
    request.set_name(name);
    const auto got = Call<v1::GetGoalResponse>("GetGoal", request);
    EXPECT_THAT(got, IsOk());
    return got.ok() ? got->goal() : v1::Goal();
  }
  absl::StatusOr<v1::SuggestAlternativesResponse> Alternatives(const std::string& name) {
    v1::SuggestAlternativesRequest request;
    request.set_name(name);
    return Call<v1::SuggestAlternativesResponse>("SuggestAlternatives", request);
  }
  static absl::CivilDay DueDay(const v1::Goal& goal) {
    return absl::CivilDay(goal.due_date().year(), goal.due_date().month(), goal.due_date().day());
  }
  std::vector<v1::GoalState> TellsOf(const v1::Goal& goal) {
    std::vector<v1::GoalState> states;
    for (const events::v1::Event& event : Told()) {
      if (event.goal_changed().goal() == std::string(IdOf(goal).bytes())) {
        states.push_back(event.goal_changed().state());
      }
    }
    return states;
  }

  const id::Uuid barrier_ = ids_.Next();
};

TEST_F(BarrierTest, StopsAGoalAndItsClockUntilItIsFixed) {
  const v1::Goal goal = MakeGoal();
  ASSERT_THAT(Hear(barrier_, BARRIER_STATE_REPORTED, 1, {IdOf(goal)}), IsOk());
  v1::Goal now = Get(goal.name());
  EXPECT_EQ(now.state(), v1::GOAL_STATE_BLOCKED);
  EXPECT_THAT(now.barriers(), ElementsAre(NameOf(barrier_)));
  EXPECT_THAT(Call<v1::CompleteGoalStepResponse>("CompleteGoalStep", Step(goal.name())),
              HasReason("GOAL_STATE"));
  clock_.Advance(absl::Hours(24 * 9));
  ASSERT_THAT(Hear(barrier_, BARRIER_STATE_FIXED, 5, {IdOf(goal)}), IsOk());
  now = Get(goal.name());
  EXPECT_EQ(now.state(), v1::GOAL_STATE_OPEN);
  EXPECT_THAT(now.barriers(), IsEmpty());
  EXPECT_EQ(DueDay(now), DueDay(goal) + 9);
  EXPECT_THAT(Call<v1::CompleteGoalStepResponse>("CompleteGoalStep", Step(goal.name())), IsOk());
  EXPECT_THAT(TellsOf(goal),
              ElementsAre(v1::GOAL_STATE_OPEN, v1::GOAL_STATE_BLOCKED, v1::GOAL_STATE_OPEN));
}

TEST_F(BarrierTest, ToldTwiceOrOutOfOrderItChangesNothingTwice) {
  const v1::Goal goal = MakeGoal();
  for (int i = 0; i < 3; ++i) {
    ASSERT_THAT(Hear(barrier_, BARRIER_STATE_REPORTED, 1, {IdOf(goal)}), IsOk());
  }
  clock_.Advance(absl::Hours(48));
  for (int i = 0; i < 3; ++i) {
    ASSERT_THAT(Hear(barrier_, BARRIER_STATE_FIXED, 4, {IdOf(goal)}), IsOk());
  }
  // An old one comes late.
  ASSERT_THAT(Hear(barrier_, BARRIER_STATE_RAISED, 3, {IdOf(goal)}), IsOk());
  EXPECT_EQ(Get(goal.name()).state(), v1::GOAL_STATE_OPEN);
  EXPECT_EQ(DueDay(Get(goal.name())), DueDay(goal) + 2);
  EXPECT_THAT(TellsOf(goal), SizeIs(3));
  // The end alone, before any beginning was heard, blocks nothing later.
  const id::Uuid other = ids_.Next();
  ASSERT_THAT(Hear(other, BARRIER_STATE_WORKAROUND, 7, {IdOf(goal)}), IsOk());
  ASSERT_THAT(Hear(other, BARRIER_STATE_REPORTED, 6, {IdOf(goal)}), IsOk());
  EXPECT_EQ(Get(goal.name()).state(), v1::GOAL_STATE_OPEN);
  EXPECT_THAT(TellsOf(goal), SizeIs(3));
}

TEST_F(BarrierTest, AGoalWithTwoBarriersOpensWhenBothAreGone) {
  const v1::Goal goal = MakeGoal();
  const id::Uuid other = ids_.Next();
  ASSERT_THAT(Hear(barrier_, BARRIER_STATE_REPORTED, 1, {IdOf(goal)}), IsOk());
  clock_.Advance(absl::Hours(24));
  ASSERT_THAT(Hear(other, BARRIER_STATE_RAISED, 8, {IdOf(goal)}), IsOk());
  EXPECT_THAT(Get(goal.name()).barriers(), SizeIs(2));
  clock_.Advance(absl::Hours(24));
  ASSERT_THAT(Hear(barrier_, BARRIER_STATE_FIXED, 2, {IdOf(goal)}), IsOk());
  EXPECT_EQ(Get(goal.name()).state(), v1::GOAL_STATE_BLOCKED);
  EXPECT_THAT(Get(goal.name()).barriers(), ElementsAre(NameOf(other)));
  clock_.Advance(absl::Hours(24));
  ASSERT_THAT(Hear(other, BARRIER_STATE_WORKAROUND, 9, {IdOf(goal)}), IsOk());
  EXPECT_EQ(Get(goal.name()).state(), v1::GOAL_STATE_OPEN);
  EXPECT_EQ(DueDay(Get(goal.name())), DueDay(goal) + 3);
}

TEST_F(BarrierTest, AMergeHandsAGoalOverWithoutOpeningIt) {
  const v1::Goal goal = MakeGoal();
  const id::Uuid into = ids_.Next();
  ASSERT_THAT(Hear(barrier_, BARRIER_STATE_REPORTED, 1, {IdOf(goal)}), IsOk());
  ASSERT_THAT(Hear(into, BARRIER_STATE_CORROBORATED, 6, {IdOf(goal)}), IsOk());
  ASSERT_THAT(Hear(barrier_, BARRIER_STATE_MERGED, 2, {IdOf(goal)}), IsOk());
  EXPECT_THAT(TellsOf(goal), ElementsAre(v1::GOAL_STATE_OPEN, v1::GOAL_STATE_BLOCKED));
  EXPECT_THAT(Get(goal.name()).barriers(), ElementsAre(NameOf(into)));
}

TEST_F(BarrierTest, ARefusedOneKeepsTheGoalBlockedAndItCanBeLetGo) {
  const v1::Goal goal = MakeGoal();
  ASSERT_THAT(Hear(barrier_, BARRIER_STATE_REPORTED, 1, {IdOf(goal)}), IsOk());
  ASSERT_THAT(Hear(barrier_, BARRIER_STATE_REFUSED, 4, {IdOf(goal)}), IsOk());
  EXPECT_EQ(Get(goal.name()).state(), v1::GOAL_STATE_BLOCKED);
  ASSERT_THAT(Call<v1::LetGoOfGoalResponse>("LetGoOfGoal", LetGo(goal.name())), IsOk());
  // What ended stays ended.
  ASSERT_THAT(Hear(barrier_, BARRIER_STATE_FIXED, 5, {IdOf(goal)}), IsOk());
  EXPECT_EQ(Get(goal.name()).state(), v1::GOAL_STATE_LET_GO);
  EXPECT_THAT(Hear(barrier_, BARRIER_STATE_RAISED, 6, {IdOf(goal), ids_.Next()}), IsOk());
  EXPECT_EQ(Get(goal.name()).state(), v1::GOAL_STATE_LET_GO);
}

TEST_F(BarrierTest, OffersTheOtherSideOfTheSameArea) {
  const GoalTemplate& stopped =
      *std::find_if(catalogue_->goal_templates().begin(), catalogue_->goal_templates().end(),
                    [&](const GoalTemplate& one) {
                      return one.setting == GoalSetting::kOffPlatform && !one.stretch &&
                             !one.IsStale(time::DayOf(kNow, absl::UTCTimeZone()));
                    });
  v1::CreateGoalRequest request;
  request.set_parent(Parent());
  request.mutable_goal()->set_goal_template(absl::StrCat("goalTemplates/", stopped.key));
  request.set_request_id(NewId());
  const auto made = Create(request);
  ASSERT_THAT(made, IsOk());
  EXPECT_THAT(Alternatives(made->goal().name()), HasReason("GOAL_STATE"));
  ASSERT_THAT(Hear(barrier_, BARRIER_STATE_REPORTED, 1, {IdOf(made->goal())}), IsOk());
  const auto offered = Alternatives(made->goal().name());
  ASSERT_THAT(offered, IsOk());
  ASSERT_GT(offered->suggestions_size(), 0);
  EXPECT_LE(offered->suggestions_size(), 3);
  bool same_side = false;
  for (const v1::GoalSuggestion& suggestion : offered->suggestions()) {
    EXPECT_EQ(suggestion.goal_template().area(), stopped.area);
    EXPECT_NE(suggestion.goal_template().name(), made->goal().goal_template());
    EXPECT_FALSE(suggestion.why().empty());
    // Once the same side has begun, the other one is used up.
    if (suggestion.goal_template().setting() == v1::GOAL_SETTING_OFF_PLATFORM) same_side = true;
    EXPECT_EQ(suggestion.goal_template().setting() == v1::GOAL_SETTING_OFF_PLATFORM, same_side);
  }
  EXPECT_EQ(offered->suggestions(0).goal_template().setting(), v1::GOAL_SETTING_ON_PLATFORM);
  // It leaves its place to the alternative.
  request.mutable_goal()->set_goal_template(offered->suggestions(0).goal_template().name());
  request.set_request_id(NewId());
  EXPECT_THAT(Create(request), IsOk());
}

TEST_F(BarrierTest, OffersForAGoalTheyWroteWhatSuitsThemFromTheOtherSide) {
  const v1::Goal goal = MakeGoal();
  ASSERT_THAT(Hear(barrier_, BARRIER_STATE_REPORTED, 1, {IdOf(goal)}), IsOk());
  auto offered = Alternatives(goal.name());
  ASSERT_THAT(offered, IsOk());
  EXPECT_THAT(offered->suggestions(), IsEmpty());
  ASSERT_THAT(Submit(v1::ASSESSMENT_KIND_BASELINE), IsOk());
  offered = Alternatives(goal.name());
  ASSERT_THAT(offered, IsOk());
  ASSERT_GT(offered->suggestions_size(), 0);
  EXPECT_EQ(offered->suggestions(0).goal_template().setting(), v1::GOAL_SETTING_ON_PLATFORM);
}

}  // namespace
}  // namespace dap::goals
