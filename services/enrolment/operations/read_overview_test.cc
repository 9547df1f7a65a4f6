// A coach's overview of a cohort.
#include "absl/strings/ascii.h"
#include "services/enrolment/testing/service_test.h"

namespace dap::enrolment {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ReadOverviewTest : public ServiceTest {
 protected:
  v1::CohortOverview Overview(const v1::Cohort& cohort) {
    v1::GetCohortOverviewRequest request;
    request.set_name(cohort.name());
    auto read = Call<v1::GetCohortOverviewResponse>("GetCohortOverview", request, Coach());
    EXPECT_THAT(read, IsOk());
    return read.ok() ? read->overview() : v1::CohortOverview();
  }
  static std::vector<std::string> Missing(const v1::CohortOverview& overview) {
    std::vector<std::string> reasons;
    for (const auto& condition : overview.missing()) reasons.push_back(condition.reason());
    return reasons;
  }
  static std::vector<std::string> Names(
      const google::protobuf::RepeatedPtrField<v1::EnrolmentSummary>& summaries) {
    std::vector<std::string> names;
    for (const auto& summary : summaries) names.push_back(summary.name());
    return names;
  }
  static int CountOf(const v1::CohortOverview& overview, v1::EnrolmentState state) {
    for (const auto& count : overview.enrolment_counts()) {
      if (count.state() == state) return count.count();
    }
    return 0;
  }
  // What the database has been asked on all connections.
  int64_t Statements() {
    auto row = db::Read(world().pool(), Soon(), [](db::Connection& connection) {
      return connection.QueryOne("SHOW GLOBAL STATUS LIKE 'Com_select'");
    });
    EXPECT_THAT(row, IsOk());
    int64_t count = 0;
    EXPECT_TRUE(absl::SimpleAtoi((*row)->String(1), &count));
    return count;
  }
};

TEST_F(ReadOverviewTest, ShowsAllThatACoachHasToSeeTo) {
  const v1::Cohort cohort = MakeOpenCohort(3);
  std::vector<v1::Enrolment> asked;
  for (const char* name : {"One", "Two", "Three", "Four"}) {
    const id::Uuid staff = AddStaff(name);
    asked.push_back(*Apply(cohort, staff));
    if (asked.size() < 4) {
      ASSERT_THAT(Accept(asked.back(), staff), IsOk());
    }
  }
  const auto nominated = Nominate(cohort, AddStaff("Named"));
  const id::Uuid patron = AgreedPatron(cohort), away = AgreedPatron(cohort);
  ASSERT_THAT(Assign(asked[0], patron), IsOk());
  ASSERT_THAT(Assign(asked[1], away), IsOk());
  SetStaffState(away, v1::STAFF_STATE_LEFT);
  const auto session = Plan(cohort, v1::SESSION_KIND_DROP_IN, Now() - absl::Hours(1));
  ASSERT_THAT(Plan(cohort, v1::SESSION_KIND_DROP_IN, Now() - absl::Hours(3)), IsOk());
  const v1::CohortOverview overview = Overview(cohort);
  EXPECT_EQ(overview.cohort().name(), cohort.name());
  EXPECT_EQ(overview.free_places(), 0);
  EXPECT_EQ(CountOf(overview, v1::ENROLMENT_STATE_AWAITING_KICKOFF), 3);
  EXPECT_EQ(CountOf(overview, v1::ENROLMENT_STATE_WAITLISTED), 1);
  EXPECT_EQ(CountOf(overview, v1::ENROLMENT_STATE_NOMINATED), 1);
  EXPECT_THAT(Missing(overview), ElementsAre("KICK_OFF_MISSING", "PATRON_MISSING"));
  EXPECT_EQ(overview.patron_count(), 2);
  ASSERT_EQ(overview.patrons_size(), 2);
  for (const v1::PatronLoad& load : overview.patrons()) {
    EXPECT_EQ(load.participants_in_cohort(), 1);
    EXPECT_EQ(load.staff_state(),
              LastId(load.patron().name()) == away ? v1::STAFF_STATE_LEFT : v1::STAFF_STATE_ACTIVE);
  }
  EXPECT_THAT(Names(overview.without_patron()), ElementsAre(asked[2].name()));
  EXPECT_EQ(overview.without_patron_count(), 1);
  EXPECT_EQ(overview.without_patron(0).participant_display_name(), "Three");
  EXPECT_THAT(Names(overview.patron_away()), ElementsAre(asked[1].name()));
  EXPECT_THAT(Names(overview.unanswered_nominations()), ElementsAre(nominated->name()));
  ASSERT_EQ(overview.next_sessions_size(), 1) << "of those that have not ended";
  EXPECT_EQ(overview.next_sessions(0).name(), session->name());
}

TEST_F(ReadOverviewTest, ShowsWhoIsSilentAboutAPlaceAndAboutASession) {
  const v1::Cohort cohort = MakeOpenCohort(4);
  std::vector<id::Uuid> people;
  std::vector<v1::Enrolment> asked;
  for (const char* name : {"One", "Two", "Three", "Four", "Waits"}) {
    people.push_back(AddStaff(name));
    asked.push_back(*Apply(cohort, people.back()));
  }
  for (int i : {0, 2}) ASSERT_THAT(Accept(asked[i], people[i]), IsOk());
  const auto workshop = Plan(cohort, v1::SESSION_KIND_WORKSHOP, Now() + absl::Hours(1));
  const auto drop_in = Plan(cohort, v1::SESSION_KIND_DROP_IN, Now() + absl::Hours(2));
  const auto say = [&](int who, v1::SessionAnswer answer) {
    v1::RespondToSessionRequest request;
    request.set_name(workshop->name());
    request.set_answer(answer);
    request.set_request_id(RequestId());
    EXPECT_THAT(
        Call<v1::RespondToSessionResponse>("RespondToSession", request, Participant(people[who])),
        IsOk());
  };
  say(0, v1::SESSION_ANSWER_YES);
  say(1, v1::SESSION_ANSWER_NO);
  say(2, v1::SESSION_ANSWER_MAYBE);
  const v1::CohortOverview overview = Overview(cohort);
  EXPECT_THAT(Names(overview.unaccepted_applications()),
              ElementsAre(asked[1].name(), asked[3].name()));
  EXPECT_EQ(overview.unaccepted_application_count(), 2);
  ASSERT_EQ(overview.next_session_answers_size(), 2);
  const v1::SessionAnswers& answers = overview.next_session_answers(0);
  EXPECT_EQ(answers.session(), workshop->name());
  EXPECT_EQ(answers.yes(), 1);
  EXPECT_EQ(answers.no(), 1);
  EXPECT_EQ(answers.maybe(), 1);
  EXPECT_EQ(answers.unanswered(), 1);
  EXPECT_EQ(overview.next_session_answers(1).session(), drop_in->name());
  EXPECT_EQ(overview.next_session_answers(1).unanswered(), 4);
  // Who leaves answers no more, and the waitlist moves up.
  ASSERT_THAT(Withdraw(asked[0], people[0]), IsOk());
  EXPECT_EQ(Overview(cohort).next_session_answers(0).yes(), 0);
  EXPECT_EQ(Overview(cohort).next_session_answers(0).unanswered(), 2);
}

TEST_F(ReadOverviewTest, WhatIsMissingIsWhatTheNextStepIsRefusedFor) {
  v1::Cohort cohort = MakeCohort(3);
  EXPECT_THAT(Missing(Overview(cohort)), IsEmpty());
  ASSERT_THAT(Step("OpenCohort", cohort), IsOk());
  const auto same = [&](const absl::Status& refused) {
    std::vector<std::string> reasons;
    for (const auto& violation : status::Violations(refused)) reasons.push_back(violation.reason);
    EXPECT_EQ(Missing(Overview(cohort)), reasons);
  };
  same(Step("CloseRecruitment", cohort).status());
  const id::Uuid person = AddStaff("Person");
  const auto applied = Apply(cohort, person);
  ASSERT_THAT(Accept(*applied, person), IsOk());
  same(Step("CloseRecruitment", cohort).status());
  ASSERT_THAT(Assign(*applied, AgreedPatron(cohort)), IsOk());
  ASSERT_THAT(Plan(cohort, v1::SESSION_KIND_KICK_OFF, Now() + absl::Hours(1)), IsOk());
  EXPECT_THAT(Missing(Overview(cohort)), IsEmpty());
  ASSERT_THAT(Step("CloseRecruitment", cohort), IsOk());
  EXPECT_THAT(Missing(Overview(cohort)), ElementsAre("KICK_OFF_NOT_HELD", "KICK_OFF_ATTENDANCE"));
  same(StartCohort(cohort, "").status());
}

TEST_F(ReadOverviewTest, AsksTheDatabaseAsOftenForManyAsForOne) {
  const v1::Cohort small = MakeOpenCohort(60), large = MakeOpenCohort(60);
  ASSERT_THAT(Apply(small, AddStaff("One")), IsOk());
  for (int i = 0; i < 60; ++i) {
    const id::Uuid person = AddStaff("Person");
    ASSERT_THAT(Accept(*Apply(large, person), person), IsOk());
    if (i % 6 == 0) AgreedPatron(large);
    ASSERT_THAT(Nominate(large, AddStaff("Named")), IsOk());
  }
  const auto cost = [&](const v1::Cohort& cohort) {
    Overview(cohort);
    const int64_t before = Statements();
    Overview(cohort);
    return Statements() - before;
  };
  const int64_t one = cost(small);
  EXPECT_EQ(cost(large), one);
  EXPECT_LE(one, 15);
  const v1::CohortOverview overview = Overview(large);
  EXPECT_EQ(overview.without_patron_size(), 50);
  EXPECT_EQ(overview.without_patron_count(), 60);
  EXPECT_EQ(overview.unanswered_nominations_size(), 50);
  EXPECT_EQ(overview.unanswered_nomination_count(), 60);
  EXPECT_LT(overview.ByteSizeLong(), 100'000u);
}

// Here, as this test alone may count statements.
TEST_F(ReadOverviewTest, ManyNomineesAreLookedUpTogether) {
  v1::BatchNominateRequest request;
  request.set_parent(MakeOpenCohort(5).name());
  request.set_validate_only(true);
  request.set_request_id(RequestId());
  for (int i = 0; i < 150; ++i) {
    const id::Uuid by_id = AddStaff("Named"), by_email = AddStaff("Named by e-mail");
    request.add_nominees()->set_staff_member(Staff(by_id));
    request.add_nominees()->set_email(
        absl::AsciiStrToUpper(absl::StrCat(by_email.ToString(), "@example.org")));
  }
  const int64_t before = Statements();
  const auto named = Call<v1::BatchNominateResponse>("BatchNominate", request, Coach());
  EXPECT_LE(Statements() - before, 20);
  ASSERT_THAT(named, IsOk());
  EXPECT_EQ(named->nominated(), 300);
}

TEST_F(ReadOverviewTest, IsForCoachesOfTheCohortAlone) {
  v1::GetCohortOverviewRequest request;
  request.set_name(MakeCohort(3).name());
  EXPECT_THAT(
      Call<v1::GetCohortOverviewResponse>("GetCohortOverview", request,
                                          As(AddStaff("Other coach"), {options::v1::ROLE_COACH})),
      HasReason("NOT_A_COACH"));
}

}  // namespace
}  // namespace dap::enrolment
