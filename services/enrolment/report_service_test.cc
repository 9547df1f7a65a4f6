// Reports: who may see which, whole weeks, and that few people are not told of.
#include "libs/time/calendar.h"
#include "services/enrolment/testing/service_test.h"

namespace dap::enrolment {
namespace {

class ReportServiceTest : public ServiceTest {
 protected:
  absl::StatusOr<v1::GetRecruitmentReportResponse> Recruitment(const std::string& cohort,
                                                               const auth::Principal& principal) {
    v1::GetRecruitmentReportRequest request;
    request.set_parent(organisation_name_);
    request.set_cohort(cohort);
    return Call<v1::GetRecruitmentReportResponse>("GetRecruitmentReport", request, principal);
  }
  absl::StatusOr<v1::GetKickOffReportResponse> KickOffs(const std::string& cohort,
                                                        const auth::Principal& principal) {
    v1::GetKickOffReportRequest request;
    request.set_parent(organisation_name_);
    request.set_cohort(cohort);
    return Call<v1::GetKickOffReportResponse>("GetKickOffReport", request, principal);
  }
  std::vector<std::pair<v1::Enrolment, id::Uuid>> ApplyAndAccept(const v1::Cohort& cohort,
                                                                 int count) {
    std::vector<std::pair<v1::Enrolment, id::Uuid>> accepted;
    for (int i = 0; i < count; ++i) {
      const id::Uuid staff = AddStaff("Person");
      const auto applied = Apply(cohort, staff);
      EXPECT_THAT(Accept(*applied, staff), IsOk());
      accepted.emplace_back(*applied, staff);
    }
    return accepted;
  }
};

TEST_F(ReportServiceTest, RecruitmentIsToldByWholeWeeks) {
  const v1::Cohort cohort = MakeOpenCohort(8);
  const auto accepted = ApplyAndAccept(cohort, 8);
  for (int i = 0; i < 7; ++i) ASSERT_THAT(Apply(cohort, AddStaff("Waits")), IsOk());
  for (int i = 0; i < 6; ++i) ASSERT_THAT(Nominate(cohort, AddStaff("Named")), IsOk());
  EXPECT_EQ(Recruitment(cohort.name(), Coach())->report().weeks_size(), 0);
  const absl::CivilDay monday = time::WeekOf(time::DayOf(Now(), *time::ZoneOf("Europe/London")));
  Advance(absl::Hours(24 * 7));
  for (int i = 0; i < 3; ++i) ASSERT_THAT(Withdraw(accepted[i].first, accepted[i].second), IsOk());
  Advance(absl::Hours(24 * 7));
  for (const auto& report : {Recruitment(cohort.name(), Coach()), Recruitment("", Admin())}) {
    ASSERT_THAT(report, IsOk());
    const v1::RecruitmentReport& told = report->report();
    ASSERT_EQ(told.weeks_size(), 2);
    EXPECT_EQ(told.weeks(0).start_date().day(), monday.day());
    const v1::RecruitmentCounts& first = told.weeks(0).counts();
    EXPECT_EQ(first.applied(), 15);
    EXPECT_EQ(first.nominated(), 6);
    EXPECT_EQ(first.accepted(), 8);
    EXPECT_EQ(first.waitlisted(), 7);
    EXPECT_FALSE(first.has_withdrawn());
    EXPECT_EQ(told.total().applied(), 15);
    EXPECT_EQ(told.total().accepted(), 8);
    EXPECT_FALSE(told.weeks(1).counts().has_withdrawn()) << "three are few";
    EXPECT_FALSE(told.total().has_withdrawn());
  }
}

TEST_F(ReportServiceTest, KickOffsAreToldAsCountsThatAddUp) {
  const v1::Cohort cohort = MakeOpenCohort(40);
  const auto accepted = ApplyAndAccept(cohort, 20);
  const id::Uuid patron = AgreedPatron(cohort);
  for (const auto& [enrolment, staff] : accepted) ASSERT_THAT(Assign(enrolment, patron), IsOk());
  const auto kick_off = Plan(cohort, v1::SESSION_KIND_KICK_OFF, Now());
  ASSERT_THAT(kick_off, IsOk());
  ASSERT_THAT(Step("CloseRecruitment", cohort), IsOk());
  std::vector<v1::Enrolment> there, later;
  for (int i = 0; i < 8; ++i) there.push_back(accepted[i].first);
  for (int i = 8; i < 14; ++i) later.push_back(accepted[i].first);
  ASSERT_THAT(Record(*kick_off, there), IsOk());
  ASSERT_THAT(StartCohort(cohort, ""), IsOk());
  Advance(absl::Hours(24));
  const auto catch_up = Plan(cohort, v1::SESSION_KIND_DROP_IN, Now());
  ASSERT_THAT(Record(*catch_up, later), IsOk());
  EXPECT_EQ(KickOffs(cohort.name(), Coach())->report().kick_offs_size(), 0) << "not this week";
  Advance(absl::Hours(24 * 7));
  EXPECT_EQ(KickOffs("", Admin())->report().kick_offs_size(), 0) << "they may still catch up";
  Advance(absl::Hours(24 * 14));
  for (const auto& report : {KickOffs(cohort.name(), Coach()), KickOffs("", Admin())}) {
    ASSERT_THAT(report, IsOk());
    ASSERT_EQ(report->report().kick_offs_size(), 1);
    const v1::KickOffRow& row = report->report().kick_offs(0);
    EXPECT_EQ(row.cohort(), cohort.name());
    EXPECT_EQ(row.title(), "Spring");
    EXPECT_EQ(row.counts().invited(), 20);
    EXPECT_EQ(row.counts().attended(), 8);
    EXPECT_EQ(row.counts().caught_up(), 6);
    EXPECT_EQ(row.counts().absent(), 6);
    EXPECT_EQ(report->report().total().invited(), 20);
  }
  // One more catches up, or is recorded late: reports a week apart must not differ by them.
  const auto late = Plan(cohort, v1::SESSION_KIND_DROP_IN, Now());
  ASSERT_THAT(Record(*late, {accepted[18].first}), IsOk());
  ASSERT_THAT(Record(*kick_off, {accepted[17].first}), IsOk());
  ASSERT_THAT(Withdraw(accepted[19].first, accepted[19].second), IsOk());
  Advance(absl::Hours(24 * 7));
  const auto next = KickOffs(cohort.name(), Coach());
  EXPECT_EQ(next->report().kick_offs(0).counts().attended(), 8);
  EXPECT_EQ(next->report().kick_offs(0).counts().caught_up(), 6);
  EXPECT_EQ(next->report().kick_offs(0).counts().absent(), 6);
  Execute("UPDATE organisation_settings SET report_smallest_count = 7 WHERE organisation = ?");
  const auto hidden = KickOffs(cohort.name(), Coach());
  EXPECT_FALSE(hidden->report().kick_offs(0).counts().has_caught_up());
  EXPECT_FALSE(hidden->report().kick_offs(0).counts().has_absent());
  EXPECT_EQ(hidden->report().kick_offs(0).counts().attended(), 8);
}

TEST_F(ReportServiceTest, ACohortIsForItsCoachesAndTheWholeForAdministrators) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const auto stranger = As(AddStaff("Other coach"), {options::v1::ROLE_COACH});
  EXPECT_THAT(Recruitment(cohort.name(), stranger), HasReason("NOT_A_COACH"));
  EXPECT_THAT(Recruitment(cohort.name(), Admin()), HasReason("NOT_A_COACH"));
  EXPECT_THAT(Recruitment("", Coach()), HasReason("NOT_AN_ADMINISTRATOR"));
  EXPECT_THAT(KickOffs(cohort.name(), stranger), HasReason("NOT_A_COACH"));
  EXPECT_THAT(KickOffs("", Coach()), HasReason("NOT_AN_ADMINISTRATOR"));
  EXPECT_THAT(KickOffs(cohort.name(), Participant(coach_)), HasReason("ROLE_MISSING"));
  const std::string elsewhere = absl::StrCat("organisations/", coach_.ToString(), "/cohorts/",
                                             LastId(cohort.name()).ToString());
  EXPECT_THAT(KickOffs(elsewhere, Coach()), HasReason("OTHER_ORGANISATION"));
  v1::GetRecruitmentReportRequest request;
  request.set_parent(organisation_name_);
  request.set_weeks(105);
  EXPECT_THAT(Call<v1::GetRecruitmentReportResponse>("GetRecruitmentReport", request, Admin()),
              NamesField("weeks"));
}

}  // namespace
}  // namespace dap::enrolment
