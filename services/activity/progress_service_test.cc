// How it is going: one's own, a cohort's for its coach, and reports, through the real service.
#include "services/activity/progress_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/activity/testing/activity_test_base.h"

namespace dap::activity {
namespace {

using status::HasReason;
using status::IsOk;
using status::StatusIs;
using testing::ElementsAre;
using testing::SizeIs;

class ProgressServiceTest : public ActivityTest {
 protected:
  absl::StatusOr<v1::GetMyProgressResponse> Mine(const auth::Principal& who,
                                                 std::optional<absl::CivilDay> day = std::nullopt) {
    v1::GetMyProgressRequest request;
    request.set_parent(OrganisationName());
    if (day) *request.mutable_day() = ToProto(*day);
    return Call<v1::GetMyProgressResponse>("GetMyProgress", request, who);
  }
  v1::ListCohortProgressRequest CohortRequest(int page_size = 0) {
    v1::ListCohortProgressRequest request;
    request.set_parent(CohortName());
    request.set_page_size(page_size);
    return request;
  }
  absl::StatusOr<v1::ListCohortProgressResponse> List(
      const v1::ListCohortProgressRequest& request) {
    return Call<v1::ListCohortProgressResponse>("ListCohortProgress", request, Coach());
  }
  absl::StatusOr<v1::ActivityReport> CohortReport(
      std::optional<absl::CivilDay> day = std::nullopt) {
    v1::GetCohortActivityReportRequest request;
    request.set_parent(CohortName());
    if (day) *request.mutable_day() = ToProto(*day);
    ASSIGN_OR_RETURN(auto response, Call<v1::GetCohortActivityReportResponse>(
                                        "GetCohortActivityReport", request, Coach()));
    return response.report();
  }
  absl::StatusOr<v1::ActivityReport> OrganisationReport(
      std::optional<absl::CivilDay> day = std::nullopt) {
    v1::GetOrganisationActivityReportRequest request;
    request.set_parent(OrganisationName());
    if (day) *request.mutable_day() = ToProto(*day);
    ASSIGN_OR_RETURN(auto response, Call<v1::GetOrganisationActivityReportResponse>(
                                        "GetOrganisationActivityReport", request,
                                        As(ids_.Next(), {options::v1::ROLE_ORG_ADMIN})));
    return response.report();
  }
  // Somebody of this cohort who did so many minutes off the platform just now; none for 0.
  Person EnrolActive(const id::Uuid& cohort, int minutes) {
    const Person person = {ids_.Next(), ids_.Next()};
    roster::Entry entry = Entry(person, enrolment::v1::ENROLMENT_STATE_ACTIVE);
    entry.cohort = cohort;
    entry.cohort_title = "A cohort";
    Enrol(entry);
    if (minutes == 0) return person;
    v1::LogActivityRequest request = LogRequest(v1::SETTING_OFF_PLATFORM, minutes);
    request.set_parent(EnrolmentName(organisation_, cohort, person.enrolment));
    EXPECT_THAT(Call<v1::LogActivityResponse>("LogActivity", request,
                                              As(person.staff, {options::v1::ROLE_PARTICIPANT})),
                IsOk());
    return person;
  }
};

TEST_F(ProgressServiceTest, MineIsWhatGetProgressSaysOfEachEnrolmentUnderWay) {
  ASSERT_THAT(Log(LogRequest()), IsOk());
  const Person again = {ids_.Next(), me_.staff};
  roster::Entry second = Entry(again, enrolment::v1::ENROLMENT_STATE_PAUSED);
  second.cohort = ids_.Next();
  Enrol(second);
  const Person over = {ids_.Next(), me_.staff};
  Enrol(Entry(over, enrolment::v1::ENROLMENT_STATE_COMPLETED));
  EnrolAnother();
  const auto mine = Mine(Me());
  ASSERT_THAT(mine, IsOk());
  ASSERT_THAT(mine->progress(), SizeIs(2));
  EXPECT_EQ(mine->progress(0).SerializeAsString(), Progress().SerializeAsString());
  EXPECT_EQ(mine->progress(1).enrolment(),
            EnrolmentName(organisation_, second.cohort, again.enrolment));
  EXPECT_EQ(mine->progress(1).momentum(), v1::MOMENTUM_PAUSED);
  EXPECT_TRUE(mine->progress(1).facts().standing_still());
  EXPECT_THAT(Mine(As(ids_.Next(), {options::v1::ROLE_PARTICIPANT}))->progress(), SizeIs(0));
}

TEST_F(ProgressServiceTest, MineHasTwelveWeeksToDrawEachCountedOrNotAndWhy) {
  clock_.Set(At(kFirstDay + 7 * 3));
  ASSERT_THAT(Log(LogRequest(v1::SETTING_OFF_PLATFORM, 40)), IsOk());
  const v1::Progress mine = Mine(Me())->progress(0);
  ASSERT_THAT(mine.weeks(), SizeIs(12));
  const v1::Week& before = mine.weeks(7);
  EXPECT_FALSE(before.counted());
  EXPECT_EQ(before.not_counted_reason(), v1::NOT_COUNTED_REASON_NOT_STARTED);
  const v1::Week& first = mine.weeks(8);
  EXPECT_TRUE(first.counted());
  EXPECT_EQ(first.not_counted_reason(), v1::NOT_COUNTED_REASON_UNSPECIFIED);
  EXPECT_FALSE(first.active());
  const v1::Week& now = mine.weeks(11);
  EXPECT_TRUE(now.active());
  EXPECT_TRUE(now.in_one_go());
  EXPECT_EQ(now.off_platform_minutes(), 40);
  EXPECT_FALSE(mine.balance().defined());
  EXPECT_EQ(mine.balance().activities(), 1);
  EXPECT_EQ(mine.balance().activities_needed(), 4);
}

TEST_F(ProgressServiceTest, MineOfAPastDayIsThatOfThen) {
  clock_.Set(At(kFirstDay + 2));
  ASSERT_THAT(Log(LogRequest()), IsOk());
  const std::string then = Mine(Me())->progress(0).SerializeAsString();
  clock_.Set(At(kFirstDay + 30));
  ASSERT_THAT(Log(LogRequest()), IsOk());
  EXPECT_EQ(Mine(Me(), kFirstDay + 2)->progress(0).SerializeAsString(), then);
  EXPECT_THAT(Mine(Me(), kFirstDay + 31), HasReason("DATE_IN_FUTURE"));
  EXPECT_THAT(Mine(Me(), kFirstDay - 1)->progress(0).momentum(), v1::MOMENTUM_AWAITING_KICKOFF);
}

// The day that counts is the one on which it was told, also where that is far behind.
TEST_F(ProgressServiceTest, APastDayKnowsWhatHadBeenToldLateByThen) {
  clock_.Advance(absl::Hours(24 * 59));
  const absl::CivilDay told = time::DayOf(clock_.Now(), kLondon);
  v1::LogActivityRequest late = LogRequest();
  *late.mutable_activity()->mutable_activity_time() = ToProto(start_);
  ASSERT_THAT(Log(late), IsOk());
  clock_.Advance(absl::Hours(24 * 200));
  ASSERT_THAT(Log(LogRequest()), IsOk());
  EXPECT_EQ(*FromProto(Progress(told + 190).facts().last_contribution_date(), ""), told);
  EXPECT_FALSE(Progress(told - 1).facts().has_last_contribution_date());
}

TEST_F(ProgressServiceTest, ACoachListsTheCohortByPagesAndEachLookIsRecordedOnce) {
  std::vector<std::string> names = {Name(me_)};
  for (int i = 0; i < 4; ++i) names.push_back(Name(EnrolAnother()));
  const Person gone = {ids_.Next(), ids_.Next()};
  Enrol(Entry(gone, enrolment::v1::ENROLMENT_STATE_WITHDRAWN));
  ASSERT_THAT(Log(LogRequest()), IsOk());
  v1::ListCohortProgressRequest request = CohortRequest(2);
  std::vector<std::string> listed;
  do {
    const auto page = List(request);
    ASSERT_THAT(page, IsOk());
    ASSERT_LE(page->participants_size(), 2);
    for (const v1::ParticipantProgress& one : page->participants())
      listed.push_back(one.enrolment());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(listed, names);
  EXPECT_EQ(Count("private_read"), 5);
  const auto all = List(CohortRequest());
  ASSERT_THAT(all, IsOk());
  const v1::ParticipantProgress& mine = all->participants(0);
  const v1::Progress progress = Progress();
  EXPECT_EQ(mine.momentum(), progress.momentum());
  EXPECT_EQ(mine.facts().SerializeAsString(), progress.facts().SerializeAsString());
  EXPECT_EQ(mine.balance().SerializeAsString(), progress.balance().SerializeAsString());
  EXPECT_THAT(mine.participant_display_name(), testing::StartsWith("Person "));
  v1::ListCohortProgressRequest other = CohortRequest(2);
  *other.mutable_day() = ToProto(kFirstDay);
  other.set_page_token(List(CohortRequest(2))->next_page_token());
  EXPECT_THAT(List(other), HasReason("PAGE_TOKEN_OF_ANOTHER_QUERY"));
}

TEST_F(ProgressServiceTest, ACohortsReportHidesFewPeople) {
  for (int i = 0; i < 11; ++i) EnrolActive(cohort_, 30 + i);
  for (int i = 0; i < 6; ++i) EnrolActive(cohort_, 0);
  const auto report = CohortReport();
  ASSERT_THAT(report, IsOk());
  EXPECT_EQ(report->participants(), 18);
  EXPECT_EQ(report->active_in_week(), 11);
  EXPECT_EQ(report->sums().off_platform_minutes(), 11 * 30 + 55);
  EXPECT_EQ(report->sums().contributions(), 11);
  EXPECT_EQ(report->sums().median_minutes(), 35);
  EXPECT_EQ(report->weeks_active(1).participants(), 11);
  EXPECT_FALSE(report->weeks_active(2).has_participants()) << "nobody";
  EXPECT_FALSE(report->weeks_active(0).has_participants())
      << "or it would be nobody by subtraction";
  EXPECT_THAT(report->momentum(), SizeIs(7));
  for (int i = 0; i < 3; ++i) EnrolActive(cohort_, 600);
  clock_.Set(At(kFirstDay + 7));
  const auto later = CohortReport();
  EXPECT_FALSE(later->has_active_in_week()) << "nobody is too few to tell";
  EXPECT_FALSE(CohortReport(kFirstDay - 1)->has_active_in_week());
  EXPECT_THAT(CohortReport(kFirstDay + 8), HasReason("DATE_IN_FUTURE"));
}

TEST_F(ProgressServiceTest, AnOrganisationsReportIsPublishedOnceAWeekAndStays) {
  EXPECT_THAT(OrganisationReport(), HasReason("ACTIVITY_REPORT_NOT_FOUND"));
  const id::Uuid large = ids_.Next(), middle = ids_.Next(), small = ids_.Next();
  for (int i = 0; i < 16; ++i) EnrolActive(large, 20);
  for (int i = 0; i < 12; ++i) EnrolActive(middle, i < 11 ? 10 : 0);
  for (int i = 0; i < 6; ++i) EnrolActive(small, 5);
  clock_.Set(At(kFirstDay + 7));
  Publish();
  const auto report = OrganisationReport();
  ASSERT_THAT(report, IsOk());
  EXPECT_EQ(FromProto(report->as_of_date(), "")->day(), (kFirstDay + 6).day());
  EXPECT_EQ(report->participants(), 35) << "with the test's own";
  ASSERT_THAT(report->cohorts(), SizeIs(2)) << "two are too small to be told";
  EXPECT_EQ(report->cohorts(0).participants(), 16);
  EXPECT_EQ(report->sums().off_platform_minutes(), 16 * 20 + 11 * 10 + 6 * 5);
  EXPECT_FALSE(report->cohorts(1).has_sums()) << "or the sums of six would be left";
  EXPECT_EQ(report->cohorts(0).sums().contributions(), 16);
  EnrolActive(large, 20);
  Publish();
  EXPECT_EQ(OrganisationReport()->SerializeAsString(), report->SerializeAsString());
  EXPECT_THAT(OrganisationReport(kFirstDay + 5), HasReason("ACTIVITY_REPORT_NOT_FOUND"));
  clock_.Set(At(kFirstDay + 14));
  Publish();
  EXPECT_EQ(OrganisationReport()->participants(), 36);
  EXPECT_EQ(OrganisationReport(kFirstDay + 12)->participants(), 35);
  EXPECT_EQ(Count("activity_report"), 2);
}

}  // namespace
}  // namespace dap::activity
