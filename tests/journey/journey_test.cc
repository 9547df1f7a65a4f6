// The main job, end to end: every hop is the real thing.
#include "tests/journey/journey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/status/matchers.h"
#include "tests/journey/fetch.h"

namespace dap::tests {
namespace {

using options::v1::ROLE_PARTICIPANT;
using options::v1::ROLE_PATRON;
using status::IsOk;
using testing::HasSubstr;

constexpr char kEnrolment[] = "dap.enrolment.v1.EnrolmentService/";

TEST(JourneyTest, FromTheHrSystemsStaffToACheckInThatArrives) {
  auto started = System::Start();
  ASSERT_THAT(started, IsOk());
  System& system = **started;
  Journey journey(system);

  // The HR system tells who works here.
  ASSERT_THAT(journey.MakeOrganisation(), IsOk());
  ASSERT_THAT(journey.SyncStaff(2000, 40), IsOk());
  auto staff = journey.ListStaff(1000);
  ASSERT_THAT(staff, IsOk());
  ASSERT_EQ(staff->size(), 1000u);
  const Person coach = (*staff)[0], patron = (*staff)[1];
  const Person volunteer = (*staff)[2], nominee = (*staff)[3];

  // A cohort fills: one asks, one is named; both accept in person and get a patron.
  auto cohort = journey.OpenCohort(coach, 12);
  ASSERT_THAT(cohort, IsOk());
  auto applied = journey.Apply(volunteer, *cohort);
  ASSERT_THAT(applied, IsOk());
  auto nominated = journey.Nominate(coach, nominee, *cohort);
  ASSERT_THAT(nominated, IsOk());
  const std::vector<std::string> enrolments = {*applied, *nominated};
  ASSERT_THAT(journey.Accept(volunteer, *applied), IsOk());
  ASSERT_THAT(journey.Accept(nominee, *nominated), IsOk());
  ASSERT_THAT(journey.GivePatron(coach, patron, *cohort, enrolments), IsOk());
  ASSERT_THAT(journey.KickOffAndStart(coach, *cohort, {volunteer, nominee}, enrolments), IsOk());

  // Their phone shows the kick-off, without a token, until they want that no more.
  auto feed = journey.SubscribeToCalendar(volunteer);
  ASSERT_THAT(feed, IsOk());
  const Fetched calendar = Fetch(feed->address(), system.ca_file());
  EXPECT_EQ(calendar.code, 200);
  EXPECT_THAT(calendar.body, HasSubstr("SUMMARY:Kick-off\r\n"));
  EXPECT_THAT(calendar.body, HasSubstr("DTSTART;TZID=Europe/London:"));
  ASSERT_THAT(journey.EndCalendar(volunteer, feed->calendar_feed()), IsOk());
  EXPECT_EQ(Fetch(feed->address(), system.ca_file()).code, 404);

  // The volunteer works at it, half and half.
  ASSERT_THAT(journey.TakeBaseline(volunteer, *applied), IsOk());
  auto goal = journey.BeginSuggestedGoal(volunteer, *applied);
  ASSERT_THAT(goal, IsOk());
  EXPECT_TRUE(goal->steps(0).has_done_time());
  for (int i = 0; i < 2; ++i) {
    ASSERT_THAT(journey.LogActivity(volunteer, *applied, activity::v1::SETTING_ON_PLATFORM, 15),
                IsOk());
    ASSERT_THAT(journey.LogActivity(volunteer, *applied, activity::v1::SETTING_OFF_PLATFORM, 15),
                IsOk());
  }
  ASSERT_THAT(journey.ShareExperience(volunteer, *applied, "My first post out there!"), IsOk());
  auto progress = journey.GetProgress(volunteer, *applied);
  ASSERT_THAT(progress, IsOk());
  EXPECT_TRUE(progress->balance().defined());
  EXPECT_DOUBLE_EQ(progress->balance().share(), 0.5);
  EXPECT_EQ(progress->balance().side(), activity::v1::BALANCE_SIDE_IN_BALANCE);
  EXPECT_EQ(progress->momentum(), activity::v1::MOMENTUM_STEADY);

  // A blocked site stops the goal until it is fixed.
  const auto goal_is = [&](goals::v1::GoalState state) {
    return Eventually([&] {
      const auto now = journey.GetGoal(volunteer, goal->name());
      return now.ok() && now->state() == state;
    });
  };
  auto barrier = journey.ReportBarrier(volunteer, *applied, goal->name());
  ASSERT_THAT(barrier, IsOk());
  ASSERT_TRUE(goal_is(goals::v1::GOAL_STATE_BLOCKED));
  ASSERT_THAT(journey.FixBarrier(coach, *barrier), IsOk());
  ASSERT_TRUE(goal_is(goals::v1::GOAL_STATE_OPEN));

  // Then both fall silent. Two weeks later each is asked how it goes, once, in the inbox and by
  // mail.
  journey.MoveOn(11);
  const auto check_ins = [&](const Person& person) {
    return journey.Inbox(person, ROLE_PARTICIPANT, notification::v1::MESSAGE_KIND_CHECK_IN);
  };
  ASSERT_TRUE(Eventually([&] { return !check_ins(volunteer).empty(); }));
  ASSERT_TRUE(Eventually([&] { return !check_ins(nominee).empty(); }));
  const auto fixed = [&] {
    return journey.Inbox(volunteer, ROLE_PARTICIPANT, notification::v1::MESSAGE_KIND_BARRIER);
  };
  ASSERT_TRUE(Eventually([&] { return !fixed().empty(); }));
  EXPECT_EQ(fixed().front().about(), *barrier);
  progress = journey.GetProgress(volunteer, *applied);
  ASSERT_THAT(progress, IsOk());
  EXPECT_EQ(progress->momentum(), activity::v1::MOMENTUM_QUIET);
  const std::string subject = check_ins(volunteer).front().subject();
  const auto mails = [&] {
    int count = 0;
    for (const std::string& mail : system.Mail()) {
      count += mail.find(volunteer.email) != std::string::npos &&
               mail.find("Subject: " + subject) != std::string::npos;
    }
    return count;
  };
  ASSERT_TRUE(Eventually([&] { return mails() > 0; }));

  // One answers, which ends it. The other does not, and the patron hears that a word would be
  // welcome.
  activity::v1::AnswerCheckInRequest answer;
  answer.set_name(check_ins(volunteer).front().about());
  answer.set_answer(activity::v1::CHECK_IN_ANSWER_ALL_FINE);
  answer.set_request_id(journey.NewRequestId());
  ASSERT_THAT(
      journey.Call<activity::v1::AnswerCheckInResponse>(
          ROLE_PARTICIPANT, volunteer.id, "dap.activity.v1.ActivityService/AnswerCheckIn", answer),
      IsOk());
  journey.MoveOn(4);
  const auto queue = [&] {
    return journey.Inbox(patron, ROLE_PATRON, notification::v1::MESSAGE_KIND_PATRON_QUEUE);
  };
  ASSERT_TRUE(Eventually([&] { return !queue().empty(); }));
  EXPECT_EQ(queue().size(), 1u);
  EXPECT_THAT(queue().front().body(), HasSubstr(nominee.display_name));
  EXPECT_EQ(check_ins(volunteer).size(), 1u);
  EXPECT_EQ(check_ins(nominee).size(), 1u);
  EXPECT_EQ(mails(), 1);

  activity::v1::ListPatronQueueRequest list;
  list.set_parent(journey.organisation());
  auto entries = journey.Call<activity::v1::ListPatronQueueResponse>(
      ROLE_PATRON, patron.id, "dap.activity.v1.ActivityService/ListPatronQueue", list);
  ASSERT_THAT(entries, IsOk());
  ASSERT_EQ(entries->entries_size(), 1);
  EXPECT_EQ(entries->entries(0).enrolment(), *nominated);

  // What one person is told is nobody else's to read.
  enrolment::v1::GetEnrolmentRequest get;
  get.set_name(*nominated);
  EXPECT_THAT(journey.Call<enrolment::v1::GetEnrolmentResponse>(
                  ROLE_PARTICIPANT, volunteer.id, absl::StrCat(kEnrolment, "GetEnrolment"), get),
              status::StatusIs(absl::StatusCode::kPermissionDenied));
}

}  // namespace
}  // namespace dap::tests
