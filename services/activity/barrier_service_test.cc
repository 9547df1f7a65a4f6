// Barriers, method by method, with what is stored and told.
#include "services/activity/barrier_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include "services/activity/testing/barrier_test_base.h"

namespace dap::activity {
namespace {

using status::HasReason;
using status::IsOk;
using status::NamesField;
using status::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using BarrierServiceTest = BarrierTestBase;

TEST_F(BarrierServiceTest, AReportIsKeptToldAndAContribution) {
  const std::string goal = HearGoal(me_);
  const auto reported = Report(me_, "https://www.Facebook.com/groups", 25, {goal});
  ASSERT_THAT(reported, IsOk());
  EXPECT_FALSE(reported->joined());
  const v1::Barrier& barrier = reported->barrier();
  EXPECT_EQ(barrier.tool(), "https://www.Facebook.com/groups");
  EXPECT_EQ(barrier.state(), v1::BARRIER_STATE_REPORTED);
  EXPECT_EQ(barrier.people_at_least(), 0);
  EXPECT_TRUE(barrier.reported_by_me());
  EXPECT_EQ(reported->report().minutes_lost(), 25);
  EXPECT_THAT(reported->report().goals(), ElementsAre(goal));
  const auto got = Get(barrier.name(), Me());
  ASSERT_THAT(got, IsOk());
  EXPECT_EQ(got->barrier().SerializeAsString(), barrier.SerializeAsString());
  EXPECT_EQ(got->my_report().SerializeAsString(), reported->report().SerializeAsString());
  EXPECT_THAT(Kept(barrier.name()), ElementsAre(1, 1, 25, 1));
  EXPECT_EQ(Count("contribution"), 1);
  const auto told = Standings();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].enrolment(), Bytes(me_.enrolment));
  EXPECT_THAT(told[0].goals(), ElementsAre(Bytes(LastId(goal))));
  EXPECT_EQ(told[0].state(), v1::BARRIER_STATE_REPORTED);
}

TEST_F(BarrierServiceTest, TheSameToolAgainIsAMeToo) {
  const Person other = EnrolAnother();
  const auto first = Report(me_, "www.facebook.com");
  ASSERT_THAT(first, IsOk());
  const auto second = Report(other, "FACEBOOK.com ");
  ASSERT_THAT(second, IsOk());
  EXPECT_TRUE(second->joined());
  EXPECT_EQ(second->barrier().name(), first->barrier().name());
  EXPECT_EQ(second->barrier().tool(), "www.facebook.com");
  const auto elsewhere = Report(other, "facebook.com", 0, {}, v1::BARRIER_CATEGORY_OLD_BROWSER);
  ASSERT_THAT(elsewhere, IsOk());
  EXPECT_FALSE(elsewhere->joined());
  ASSERT_THAT(Resolve(first->barrier().name(), v1::BARRIER_STATE_FIXED), IsOk());
  const auto anew = Report(me_, "facebook.com");
  ASSERT_THAT(anew, IsOk());
  EXPECT_FALSE(anew->joined());
  EXPECT_THAT(Reopen(first->barrier().name()), HasReason("BARRIER_REPORTED_ANEW"));
  EXPECT_EQ(Get(first->barrier().name()).state(), v1::BARRIER_STATE_FIXED);
}

TEST_F(BarrierServiceTest, ARetryOfAReportCountsOnce) {
  const auto request = ReportRequest("Slack", ReportOf(me_, 5));
  const auto first = Call<v1::ReportBarrierResponse>("ReportBarrier", request, Me());
  const auto again = Call<v1::ReportBarrierResponse>("ReportBarrier", request, Me());
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(first->SerializeAsString(), again->SerializeAsString());
  EXPECT_EQ(again->report().tried(), request.report().tried());
  EXPECT_EQ(Recorded(request.report().tried()), 0);
  EXPECT_EQ(Count("barrier"), 1);
  EXPECT_EQ(Count("contribution"), 1);
}

TEST_F(BarrierServiceTest, FiftyPeopleAtOnceAreFiftyPeopleOnOneBarrier) {
  std::vector<Person> people;
  for (int i = 0; i < 25; ++i) people.push_back(EnrolAnother());
  std::atomic<int> refused = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 50; ++i) {
    // Everybody twice, with requests of their own.
    threads.emplace_back([&, i] {
      if (!Report(people[i % 25], "Teams", 10).ok()) ++refused;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(refused, 0);
  EXPECT_EQ(Count("barrier"), 1);
  EXPECT_EQ(Count("barrier_report"), 25);
  EXPECT_EQ(Query("SELECT people FROM barrier WHERE organisation = ?")[0].Int(0), 25);
  EXPECT_EQ(Query("SELECT SUM(minutes_lost) FROM barrier_report WHERE organisation = ?")[0].Int(0),
            250);
  EXPECT_EQ(Count("contribution"), 25);
  const auto barrier = BarrierName(
      organisation_, Query("SELECT barrier FROM barrier WHERE organisation = ?")[0].Uuid(0));
  EXPECT_EQ(Get(barrier).people_at_least(), 20);
  const auto changes = Changes(barrier);
  ASSERT_THAT(changes, SizeIs(2));
  EXPECT_EQ(changes[0].state(), v1::BARRIER_STATE_REPORTED);
  EXPECT_EQ(changes[1].state(), v1::BARRIER_STATE_CORROBORATED);
}

TEST_F(BarrierServiceTest, ThreePeopleCorroborateItAndNobodyIsTwo) {
  const auto reported = Report(me_, "Slack");
  ASSERT_THAT(reported, IsOk());
  const std::string name = reported->barrier().name();
  for (int i = 0; i < 3; ++i) ASSERT_THAT(MeToo(me_, name), IsOk());
  EXPECT_EQ(Get(name).state(), v1::BARRIER_STATE_REPORTED);
  ASSERT_THAT(MeToo(EnrolAnother(), name), IsOk());
  EXPECT_EQ(Get(name).state(), v1::BARRIER_STATE_REPORTED);
  const auto third = MeToo(EnrolAnother(), name);
  ASSERT_THAT(third, IsOk());
  EXPECT_EQ(third->barrier().state(), v1::BARRIER_STATE_CORROBORATED);
  EXPECT_THAT(Kept(name), ElementsAre(3, 3, 0, 0));
}

TEST_F(BarrierServiceTest, TheNumberOfPeopleIsTheOrganisations) {
  ASSERT_THAT(db::Transaction(pool(), Deadline(),
                              [&](db::Connection& tx) {
                                return tx
                                    .Execute(
                                        "INSERT INTO barrier_settings (organisation,"
                                        " corroborated_people) VALUES (?, 1)",
                                        {organisation_})
                                    .status();
                              }),
              IsOk());
  const auto reported = Report(me_, "Slack");
  ASSERT_THAT(reported, IsOk());
  EXPECT_EQ(reported->barrier().state(), v1::BARRIER_STATE_CORROBORATED);
}

TEST_F(BarrierServiceTest, ASecondReportTakesThePlaceOfTheFirstAndAddsGoals) {
  const std::string one = HearGoal(me_), two = HearGoal(me_);
  const auto reported = Report(me_, "Slack", 30, {one});
  ASSERT_THAT(reported, IsOk());
  v1::BarrierReport tap;
  tap.set_enrolment(Name(me_));
  auto again =
      Call<v1::SayMeTooResponse>("SayMeToo", MeTooRequest(reported->barrier().name(), tap), Me());
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->report().SerializeAsString(), reported->report().SerializeAsString());
  again = MeToo(me_, reported->barrier().name(), 45, {two});
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->report().minutes_lost(), 45);
  EXPECT_THAT(again->report().goals(), SizeIs(2));
  EXPECT_THAT(Kept(reported->barrier().name()), ElementsAre(1, 1, 45, 2));
  EXPECT_EQ(Count("contribution"), 1);
}

TEST_F(BarrierServiceTest, ACoachReportsForTheirOwnParticipantsOnly) {
  const auto request = ReportRequest("Slack", ReportOf(me_));
  const auto reported = Call<v1::ReportBarrierResponse>("ReportBarrier", request, Coach());
  ASSERT_THAT(reported, IsOk());
  EXPECT_TRUE(reported->report().reported_by_coach());
  EXPECT_FALSE(reported->barrier().reported_by_me());
  EXPECT_EQ(Count("contribution"), 0);  // they did nothing yet
  EXPECT_TRUE(Get(reported->barrier().name(), Me())->barrier().reported_by_me());
  const auto stranger = ActivityTest::As(ids_.Next(), {options::v1::ROLE_COACH});
  EXPECT_THAT(Call<v1::ReportBarrierResponse>("ReportBarrier",
                                              ReportRequest("Slack", ReportOf(me_)), stranger),
              StatusIs(absl::StatusCode::kPermissionDenied));
  // A coach by the data whose token does not say so is none.
  const auto no_role = ActivityTest::As(coach_, {options::v1::ROLE_PARTICIPANT});
  EXPECT_THAT(Call<v1::ReportBarrierResponse>("ReportBarrier",
                                              ReportRequest("Slack", ReportOf(me_)), no_role),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(BarrierServiceTest, WhatIsWrongIsNamedAndChangesNothing) {
  const Person other = EnrolAnother();
  const std::string goal = HearGoal(me_), ended = HearGoal(me_, 3), theirs = HearGoal(other);
  const auto before = Rows();
  const auto refused = [&](const v1::ReportBarrierRequest& request) {
    const auto answer = Call<v1::ReportBarrierResponse>("ReportBarrier", request, Me());
    EXPECT_FALSE(answer.ok());
    EXPECT_EQ(Rows(), before);
    return answer.status();
  };
  v1::ReportBarrierRequest request = ReportRequest("...", ReportOf(me_));
  EXPECT_THAT(refused(request), HasReason("TOOL_BLANK"));
  request = ReportRequest("", ReportOf(me_, 2401), static_cast<v1::BarrierCategory>(0));
  request.mutable_report()->set_tried(std::string(2001, 'x'));
  const absl::Status several = refused(request);
  for (const char* field :
       {"barrier.category", "barrier.tool", "report.minutes_lost", "report.tried"}) {
    EXPECT_THAT(several, NamesField(field));
  }
  EXPECT_THAT(refused(ReportRequest("ann@example.org", ReportOf(me_))),
              HasReason("TOOL_NAMES_A_PERSON"));
  EXPECT_THAT(refused(ReportRequest("two\nlines", ReportOf(me_))), NamesField("barrier.tool"));
  EXPECT_THAT(refused(ReportRequest("rtl \xe2\x80\xae mark", ReportOf(me_))),
              NamesField("barrier.tool"));
  EXPECT_THAT(refused(ReportRequest("x", ReportOf(me_), static_cast<v1::BarrierCategory>(77))),
              HasReason("CATEGORY_UNKNOWN"));
  EXPECT_THAT(refused(ReportRequest("x", ReportOf(me_, 0, {theirs}))),
              NamesField("report.goals[0]"));
  EXPECT_THAT(
      refused(ReportRequest("x", ReportOf(me_, 0, {goal.substr(0, goal.size() - 36) + NewId()}))),
      HasReason("GOAL_NOT_FOUND"));
  EXPECT_THAT(refused(ReportRequest("x", ReportOf(me_, 0, {goal, ended}))),
              HasReason("GOAL_STATE"));
  EXPECT_THAT(refused(ReportRequest("x", ReportOf(other))),
              StatusIs(absl::StatusCode::kPermissionDenied));
  request = ReportRequest("x", ReportOf(me_));
  request.mutable_report()->set_enrolment(EnrolmentName(ids_.Next(), cohort_, me_.enrolment));
  EXPECT_THAT(refused(request), HasReason("ENROLMENT_OF_ANOTHER_ORGANISATION"));
}

TEST_F(BarrierServiceTest, WhoHasEndedReportsNothingMoreAndSeesAllThatIsInTheWay) {
  const auto reported = Report(EnrolAnother(), "Slack");
  ASSERT_THAT(reported, IsOk());
  const std::string ended = HearGoal(me_, 4);
  Enrol(enrolment::v1::ENROLMENT_STATE_WITHDRAWN);
  const auto before = Rows();
  const auto refused = MeToo(me_, reported->barrier().name(), 0, {ended});
  EXPECT_THAT(refused, HasReason("ENROLMENT_STATE"));
  EXPECT_EQ(status::Violations(refused.status()).size(), 2u);
  EXPECT_EQ(Rows(), before);
}

TEST_F(BarrierServiceTest, ItsWayIsToldWithWhoAndWhenButNeverWhoReported) {
  const auto reported = Report(me_, "Slack");
  ASSERT_THAT(reported, IsOk());
  const std::string name = reported->barrier().name();
  EXPECT_THAT(Raise(name, ""), HasReason("BARRIER_NOT_CORROBORATED"));
  clock_.Set(start_ + absl::Hours(1));
  ASSERT_THAT(Raise(name), IsOk());
  EXPECT_THAT(Call<v1::ResolveBarrierResponse>(
                  "ResolveBarrier", ResolveRequest(name, v1::BARRIER_STATE_REFUSED, ""), Admin()),
              NamesField("reason"));
  EXPECT_THAT(Resolve(name, v1::BARRIER_STATE_MERGED), HasReason("BARRIER_STATE"));
  EXPECT_THAT(Resolve(name, v1::BARRIER_STATE_RAISED), NamesField("state"));
  ASSERT_THAT(Resolve(name, v1::BARRIER_STATE_REFUSED), IsOk());
  EXPECT_THAT(Raise(name), HasReason("BARRIER_STATE"));
  ASSERT_THAT(Reopen(name), IsOk());
  ASSERT_THAT(Resolve(name, v1::BARRIER_STATE_FIXED), IsOk());
  const auto changes = Changes(name);
  ASSERT_THAT(changes, SizeIs(5));
  EXPECT_THAT(changes[0].changed_by(), IsEmpty());
  EXPECT_THAT(changes[1].changed_by(), HasSubstr(coach_.ToString()));
  EXPECT_EQ(changes[1].ticket(), "INC-4711");
  EXPECT_EQ(changes[1].change_time().seconds(), absl::ToUnixSeconds(start_ + absl::Hours(1)));
  EXPECT_THAT(changes[2].changed_by(), HasSubstr(admin_.ToString()));
  EXPECT_EQ(changes[2].reason(), "It says so here.");
  EXPECT_EQ(changes[3].state(), v1::BARRIER_STATE_RAISED);
  EXPECT_EQ(changes[4].state(), v1::BARRIER_STATE_FIXED);
  for (const auto& change : changes) {
    EXPECT_EQ(change.DebugString().find(me_.staff.ToString()), std::string::npos);
  }
}

TEST_F(BarrierServiceTest, AStepMeantForAnEarlierStateIsRefused) {
  const auto reported = Report(me_, "Slack");
  ASSERT_THAT(reported, IsOk());
  const std::string& name = reported->barrier().name();
  v1::RaiseBarrierRequest raise = RaiseRequest(name, "Now.");
  raise.set_etag(reported->barrier().etag());
  clock_.Set(start_ + absl::Hours(1));
  ASSERT_THAT(Raise(name), IsOk());
  EXPECT_THAT(Call<v1::RaiseBarrierResponse>("RaiseBarrier", raise, Coach()),
              HasReason("ETAG_MISMATCH"));
  raise.set_etag(Get(name).etag());
  clock_.Set(start_ + absl::Hours(2));
  EXPECT_THAT(Call<v1::RaiseBarrierResponse>("RaiseBarrier", raise, Coach()), IsOk());
  EXPECT_NE(Get(name).etag(), raise.etag());
}

TEST_F(BarrierServiceTest, TheEtagDoesNotTellHowManyPeopleReported) {
  const auto reported = Report(me_, "Slack");
  ASSERT_THAT(reported, IsOk());
  const std::string& name = reported->barrier().name();
  ASSERT_THAT(MeToo(EnrolAnother(), name), IsOk());
  EXPECT_EQ(Get(name).etag(), reported->barrier().etag());
  ASSERT_THAT(MeToo(EnrolAnother(), name), IsOk());
  const std::string corroborated = Get(name).etag();
  EXPECT_NE(corroborated, reported->barrier().etag());
  for (int i = 0; i < 4; ++i) {
    ASSERT_THAT(MeToo(EnrolAnother(), name), IsOk());
    EXPECT_EQ(Get(name).etag(), corroborated);
  }
}

TEST_F(BarrierServiceTest, EverybodyItStoppedIsToldOnceOfItsEnd) {
  const Person other = EnrolAnother();
  const std::string goal = HearGoal(me_);
  const auto reported = Report(me_, "Slack", 0, {goal});
  ASSERT_THAT(reported, IsOk());
  const std::string name = reported->barrier().name();
  ASSERT_THAT(MeToo(other, name), IsOk());
  const size_t before = Standings().size();
  const v1::ResolveBarrierRequest request = ResolveRequest(name, v1::BARRIER_STATE_FIXED);
  for (int i = 0; i < 2; ++i) {
    ASSERT_THAT(Call<v1::ResolveBarrierResponse>("ResolveBarrier", request, Admin()), IsOk());
  }
  auto told = Standings();
  ASSERT_EQ(told.size(), before + 2);
  std::set<std::string> enrolments;
  for (size_t i = before; i < told.size(); ++i) {
    EXPECT_EQ(told[i].state(), v1::BARRIER_STATE_FIXED);
    EXPECT_EQ(told[i].tool(), "Slack");
    EXPECT_GT(told[i].version(), told[0].version());
    EXPECT_EQ(told[i].goals_size(), told[i].enrolment() == Bytes(me_.enrolment) ? 1 : 0);
    enrolments.insert(told[i].enrolment());
  }
  EXPECT_EQ(enrolments, (std::set<std::string>{Bytes(me_.enrolment), Bytes(other.enrolment)}));
  EXPECT_THAT(MeToo(other, name), HasReason("BARRIER_STATE"));
}

TEST_F(BarrierServiceTest, ItBlocksMeLeadsToAReportThatIsFilledIn) {
  const std::string goal = HearGoal(me_);
  SweepAfter(10);
  const db::Rows rows = Query("SELECT check_in FROM check_in WHERE organisation = ?");
  ASSERT_EQ(rows.size(), 1u);
  const std::string check_in = absl::StrCat(Name(me_), "/checkIns/", rows[0].Uuid(0).ToString());
  v1::BarrierReport early = ReportOf(me_);
  early.set_check_in(check_in);
  EXPECT_THAT(Call<v1::ReportBarrierResponse>("ReportBarrier", ReportRequest("Slack", early), Me()),
              HasReason("CHECK_IN_ANSWER"));
  v1::AnswerCheckInRequest answer;
  answer.set_name(check_in);
  answer.set_answer(v1::CHECK_IN_ANSWER_IT_BLOCKS_ME);
  answer.set_request_id(NewId());
  const auto answered = Call<v1::AnswerCheckInResponse>("AnswerCheckIn", answer, Me());
  ASSERT_THAT(answered, IsOk());
  ASSERT_TRUE(answered->has_barrier_report());
  EXPECT_EQ(answered->barrier_report().check_in(), check_in);
  EXPECT_THAT(answered->barrier_report().goals(), ElementsAre(goal));
  const auto reported = Call<v1::ReportBarrierResponse>(
      "ReportBarrier", ReportRequest("Slack", answered->barrier_report()), Me());
  ASSERT_THAT(reported, IsOk());
  EXPECT_EQ(reported->report().check_in(), check_in);
  v1::GetCheckInRequest get;
  get.set_name(check_in);
  const auto got = Call<v1::GetCheckInResponse>("GetCheckIn", get, Me());
  ASSERT_THAT(got, IsOk());
  EXPECT_EQ(got->check_in().barrier(), reported->barrier().name());
}

TEST_F(BarrierServiceTest, ABlockedGoalStopsTheSilenceClockUntilItOpens) {
  const std::string goal = HearGoal(me_);
  const auto reported = Report(me_, "Slack", 0, {goal});
  ASSERT_THAT(reported, IsOk());
  // As the goals service answers the event.
  HearGoal(me_, LastId(goal), kGoalBlocked, 2);
  SweepAfter(16);
  EXPECT_THAT(RungsTold(me_), IsEmpty());
  ASSERT_THAT(Resolve(reported->barrier().name(), v1::BARRIER_STATE_FIXED), IsOk());
  HearGoal(me_, LastId(goal), kGoalOpen, 3);
  SweepAfter(25);
  EXPECT_THAT(RungsTold(me_), IsEmpty());
  SweepAfter(26);
  EXPECT_THAT(RungsTold(me_), ElementsAre(v1::SILENCE_RUNG_CHECK_IN));
}

}  // namespace
}  // namespace dap::activity
