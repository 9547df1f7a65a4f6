// The face, method by method, with what is stored and told.
#include "services/goals/goals_service.h"

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "services/goals/testing/goals_service_test_base.h"

namespace dap::goals {
namespace {

using status::HasReason;
using status::IsOk;
using status::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(GoalsServiceTest, TakesABaselineAndTellsOfIt) {
  const auto submitted = Call<v1::SubmitAssessmentResponse>(
      "SubmitAssessment", Assessment(v1::ASSESSMENT_KIND_BASELINE));
  ASSERT_THAT(submitted, IsOk());
  const v1::Assessment& assessment = submitted->assessment();
  EXPECT_THAT(assessment.name(), HasSubstr(Parent() + "/assessments/"));
  EXPECT_EQ(assessment.answers_size(), 20);
  EXPECT_EQ(assessment.submit_time().seconds(), absl::ToUnixSeconds(kNow));
  EXPECT_FALSE(assessment.experienced());
  v1::GetAssessmentRequest get;
  get.set_name(assessment.name());
  const auto got = Call<v1::GetAssessmentResponse>("GetAssessment", get);
  ASSERT_THAT(got, IsOk());
  EXPECT_EQ(got->assessment().SerializeAsString(), assessment.SerializeAsString());
  const auto told = Told();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].assessment_submitted().kind(), v1::ASSESSMENT_KIND_BASELINE);
  EXPECT_EQ(told[0].assessment_submitted().enrolment(), std::string(enrolment_.bytes()));
}

TEST_F(GoalsServiceTest, HoldsAssessmentsToTheirOrder) {
  EXPECT_THAT(Submit(v1::ASSESSMENT_KIND_FINAL), HasReason("BASELINE_MISSING"));
  EXPECT_THAT(Submit(v1::ASSESSMENT_KIND_BASELINE), IsOk());
  EXPECT_THAT(Submit(v1::ASSESSMENT_KIND_BASELINE), HasReason("ASSESSMENT_EXISTS"));
  EXPECT_THAT(Submit(v1::ASSESSMENT_KIND_CHECKPOINT, "essential-digital-skills-1"),
              HasReason("FRAMEWORK_DIFFERS"));
  EXPECT_THAT(Submit(v1::ASSESSMENT_KIND_CHECKPOINT), IsOk());
  EXPECT_THAT(Submit(v1::ASSESSMENT_KIND_FINAL), IsOk());
  EXPECT_EQ(Told().size(), 3u);
}

TEST_F(GoalsServiceTest, RefusesAnAssessmentThatIsNoneOfTheFramework) {
  v1::SubmitAssessmentRequest request = Assessment(v1::ASSESSMENT_KIND_BASELINE);
  request.mutable_assessment()->mutable_answers()->RemoveLast();
  EXPECT_THAT(Call<v1::SubmitAssessmentResponse>("SubmitAssessment", request),
              HasReason("TASK_MISSING"));
  request.mutable_assessment()->set_framework("frameworks/nobodys-1");
  EXPECT_THAT(Call<v1::SubmitAssessmentResponse>("SubmitAssessment", request),
              HasReason("FRAMEWORK_NOT_FOUND"));
  request = Assessment(v1::ASSESSMENT_KIND_BASELINE);
  request.mutable_assessment()->set_kind(static_cast<v1::AssessmentKind>(9));
  EXPECT_THAT(Call<v1::SubmitAssessmentResponse>("SubmitAssessment", request),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Told(), IsEmpty());
}

TEST_F(GoalsServiceTest, SuggestsOnlyAfterTheBaselineAndFromTheWeakestTask) {
  v1::SuggestGoalsRequest request;
  request.set_parent(Parent());
  EXPECT_THAT(Call<v1::SuggestGoalsResponse>("SuggestGoals", request),
              HasReason("BASELINE_MISSING"));
  ASSERT_THAT(Submit(v1::ASSESSMENT_KIND_BASELINE), IsOk());
  auto suggested = Call<v1::SuggestGoalsResponse>("SuggestGoals", request);
  ASSERT_THAT(suggested, IsOk());
  ASSERT_EQ(suggested->suggestions_size(), 3);
  const v1::GoalTemplate first = suggested->suggestions(0).goal_template();
  EXPECT_EQ(first.name(), "goalTemplates/lock-the-team-account");
  EXPECT_THAT(suggested->suggestions(0).why(), HasSubstr("do not yet protect"));
  v1::CreateGoalRequest create = OwnGoal();
  create.mutable_goal()->Clear();
  create.mutable_goal()->set_goal_template(first.name());
  ASSERT_THAT(Create(create), IsOk());
  suggested = Call<v1::SuggestGoalsResponse>("SuggestGoals", request);
  ASSERT_THAT(suggested, IsOk());
  EXPECT_NE(suggested->suggestions(0).goal_template().name(), first.name());
}

TEST_F(GoalsServiceTest, BeginsACopyOfATemplate) {
  v1::CreateGoalRequest request = OwnGoal();
  request.mutable_goal()->set_goal_template("goalTemplates/eighty-words");
  const auto created = Create(request);
  ASSERT_THAT(created, IsOk());
  const v1::Goal& goal = created->goal();
  EXPECT_EQ(goal.title(), "Say it in eighty words");
  EXPECT_EQ(goal.setting(), v1::GOAL_SETTING_ON_PLATFORM);
  EXPECT_EQ(goal.steps_size(), 3);
  EXPECT_EQ(goal.state(), v1::GOAL_STATE_OPEN);
  EXPECT_EQ(goal.due_date().day(), 24);
  EXPECT_EQ(goal.due_date().month(), 12);
  const auto told = Told();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].goal_changed().state(), v1::GOAL_STATE_OPEN);
  EXPECT_EQ(told[0].goal_changed().version(), 1);
}

TEST_F(GoalsServiceTest, RefusesGoalsThatBreakARule) {
  v1::CreateGoalRequest request = OwnGoal();
  request.mutable_goal()->set_goal_template("goalTemplates/nobodys");
  EXPECT_THAT(Create(request), HasReason("GOAL_TEMPLATE_NOT_FOUND"));
  request = OwnGoal();
  request.mutable_goal()->mutable_due_date()->set_year(2026);
  request.mutable_goal()->mutable_due_date()->set_month(12);
  request.mutable_goal()->mutable_due_date()->set_day(25);
  EXPECT_THAT(Create(request), HasReason("GOAL_TOO_LONG"));
  request.mutable_goal()->mutable_due_date()->set_day(32);
  EXPECT_THAT(Create(request), HasReason("DATE_MALFORMED"));
  request = OwnGoal();
  request.mutable_goal()->clear_setting();
  EXPECT_THAT(Create(request), HasReason("SETTING_MISSING"));
  clock_.Set(kNow + 91 * absl::Hours(24));  // past the review of what goes with a tool
  request = OwnGoal();
  request.mutable_goal()->set_goal_template("goalTemplates/lock-the-team-account");
  EXPECT_THAT(Create(request), HasReason("GOAL_TEMPLATE_STALE"));
  EXPECT_THAT(Told(), IsEmpty());
}

TEST_F(GoalsServiceTest, CountsFromTheOrganisationsDay) {
  clock_.Set(absl::FromUnixSeconds(1782858600));  // 2026-06-30 22:30 UTC; in London it is July
  const v1::Goal goal = MakeGoal();
  EXPECT_EQ(goal.due_date().month(), 7);
  EXPECT_EQ(goal.due_date().day(), 30);
}

TEST_F(GoalsServiceTest, LeavesRoomForThreeOpenGoalsEvenWhenManyAreBegunAtOnce) {
  std::vector<absl::Status> results(8);
  std::vector<std::thread> threads;
  for (absl::Status& result : results) {
    threads.emplace_back(
        [&result, this, request = OwnGoal()] { result = Create(request).status(); });
  }
  for (std::thread& thread : threads) thread.join();
  int begun = 0;
  for (const absl::Status& result : results) {
    if (result.ok()) {
      ++begun;
    } else {
      EXPECT_THAT(result, HasReason("TOO_MANY_OPEN_GOALS"));
    }
  }
  EXPECT_EQ(begun, 3);
  EXPECT_EQ(Told().size(), 3u);
}

TEST_F(GoalsServiceTest, GoesThroughAGoalAndTellsOfEachTurn) {
  const v1::Goal goal = MakeGoal();
  const v1::CompleteGoalStepRequest step = Step(goal.name());
  const auto stepped = Call<v1::CompleteGoalStepResponse>("CompleteGoalStep", step);
  ASSERT_THAT(stepped, IsOk());
  EXPECT_EQ(stepped->goal().steps(0).done_time().seconds(), absl::ToUnixSeconds(kNow));
  EXPECT_NE(stepped->goal().etag(), goal.etag());
  // The same request, and another one for the same step: no second contribution.
  ASSERT_THAT(Call<v1::CompleteGoalStepResponse>("CompleteGoalStep", step), IsOk());
  ASSERT_THAT(Call<v1::CompleteGoalStepResponse>("CompleteGoalStep", Step(goal.name())), IsOk());
  EXPECT_THAT(Call<v1::CompleteGoalStepResponse>("CompleteGoalStep", Step(goal.name(), 2)),
              HasReason("STEP_UNKNOWN"));
  const auto finished = Call<v1::FinishGoalResponse>("FinishGoal", Finish(goal.name()));
  ASSERT_THAT(finished, IsOk());
  EXPECT_EQ(finished->goal().state(), v1::GOAL_STATE_DONE);
  EXPECT_EQ(finished->goal().reflection(), "They all knew something.");
  EXPECT_THAT(Call<v1::LetGoOfGoalResponse>("LetGoOfGoal", LetGo(goal.name())),
              HasReason("GOAL_STATE"));
  const auto told = Told();
  ASSERT_EQ(told.size(), 3u);
  EXPECT_TRUE(told[0].has_goal_changed());
  EXPECT_EQ(told[1].goal_step_done().step(), 1);
  EXPECT_EQ(told[1].goal_step_done().done_time().seconds(), absl::ToUnixSeconds(kNow));
  EXPECT_EQ(told[2].goal_changed().state(), v1::GOAL_STATE_DONE);
  for (const events::v1::Event& event : told) {
    EXPECT_THAT(event.DebugString(), ::testing::Not(HasSubstr("people"))) << "texts stay here";
  }
}

TEST_F(GoalsServiceTest, LetsGoAndMakesRoom) {
  const v1::Goal goal = MakeGoal("a");
  MakeGoal("b");
  MakeGoal("c");
  EXPECT_THAT(Create(OwnGoal("d")), HasReason("TOO_MANY_OPEN_GOALS"));
  const auto gone = Call<v1::LetGoOfGoalResponse>("LetGoOfGoal", LetGo(goal.name()));
  ASSERT_THAT(gone, IsOk());
  EXPECT_EQ(gone->goal().state(), v1::GOAL_STATE_LET_GO);
  EXPECT_THAT(Create(OwnGoal("d")), IsOk());
}

TEST_F(GoalsServiceTest, AnswersTheSameRequestOnce) {
  const v1::CreateGoalRequest request = OwnGoal();
  const auto first = Create(request);
  ASSERT_THAT(first, IsOk());
  const auto again = Create(request);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->goal().name(), first->goal().name());
  v1::CreateGoalRequest other = request;
  other.mutable_goal()->set_title("Ask four people");
  EXPECT_THAT(Create(other), HasReason("REQUEST_ID_REUSED"));
  EXPECT_EQ(Told().size(), 1u);
}

TEST_F(GoalsServiceTest, ListsGoalsInPagesThatBelongToTheirQuery) {
  for (const char* title : {"a", "b", "c"}) MakeGoal(title);
  v1::ListGoalsRequest request;
  request.set_parent(Parent());
  request.set_page_size(2);
  std::vector<std::string> titles;
  int pages = 0;
  do {
    const auto page = Call<v1::ListGoalsResponse>("ListGoals", request);
    ASSERT_THAT(page, IsOk());
    for (const v1::Goal& goal : page->goals()) titles.push_back(goal.title());
    request.set_page_token(page->next_page_token());
    if (++pages == 1) {
      v1::ListGoalsRequest other = request;
      other.set_state(v1::GOAL_STATE_DONE);
      EXPECT_THAT(Call<v1::ListGoalsResponse>("ListGoals", other),
                  HasReason("PAGE_TOKEN_OF_ANOTHER_QUERY"));
    }
  } while (!request.page_token().empty());
  EXPECT_EQ(pages, 2);
  EXPECT_THAT(titles, ElementsAre("c", "b", "a"));
}

TEST_F(GoalsServiceTest, ListsTheLibraryInPagesAndByArea) {
  v1::ListGoalTemplatesRequest request;
  request.set_page_size(7);
  std::vector<std::string> names;
  do {
    const auto page = Call<v1::ListGoalTemplatesResponse>("ListGoalTemplates", request);
    ASSERT_THAT(page, IsOk());
    for (const v1::GoalTemplate& one : page->goal_templates()) names.push_back(one.name());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(names.size(), catalogue_->goal_templates().size());
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  request.set_page_size(0);
  request.set_area("listening");
  const auto listening = Call<v1::ListGoalTemplatesResponse>("ListGoalTemplates", request);
  ASSERT_THAT(listening, IsOk());
  EXPECT_GE(listening->goal_templates_size(), 4);
  for (const v1::GoalTemplate& one : listening->goal_templates()) {
    EXPECT_EQ(one.area(), "listening");
  }
}

TEST_F(GoalsServiceTest, KnowsNoGoalOrAssessmentThatIsNotThere) {
  v1::GetGoalRequest goal;
  goal.set_name(absl::StrCat(Parent(), "/goals/", NewId()));
  EXPECT_THAT(Call<v1::GetGoalResponse>("GetGoal", goal), HasReason("GOAL_NOT_FOUND"));
  EXPECT_THAT(Call<v1::FinishGoalResponse>("FinishGoal", Finish(goal.name())),
              HasReason("GOAL_NOT_FOUND"));
  v1::GetAssessmentRequest assessment;
  assessment.set_name(absl::StrCat(Parent(), "/assessments/", NewId()));
  EXPECT_THAT(Call<v1::GetAssessmentResponse>("GetAssessment", assessment),
              HasReason("ASSESSMENT_NOT_FOUND"));
}

}  // namespace
}  // namespace dap::goals
