#include <thread>

#include "services/enrolment/testing/service_test.h"

namespace dap::enrolment {
namespace {

using ::testing::AllOf;

class PatronsTest : public ServiceTest {
 protected:
  v1::Enrolment Applied(const v1::Cohort& cohort, int n) {
    auto applied = Apply(cohort, AddStaff(absl::StrCat("Person ", n)));
    EXPECT_THAT(applied, IsOk());
    return applied.value_or(v1::Enrolment());
  }
  int64_t Load(const id::Uuid& patron) {
    return Count("SELECT participants FROM patron_load WHERE organisation = ? AND staff_member = ?",
                 {organisation_, patron});
  }
  int64_t Assigned(const id::Uuid& patron) {
    return Count(
        "SELECT COUNT(*) FROM enrolment WHERE organisation = ? AND patron = ? AND state < 7",
        {organisation_, patron});
  }
};

TEST_F(PatronsTest, TheLimitHoldsOverCohortsHoweverManyAssignAtOnce) {
  const v1::Cohort cohorts[] = {MakeOpenCohort(50), MakeOpenCohort(50)};
  const id::Uuid patron = AgreedPatron(cohorts[0]);
  ASSERT_THAT(Invite(cohorts[1], patron), IsOk());
  ASSERT_THAT(Answer(cohorts[1], patron, true), IsOk());
  std::vector<v1::Enrolment> enrolments;
  for (int i = 0; i < 30; ++i) enrolments.push_back(Applied(cohorts[i % 2], i));
  std::vector<absl::Status> answers(enrolments.size());
  std::vector<std::thread> threads;
  for (size_t i = 0; i < enrolments.size(); ++i) {
    threads.emplace_back([&, i] { answers[i] = Assign(enrolments[i], patron).status(); });
  }
  for (std::thread& thread : threads) thread.join();
  int assigned = 0;
  for (const absl::Status& answer : answers) {
    if (answer.ok()) {
      ++assigned;
    } else {
      EXPECT_THAT(answer, HasReason("PATRON_AT_LIMIT"));
    }
  }
  EXPECT_EQ(assigned, 20);
  EXPECT_EQ(Assigned(patron), 20);
  EXPECT_EQ(Load(patron), 20);
}

TEST_F(PatronsTest, AnotherPatronTakesOverAndThePlaceWithTheFirstIsFree) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const v1::Enrolment enrolment = Applied(cohort, 1);
  const id::Uuid first = AgreedPatron(cohort), second = AgreedPatron(cohort);
  ASSERT_THAT(Assign(enrolment, first), IsOk());
  ASSERT_THAT(Assign(enrolment, first), IsOk());
  EXPECT_EQ(Load(first), 1);
  const auto moved = Assign(enrolment, second);
  ASSERT_THAT(moved, IsOk());
  EXPECT_EQ(moved->patron(), Staff(second));
  EXPECT_EQ(Load(first), 0);
  EXPECT_EQ(Load(second), 1);
}

TEST_F(PatronsTest, AnEndedEnrolmentIsNobodysAnyMore) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid person = AddStaff("Person");
  const auto enrolment = Apply(cohort, person);
  const id::Uuid patron = AgreedPatron(cohort);
  ASSERT_THAT(Assign(*enrolment, patron), IsOk());
  ASSERT_THAT(Withdraw(*enrolment, person), IsOk());
  EXPECT_EQ(Load(patron), 0);
  EXPECT_THAT(Assign(*enrolment, patron), HasReason("ENROLMENT_STATE"));
  EXPECT_EQ(Load(patron), 0);
}

TEST_F(PatronsTest, OnlyWhoAgreedInThisCohortIsAssigned) {
  const v1::Cohort cohort = MakeOpenCohort(5), other = MakeOpenCohort(5);
  const v1::Enrolment enrolment = Applied(cohort, 1);
  const id::Uuid elsewhere = AgreedPatron(other), invited = AddStaff("Invited");
  ASSERT_THAT(Invite(cohort, invited), IsOk());
  for (const id::Uuid& patron : {elsewhere, invited}) {
    EXPECT_THAT(Assign(enrolment, patron), AllOf(StatusIs(absl::StatusCode::kFailedPrecondition),
                                                 HasReason("PATRON_NOT_AGREED")));
  }
  EXPECT_EQ(Read(enrolment).patron(), "");
}

TEST_F(PatronsTest, NobodyIsTheirOwnPatron) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid patron = AgreedPatron(cohort);
  const auto own = Apply(cohort, patron);
  EXPECT_THAT(Assign(*own, patron),
              AllOf(StatusIs(absl::StatusCode::kInvalidArgument),
                    HasReason("PATRON_IS_PARTICIPANT"), NamesField("patron")));
}

TEST_F(PatronsTest, InvitationsAreAnsweredByThemselvesOnce) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid patron = AddStaff("Patron");
  const auto invited = Invite(cohort, patron);
  ASSERT_THAT(invited, IsOk());
  EXPECT_EQ(invited->state(), v1::PATRON_STATE_INVITED);
  EXPECT_EQ(invited->display_name(), "Patron");
  EXPECT_THAT(Invite(cohort, patron),
              AllOf(StatusIs(absl::StatusCode::kAlreadyExists), HasReason("PATRON_EXISTS")));
  EXPECT_THAT(Invite(cohort, world().ids().Next()), HasReason("STAFF_MEMBER_NOT_FOUND"));
  v1::AnswerPatronInvitationRequest request;
  request.set_name(invited->name());
  request.set_agree(true);
  request.set_request_id(RequestId());
  EXPECT_THAT(Call<v1::AnswerPatronInvitationResponse>("AnswerPatronInvitation", request,
                                                       PatronOf(AddStaff("Other"))),
              HasReason("NOT_YOURS"));
  EXPECT_THAT(Answer(cohort, AddStaff("Unasked"), true), HasReason("PATRON_NOT_FOUND"));
  EXPECT_EQ(Answer(cohort, patron, false)->state(), v1::PATRON_STATE_DECLINED);
  EXPECT_THAT(Answer(cohort, patron, true), HasReason("PATRON_STATE"));
}

TEST_F(PatronsTest, WhoSaidNoIsInvitedAgainAndMayAgree) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid patron = AddStaff("Patron");
  ASSERT_THAT(Invite(cohort, patron), IsOk());
  ASSERT_THAT(Answer(cohort, patron, false), IsOk());
  const auto again = Invite(cohort, patron);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->state(), v1::PATRON_STATE_INVITED);
  EXPECT_THAT(Invite(cohort, patron), HasReason("PATRON_EXISTS"));
  EXPECT_EQ(Answer(cohort, patron, true)->state(), v1::PATRON_STATE_AGREED);
}

TEST_F(PatronsTest, WhoDoesNotWorkThereAnyMoreIsGivenNobody) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const v1::Enrolment enrolment = Applied(cohort, 1);
  const id::Uuid patron = AgreedPatron(cohort);
  SetStaffState(patron, v1::STAFF_STATE_SUSPENDED);
  EXPECT_THAT(Assign(enrolment, patron), HasReason("STAFF_MEMBER_NOT_FOUND"));
  EXPECT_EQ(Read(enrolment).patron(), "");
  EXPECT_EQ(Assigned(patron), 0);
}

TEST_F(PatronsTest, APatronWithParticipantsCantSayNoUnheard) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const v1::Enrolment enrolment = Applied(cohort, 1);
  const id::Uuid patron = AgreedPatron(cohort);
  ASSERT_THAT(Assign(enrolment, patron), IsOk());
  EXPECT_THAT(Answer(cohort, patron, false), HasReason("PATRON_STATE"));
  ASSERT_THAT(Assign(enrolment, AgreedPatron(cohort)), IsOk());
  EXPECT_THAT(Answer(cohort, patron, false), IsOk());
}

TEST_F(PatronsTest, TheChecklistIsReplacedByThePatron) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid patron = AddStaff("Patron");
  const auto invited = Invite(cohort, patron);
  v1::UpdatePatronChecklistRequest request;
  request.set_name(invited->name());
  request.mutable_checklist()->set_names_supplied(true);
  const auto update = [&] {
    request.set_request_id(RequestId());
    return Call<v1::UpdatePatronChecklistResponse>("UpdatePatronChecklist", request,
                                                   PatronOf(patron));
  };
  EXPECT_THAT(update(), HasReason("PATRON_STATE"));
  ASSERT_THAT(Answer(cohort, patron, true), IsOk());
  ASSERT_THAT(update(), IsOk());
  v1::ListPatronsRequest list;
  list.set_parent(cohort.name());
  const auto listed = Call<v1::ListPatronsResponse>("ListPatrons", list, Coach());
  ASSERT_THAT(listed, IsOk());
  EXPECT_TRUE(listed->patrons(0).checklist().names_supplied());
  EXPECT_FALSE(listed->patrons(0).checklist().introduced_at_team_meeting());
}

}  // namespace
}  // namespace dap::enrolment
