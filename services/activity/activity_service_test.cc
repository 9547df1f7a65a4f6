#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/requests/records.h"
#include "services/activity/testing/activity_test_base.h"

namespace dap::activity {
namespace {

using status::HasReason;
using status::IsOk;
using status::NamesField;
using status::StatusIs;
using testing::AllOf;
using testing::ElementsAre;
using testing::SizeIs;

TEST_F(ActivityTest, LogsAnActivityAndTellsOfIt) {
  const auto logged = Log(LogRequest());
  ASSERT_THAT(logged, IsOk());
  EXPECT_EQ(logged->activity().note(), "my own words");
  EXPECT_EQ(logged->activity().visibility(), v1::VISIBILITY_PRIVATE);
  EXPECT_EQ(FromProto(logged->activity().create_time()), clock_.Now());
  EXPECT_EQ(Count("activity"), 1);
  ASSERT_EQ(CountTold(events::v1::Event::kActivityLogged), 1);
  EXPECT_FALSE(Told().back().traceparent().empty());
  const v1::Progress progress = Progress();
  EXPECT_EQ(progress.momentum(), v1::MOMENTUM_STEADY);
  EXPECT_EQ(progress.weeks().rbegin()->on_platform_minutes(), 15);
  EXPECT_FALSE(progress.balance().defined());
}

TEST_F(ActivityTest, RefusesWhatCannotBeLogged) {
  struct Case {
    const char* reason;
    const char* field;
    std::function<void(v1::LogActivityRequest&)> spoil;
  };
  const auto time = [](v1::LogActivityRequest& request, absl::Time at) {
    *request.mutable_activity()->mutable_activity_time() = ToProto(at);
  };
  for (const Case& c : std::vector<Case>{
           {"KIND_NOT_LOGGED", "activity.kind",
            [](auto& r) { r.mutable_activity()->set_kind(v1::ACTIVITY_KIND_GATHER); }},
           {"SETTING_NOT_LOGGED", "activity.setting",
            [](auto& r) { r.mutable_activity()->set_setting(v1::SETTING_GATHERING); }},
           {"ACTIVITY_IN_FUTURE", "activity.activity_time",
            [&](auto& r) { time(r, clock_.Now() + absl::Minutes(6)); }},
           {"ACTIVITY_TOO_OLD", "activity.activity_time",
            [&](auto& r) { time(r, clock_.Now() - absl::Hours(24 * 61)); }},
           {"ACTIVITY_BEFORE_ENROLMENT", "activity.activity_time",
            [&](auto& r) { time(r, clock_.Now() - absl::Hours(24)); }},
           {"GOAL_OF_ANOTHER_ENROLMENT", "activity.goal",
            [&](auto& r) {
              r.mutable_activity()->set_goal(absl::StrCat(
                  EnrolmentName(organisation_, cohort_, ids_.Next()), "/goals/", NewId()));
            }},
       }) {
    v1::LogActivityRequest request = LogRequest();
    c.spoil(request);
    EXPECT_THAT(Log(request), AllOf(StatusIs(absl::StatusCode::kInvalidArgument),
                                    HasReason(c.reason), NamesField(c.field)));
  }
  EXPECT_EQ(Count("activity"), 0);
  EXPECT_EQ(Count("request_record"), 0);
}

// An app that was offline may send again for as long as an entry may be late.
TEST_F(ActivityTest, ALogThatComesAgainAfterWeeksCountsOnce) {
  v1::LogActivityRequest request = LogRequest();
  request.mutable_activity()->set_link("https://example.org/what-i-read");
  const auto logged = Log(request);
  ASSERT_THAT(logged, IsOk());
  EXPECT_EQ(Query("SELECT response LIKE '%my own words%' OR response LIKE '%what-i-read%'"
                  " FROM request_record WHERE organisation = ?")[0]
                .Int(0),
            0)
      << "text is the activity's alone, so that a correction or deletion takes it away";
  for (int days : {8, 52}) {
    clock_.Advance(absl::Hours(24 * days));
    ASSERT_THAT(requests::Trim(pool(), clock_.Now(), Deadline()), IsOk());
    const auto again = Log(request);
    ASSERT_THAT(again, IsOk());
    EXPECT_EQ(again->DebugString(), logged->DebugString());
    EXPECT_EQ(Count("activity"), 1);
  }
}

TEST_F(ActivityTest, OnlyWhoTakesPartLogs) {
  Enrol(enrolment::v1::ENROLMENT_STATE_PAUSED);
  EXPECT_THAT(Log(LogRequest()), IsOk());
  const v1::LogActivityRequest carried_out = LogRequest();
  EXPECT_THAT(Log(carried_out), IsOk());
  Enrol(enrolment::v1::ENROLMENT_STATE_WITHDRAWN);
  EXPECT_THAT(Log(LogRequest()),
              AllOf(StatusIs(absl::StatusCode::kFailedPrecondition), HasReason("ENROLMENT_STATE")));
  EXPECT_THAT(Log(carried_out), IsOk()) << "a request carried out before gets its first answer";
}

TEST_F(ActivityTest, ListsActivitiesNewestFirstByPages) {
  for (int i = 0; i < 5; ++i) {
    clock_.Advance(absl::Minutes(1));
    ASSERT_THAT(Log(LogRequest(v1::SETTING_OFF_PLATFORM, i + 1)), IsOk());
  }
  v1::ListActivitiesRequest request;
  request.set_parent(Name(me_));
  request.set_page_size(2);
  std::vector<int> minutes;
  do {
    const auto page = Call<v1::ListActivitiesResponse>("ListActivities", request, Me());
    ASSERT_THAT(page, IsOk());
    for (const v1::Activity& activity : page->activities()) minutes.push_back(activity.minutes());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(minutes, ElementsAre(5, 4, 3, 2, 1));
}

TEST_F(ActivityTest, ACoachSeesTextsOnlyWhereTheyMayAndTheLookIsRecorded) {
  v1::LogActivityRequest shown = LogRequest();
  shown.mutable_activity()->set_visibility(v1::VISIBILITY_COACH);
  ASSERT_THAT(Log(LogRequest()), IsOk());
  clock_.Advance(absl::Minutes(1));
  ASSERT_THAT(Log(shown), IsOk());
  v1::ListActivitiesRequest request;
  request.set_parent(Name(me_));
  const auto seen = Call<v1::ListActivitiesResponse>("ListActivities", request, Coach());
  ASSERT_THAT(seen, IsOk());
  ASSERT_THAT(seen->activities(), SizeIs(2));
  EXPECT_EQ(seen->activities(0).note(), "my own words");
  EXPECT_EQ(seen->activities(1).note(), "");
  EXPECT_EQ(Count("private_read"), 1);
  ASSERT_THAT(Call<v1::ListActivitiesResponse>("ListActivities", request, Me()), IsOk());
  EXPECT_EQ(Count("private_read"), 1) << "one's own look is not recorded";
}

TEST_F(ActivityTest, ProgressHoldsForAnyPastDay) {
  for (int day = 0; day < 4; ++day) {
    clock_.Set(At(kFirstDay + day));
    ASSERT_THAT(
        Log(LogRequest(day % 2 == 0 ? v1::SETTING_ON_PLATFORM : v1::SETTING_OFF_PLATFORM, 20)),
        IsOk());
  }
  clock_.Set(At(kFirstDay + 21));
  EXPECT_EQ(Progress().momentum(), v1::MOMENTUM_QUIET);
  EXPECT_EQ(Progress().facts().working_days_silent(), 12);
  const v1::Progress then = Progress(kFirstDay + 3);
  EXPECT_EQ(then.momentum(), v1::MOMENTUM_STEADY);
  EXPECT_EQ(then.balance().share(), 0.5);
  EXPECT_EQ(then.balance().side(), v1::BALANCE_SIDE_IN_BALANCE);
  EXPECT_FALSE(Progress(kFirstDay + 2).balance().defined());
  EXPECT_EQ(Progress(kFirstDay - 1).momentum(), v1::MOMENTUM_AWAITING_KICKOFF);

  v1::GetProgressRequest request;
  request.set_parent(Name(me_));
  *request.mutable_as_of_date() = ToProto(kFirstDay + 22);
  EXPECT_THAT(Call<v1::GetProgressResponse>("GetProgress", request, Me()),
              AllOf(HasReason("DATE_IN_FUTURE"), NamesField("as_of_date")));
  request.mutable_as_of_date()->set_day(31);
  EXPECT_THAT(Call<v1::GetProgressResponse>("GetProgress", request, Me()),
              HasReason("DATE_MALFORMED"));
}

TEST_F(ActivityTest, HearsOfContributionsFromTheOtherServices) {
  events::v1::Event attended;
  attended.mutable_session_attended()->set_session(Bytes(ids_.Next()));
  attended.mutable_session_attended()->set_enrolment(Bytes(me_.enrolment));
  *attended.mutable_session_attended()->mutable_start_time() = ToProto(start_);
  attended.mutable_session_attended()->set_minutes(90);
  Hear(EnrolmentHandler(*context_), attended);
  Hear(EnrolmentHandler(*context_), attended);
  events::v1::Event step;
  step.mutable_goal_step_done()->set_enrolment(Bytes(me_.enrolment));
  step.mutable_goal_step_done()->set_goal(Bytes(ids_.Next()));
  step.mutable_goal_step_done()->set_step(1);
  *step.mutable_goal_step_done()->mutable_done_time() = ToProto(clock_.Now());
  Hear(GoalsHandler(), step);
  events::v1::Event assessment;
  assessment.mutable_assessment_submitted()->set_enrolment(Bytes(me_.enrolment));
  assessment.mutable_assessment_submitted()->set_assessment(Bytes(ids_.Next()));
  Hear(GoalsHandler(), assessment);
  const v1::Week week = *Progress().weeks().rbegin();
  EXPECT_EQ(week.gathering_minutes(), 90) << "once";
  EXPECT_EQ(week.contributions(), 3);
}

TEST_F(ActivityTest, StandsStillWhileEveryOpenGoalIsBlocked) {
  const auto hear = [&](const id::Uuid& goal, goals::v1::GoalState state, int version) {
    events::v1::Event event;
    event.mutable_goal_changed()->set_goal(Bytes(goal));
    event.mutable_goal_changed()->set_enrolment(Bytes(me_.enrolment));
    event.mutable_goal_changed()->set_state(state);
    event.mutable_goal_changed()->set_version(version);
    Hear(GoalsHandler(), event);
  };
  const id::Uuid first = ids_.Next(), second = ids_.Next();
  hear(first, goals::v1::GOAL_STATE_BLOCKED, 2);
  EXPECT_EQ(Progress().momentum(), v1::MOMENTUM_PAUSED);
  hear(second, goals::v1::GOAL_STATE_OPEN, 1);
  EXPECT_EQ(Progress().momentum(), v1::MOMENTUM_STEADY);
  hear(second, goals::v1::GOAL_STATE_DONE, 2);
  EXPECT_EQ(Progress().momentum(), v1::MOMENTUM_PAUSED);
  hear(first, goals::v1::GOAL_STATE_OPEN, 1);  // late: an older version
  EXPECT_EQ(Progress().momentum(), v1::MOMENTUM_PAUSED);
  hear(first, goals::v1::GOAL_STATE_OPEN, 3);
  EXPECT_EQ(Progress().momentum(), v1::MOMENTUM_STEADY);
}

TEST_F(ActivityTest, AnEventOfGoalsMayComeBeforeTheEnrolments) {
  const Person late = {ids_.Next(), ids_.Next()};
  events::v1::Event assessment;
  assessment.mutable_assessment_submitted()->set_enrolment(Bytes(late.enrolment));
  assessment.mutable_assessment_submitted()->set_assessment(Bytes(ids_.Next()));
  Hear(GoalsHandler(), assessment);
  v1::LogActivityRequest request = LogRequest();
  request.set_parent(Name(late));
  const auto as_late = As(late.staff, {options::v1::ROLE_PARTICIPANT});
  EXPECT_THAT(Call<v1::LogActivityResponse>("LogActivity", request, as_late),
              HasReason("ENROLMENT_NOT_FOUND"));
  Enrol(Entry(late, enrolment::v1::ENROLMENT_STATE_ACTIVE));
  EXPECT_THAT(Call<v1::LogActivityResponse>("LogActivity", request, as_late), IsOk());
  EXPECT_EQ(Query("SELECT last_contribution_at FROM participation WHERE organisation = ?"
                  " AND enrolment = ?",
                  {late.enrolment})[0]
                .Time(0),
            clock_.Now());
}

TEST_F(ActivityTest, APageTokenBelongsToItsQueryAndCaller) {
  for (int i = 0; i < 2; ++i) ASSERT_THAT(Log(LogRequest()), IsOk());
  v1::ListActivitiesRequest request;
  request.set_parent(Name(me_));
  request.set_page_size(1);
  const auto page = Call<v1::ListActivitiesResponse>("ListActivities", request, Me());
  ASSERT_THAT(page, IsOk());
  request.set_page_token(page->next_page_token());
  EXPECT_THAT(Call<v1::ListActivitiesResponse>("ListActivities", request, Coach()),
              HasReason("PAGE_TOKEN_OF_ANOTHER_QUERY"));
}

}  // namespace
}  // namespace dap::activity
