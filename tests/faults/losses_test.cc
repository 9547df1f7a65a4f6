// Nothing that was acknowledged is lost, and nothing is there twice, whatever dies meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/status/matchers.h"
#include "tests/faults/load.h"
#include "tests/faults/team.h"

namespace dap::tests {
namespace {

using options::v1::ROLE_COACH;
using options::v1::ROLE_PARTICIPANT;
using status::IsOk;
using testing::IsEmpty;

// A client that is soon out of patience: its requests may have been done although it does not know.
constexpr absl::Duration kPatience = absl::Seconds(2);
constexpr int kMore = 40;

Load::Send LogActivities(const Client& client, const std::string& enrolment) {
  return [client, enrolment](const std::string& request_id) -> absl::StatusOr<std::string> {
    activity::v1::LogActivityRequest request;
    request.set_parent(enrolment);
    request.mutable_activity()->set_kind(activity::v1::ACTIVITY_KIND_TRY);
    request.mutable_activity()->set_setting(activity::v1::SETTING_ON_PLATFORM);
    request.mutable_activity()->set_minutes(5);
    request.mutable_activity()->set_note(request_id);
    request.set_request_id(request_id);
    auto answer = client.Call<activity::v1::LogActivityResponse>(
        absl::StrCat(kActivityService, "LogActivity"), request, kPatience);
    if (!answer.ok()) return answer.status();
    return answer->activity().name();
  };
}

Load::Send MakeCohorts(const Client& client, const enrolment::v1::CreateCohortRequest& like) {
  return [client, like](const std::string& request_id) -> absl::StatusOr<std::string> {
    enrolment::v1::CreateCohortRequest request = like;
    request.mutable_cohort()->set_title(request_id);
    request.set_request_id(request_id);
    auto answer = client.Call<enrolment::v1::CreateCohortResponse>(
        absl::StrCat(kEnrolmentService, "CreateCohort"), request, kPatience);
    if (!answer.ok()) return answer.status();
    return answer->cohort().name();
  };
}

Ledger ListActivities(const Client& client, const std::string& enrolment) {
  Ledger listed;
  activity::v1::ListActivitiesRequest request;
  request.set_parent(enrolment);
  request.set_page_size(1000);
  do {
    auto page = client.Call<activity::v1::ListActivitiesResponse>(
        absl::StrCat(kActivityService, "ListActivities"), request);
    EXPECT_THAT(page, IsOk());
    if (!page.ok()) break;
    for (const auto& activity : page->activities())
      listed.emplace(activity.note(), activity.name());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return listed;
}

// But for the team's own cohort.
Ledger ListCohorts(const Client& client, const Team& team, const std::string& organisation) {
  Ledger listed;
  enrolment::v1::ListCohortsRequest request;
  request.set_parent(organisation);
  request.set_page_size(1000);
  do {
    auto page = client.Call<enrolment::v1::ListCohortsResponse>(
        absl::StrCat(kEnrolmentService, "ListCohorts"), request);
    EXPECT_THAT(page, IsOk());
    if (!page.ok()) break;
    for (const auto& cohort : page->cohorts()) {
      if (cohort.name() != team.cohort()) listed.emplace(cohort.title(), cohort.name());
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return listed;
}

void ExpectSame(const Ledger& promised, const Ledger& kept) {
  std::vector<std::string> lost, doubled;
  for (const auto& [request_id, name] : promised) {
    const auto found = kept.find(request_id);
    if (found == kept.end() || found->second != name) lost.push_back(request_id);
  }
  for (const auto& [request_id, name] : kept) {
    if (kept.count(request_id) != 1) doubled.push_back(name);
  }
  EXPECT_THAT(lost, IsEmpty());
  EXPECT_THAT(doubled, IsEmpty());
  EXPECT_EQ(kept.size(), promised.size());
}

TEST(LossesTest, WhatIsAcknowledgedIsThereOnceAfterCrashesOfDatabaseAndService) {
  auto started = Team::Start();
  ASSERT_THAT(started, IsOk());
  Team& team = **started;
  System& system = team.system();
  const Client participant = team.As(ROLE_PARTICIPANT, team.participant(0));
  const Client coach = team.As(ROLE_COACH, team.coach());
  const std::string organisation = team.journey().organisation();
  Load activities(4, LogActivities(participant, team.enrolment(0)));
  Load cohorts(1, MakeCohorts(coach, NewCohort(team)));
  const auto both_go_on = [&] {
    const int before = activities.answered(), cohorts_before = cohorts.answered();
    return Eventually([&] {
      return activities.answered() > before + kMore && cohorts.answered() > cohorts_before;
    });
  };

  struct Fault {
    const char* process;
    bool kill;
  };
  for (const Fault& fault :
       {Fault{"mariadb", true}, Fault{"activity", true}, Fault{"mariadb", false},
        Fault{"activity", false}, Fault{"mariadb", true}, Fault{"activity", true}}) {
    SCOPED_TRACE(absl::StrCat(fault.kill ? "killed " : "stopped ", fault.process));
    ASSERT_TRUE(both_go_on());
    const int failed = activities.failed();
    ASSERT_THAT(fault.kill ? system.KillProcess(fault.process) : system.StopProcess(fault.process),
                IsOk());
    ASSERT_TRUE(Eventually([&] { return activities.failed() > failed; }));
    ASSERT_THAT(system.StartProcess(fault.process), IsOk());
    ASSERT_TRUE(both_go_on());
  }

  const Ledger logged = activities.Finish(), made = cohorts.Finish();
  ExpectSame(logged, ListActivities(participant, team.enrolment(0)));
  ExpectSame(made, ListCohorts(coach, team, organisation));
  EXPECT_THAT(activities.Surprises(), IsEmpty());
  EXPECT_THAT(cohorts.Surprises(), IsEmpty());
}

}  // namespace
}  // namespace dap::tests
