// A service that is down takes nothing else with it, and everything resumes when it is back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/status/matchers.h"
#include "tests/faults/raw_call.h"
#include "tests/faults/team.h"

namespace dap::tests {
namespace {

using absl::StatusCode;
using options::v1::ROLE_COACH;
using options::v1::ROLE_PARTICIPANT;
using status::HasReason;
using status::IsOk;
using status::StatusIs;

class OutageTest : public testing::Test {
 protected:
  void SetUp() override {
    auto started = Team::Start();
    ASSERT_THAT(started, IsOk());
    team_ = *std::move(started);
  }

  absl::Status Log() {
    activity::v1::LogActivityRequest request;
    request.set_parent(team_->enrolment(0));
    request.mutable_activity()->set_kind(activity::v1::ACTIVITY_KIND_READ);
    request.mutable_activity()->set_setting(activity::v1::SETTING_ON_PLATFORM);
    request.mutable_activity()->set_minutes(5);
    request.set_request_id(team_->journey().NewRequestId());
    return team_->As(ROLE_PARTICIPANT, team_->participant(0))
        .Call<activity::v1::LogActivityResponse>(absl::StrCat(kActivityService, "LogActivity"),
                                                 request)
        .status();
  }

  // Once, without the channel's own tries; patient enough for the service to give up first.
  absl::Status GetCohort() {
    enrolment::v1::GetCohortRequest request;
    request.set_name(team_->cohort());
    const Client coach = team_->As(ROLE_COACH, team_->coach());
    return RawCall(coach.channel(), absl::StrCat(kEnrolmentService, "GetCohort"),
                   request.SerializeAsString(), Bearer(coach), absl::Seconds(10))
        .status();
  }

  absl::Status ListFrameworks() {
    return team_->As(ROLE_PARTICIPANT, team_->participant(0))
        .Call<goals::v1::ListFrameworksResponse>(absl::StrCat(kGoalsService, "ListFrameworks"),
                                                 goals::v1::ListFrameworksRequest())
        .status();
  }

  // What a person was told of a place, sent or not yet.
  absl::StatusOr<int> Places(const Person& person) {
    notification::v1::ListMessagesRequest request;
    request.set_parent(person.name);
    request.set_show_unsent(true);
    auto page = team_->As(ROLE_PARTICIPANT, person)
                    .Call<notification::v1::ListMessagesResponse>(
                        absl::StrCat(kNotificationService, "ListMessages"), request);
    if (!page.ok()) return page.status();
    int count = 0;
    for (const auto& message : page->messages()) {
      count += message.kind() == notification::v1::MESSAGE_KIND_PLACE;
    }
    return count;
  }

  // Attendances that the activity service counts for a participant.
  int Gatherings(int participant) {
    activity::v1::ListActivitiesRequest request;
    request.set_parent(team_->enrolment(participant));
    auto page = team_->As(ROLE_PARTICIPANT, team_->participant(participant))
                    .Call<activity::v1::ListActivitiesResponse>(
                        absl::StrCat(kActivityService, "ListActivities"), request);
    EXPECT_THAT(page, IsOk());
    int count = 0;
    if (!page.ok()) return count;
    for (const auto& activity : page->activities()) {
      count += activity.kind() == activity::v1::ACTIVITY_KIND_GATHER;
    }
    return count;
  }

  absl::StatusOr<std::string> Nominate(int colleague) {
    return team_->journey().Nominate(team_->coach(), team_->colleague(colleague), team_->cohort());
  }

  static void ExpectDown(const absl::Status& answer) {
    EXPECT_THAT(answer, StatusIs(StatusCode::kUnavailable));
    EXPECT_THAT(answer, HasReason("SERVICE_UNAVAILABLE"));
  }

  std::unique_ptr<Team> team_;
};

TEST_F(OutageTest, WhatHappenedWhileListenersWereDownReachesThemOnce) {
  System& system = team_->system();
  ASSERT_THAT(system.KillProcess("activity"), IsOk());
  ASSERT_THAT(system.StopProcess("notification"), IsOk());

  ExpectDown(Log());
  ExpectDown(Places(team_->colleague(0)).status());
  EXPECT_THAT(ListFrameworks(), IsOk());
  EXPECT_THAT(Nominate(0), IsOk());
  EXPECT_THAT(team_->journey().KickOffAndStart(team_->coach(), team_->cohort(),
                                               {team_->participant(0), team_->participant(1)},
                                               {team_->enrolment(0), team_->enrolment(1)}),
              IsOk());

  ASSERT_THAT(system.StartProcess("activity"), IsOk());
  EXPECT_TRUE(Eventually([&] { return Log().ok(); }));
  EXPECT_TRUE(Eventually([&] { return Gatherings(0) > 0 && Gatherings(1) > 0; }));
  EXPECT_TRUE(Eventually([&] { return Places(team_->colleague(0)).value_or(0) > 0; }));

  // Events keep their order: once a later one has come, none of those before is still on its way.
  const auto second = team_->journey().OpenCohort(team_->coach(), 3);
  ASSERT_THAT(second, IsOk());
  ASSERT_THAT(team_->journey().Nominate(team_->coach(), team_->colleague(1), *second), IsOk());
  EXPECT_TRUE(Eventually([&] { return Places(team_->colleague(1)).value_or(0) > 0; }));
  EXPECT_EQ(*Places(team_->colleague(0)), 1);
  EXPECT_EQ(Gatherings(0), 1);
  EXPECT_EQ(Gatherings(1), 1);
}

TEST_F(OutageTest, WhoAsksAServiceThatIsDownHearsSoAndOthersGoOn) {
  System& system = team_->system();
  for (const char* down : {"enrolment", "mariadb", "gateway"}) {
    SCOPED_TRACE(down);
    ASSERT_THAT(system.KillProcess(down), IsOk());
    const absl::Status answer = GetCohort();
    EXPECT_THAT(answer, StatusIs(StatusCode::kUnavailable));
    if (down == absl::string_view("enrolment")) {
      ExpectDown(answer);
      EXPECT_THAT(Log(), IsOk());
      EXPECT_THAT(ListFrameworks(), IsOk());
    }
    ASSERT_THAT(system.StartProcess(down), IsOk());
    EXPECT_TRUE(Eventually([&] { return GetCohort().ok(); }));
    EXPECT_TRUE(Eventually([&] { return Log().ok(); }));
  }
}

}  // namespace
}  // namespace dap::tests
