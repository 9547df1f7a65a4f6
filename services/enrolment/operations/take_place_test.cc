#include <algorithm>
#include <thread>

#include "libs/db/transaction.h"
#include "services/enrolment/operations/staff_state_changed.h"
#include "services/enrolment/testing/service_test.h"

namespace dap::enrolment {
namespace {

using ::testing::AllOf;
using ::testing::SizeIs;

class TakePlaceTest : public ServiceTest {
 protected:
  std::vector<v1::Enrolment> All(const v1::Cohort& cohort) {
    v1::ListEnrolmentsRequest request;
    request.set_parent(cohort.name());
    request.set_page_size(1000);
    auto listed = Call<v1::ListEnrolmentsResponse>("ListEnrolments", request, Coach());
    EXPECT_THAT(listed, IsOk());
    return {listed->enrolments().begin(), listed->enrolments().end()};
  }
};

TEST_F(TakePlaceTest, OfFiftyWhoAskAtOnceForTheLastPlaceExactlyOneGetsIt) {
  const v1::Cohort cohort = MakeOpenCohort(1);
  constexpr int kPeople = 50;
  std::vector<id::Uuid> people;
  for (int i = 0; i < kPeople; ++i) people.push_back(AddStaff(absl::StrCat("Person ", i)));
  std::vector<absl::StatusOr<v1::Enrolment>> answers(kPeople);
  std::vector<std::thread> threads;
  for (int i = 0; i < kPeople; ++i) {
    threads.emplace_back([&, i] { answers[i] = Apply(cohort, people[i]); });
  }
  for (std::thread& thread : threads) thread.join();
  int applied = 0;
  for (const auto& answer : answers) {
    ASSERT_THAT(answer, IsOk());
    if (answer->state() == v1::ENROLMENT_STATE_APPLIED) ++applied;
  }
  EXPECT_EQ(applied, 1);
  EXPECT_EQ(Read(cohort).places_taken(), 1);
  // In order of asking: the first has the place, and the rest wait in that order without gaps.
  const std::vector<v1::Enrolment> all = All(cohort);
  ASSERT_THAT(all, SizeIs(kPeople));
  EXPECT_EQ(all[0].state(), v1::ENROLMENT_STATE_APPLIED);
  for (int i = 1; i < kPeople; ++i) {
    EXPECT_EQ(all[i].state(), v1::ENROLMENT_STATE_WAITLISTED);
    EXPECT_EQ(all[i].waitlist_position(), i);
  }
  // Each answer told the place it was given, however they raced.
  for (const auto& answer : answers) {
    const auto same = std::find_if(
        all.begin(), all.end(), [&](const v1::Enrolment& e) { return e.name() == answer->name(); });
    ASSERT_NE(same, all.end());
    EXPECT_EQ(same->waitlist_position(), answer->waitlist_position());
  }
}

TEST_F(TakePlaceTest, AFreedPlaceGoesToTheFirstOfTheWaitlist) {
  const v1::Cohort cohort = MakeOpenCohort(1);
  const id::Uuid one = AddStaff("One"), two = AddStaff("Two"), three = AddStaff("Three");
  const auto first = Apply(cohort, one);
  const auto second = Apply(cohort, two);
  const auto third = Apply(cohort, three);
  ASSERT_THAT(third, IsOk());
  EXPECT_EQ(third->waitlist_position(), 2);
  NewEvents();
  ASSERT_THAT(Withdraw(*first, one), IsOk());
  EXPECT_EQ(Read(*second).state(), v1::ENROLMENT_STATE_APPLIED);
  EXPECT_EQ(Read(*second).waitlist_position(), 0);
  EXPECT_EQ(Read(*third).waitlist_position(), 1);
  EXPECT_EQ(Read(cohort).places_taken(), 1);
  // Both changes are told, each with a version above the last.
  const auto told = NewEntries();
  ASSERT_THAT(told, SizeIs(2));
  EXPECT_EQ(told[0].state(), v1::ENROLMENT_STATE_WITHDRAWN);
  EXPECT_EQ(told[1].state(), v1::ENROLMENT_STATE_APPLIED);
  EXPECT_EQ(told[0].version(), 2);
  EXPECT_EQ(told[1].version(), 2);
}

TEST_F(TakePlaceTest, WhoIsSuspendedOrHasLeftIsPassedOverUntilTheyAreBack) {
  const v1::Cohort cohort = MakeOpenCohort(1);
  const id::Uuid one = AddStaff("One"), away = AddStaff("Away"), gone = AddStaff("Gone");
  const auto first = Apply(cohort, one), waits = Apply(cohort, away), left = Apply(cohort, gone);
  ASSERT_THAT(left, IsOk());
  SetStaffState(away, v1::STAFF_STATE_SUSPENDED);
  SetStaffState(gone, v1::STAFF_STATE_LEFT);
  ASSERT_THAT(Withdraw(*first, one), IsOk());
  EXPECT_EQ(Read(*waits).state(), v1::ENROLMENT_STATE_WAITLISTED);
  EXPECT_EQ(Read(*left).state(), v1::ENROLMENT_STATE_WAITLISTED);
  EXPECT_EQ(Read(cohort).places_taken(), 0);
  SetStaffState(away, v1::STAFF_STATE_ACTIVE);
  const auto back = db::Transaction(world().pool(), Soon(), [&](db::Connection& tx) {
    feed::Outbox outbox;
    return ResumeEnrolments(tx, outbox, organisation_, away, Now());
  });
  ASSERT_THAT(back, IsOk());
  EXPECT_EQ(Read(*waits).state(), v1::ENROLMENT_STATE_APPLIED);
  EXPECT_EQ(Read(*left).state(), v1::ENROLMENT_STATE_WAITLISTED);
  EXPECT_EQ(Read(cohort).places_taken(), 1);
}

TEST_F(TakePlaceTest, WhoDoesNotWorkThereCantAccept) {
  const v1::Cohort cohort = MakeOpenCohort(1);
  const id::Uuid named = AddStaff("Named");
  const auto nominated = Nominate(cohort, named);
  ASSERT_THAT(nominated, IsOk());
  SetStaffState(named, v1::STAFF_STATE_SUSPENDED);
  EXPECT_THAT(Accept(*nominated, named), HasReason("CALLER_NOT_STAFF"));
  EXPECT_EQ(Read(*nominated).state(), v1::ENROLMENT_STATE_NOMINATED);
}

TEST_F(TakePlaceTest, ANominatedPersonTakesAPlaceByAcceptingAndWaitsWhereNoneIsLeft) {
  const v1::Cohort cohort = MakeOpenCohort(1);
  const id::Uuid named = AddStaff("Named"), volunteer = AddStaff("Volunteer");
  const auto nominated = Nominate(cohort, named);
  ASSERT_THAT(nominated, IsOk());
  EXPECT_EQ(nominated->state(), v1::ENROLMENT_STATE_NOMINATED);
  EXPECT_EQ(Read(cohort).places_taken(), 0);
  const auto applied = Apply(cohort, volunteer);
  EXPECT_EQ(applied->state(), v1::ENROLMENT_STATE_APPLIED);
  const auto waiting = Accept(*nominated, named);
  ASSERT_THAT(waiting, IsOk());
  EXPECT_EQ(waiting->state(), v1::ENROLMENT_STATE_WAITLISTED);
  EXPECT_EQ(waiting->origin(), v1::ORIGIN_NOMINATED);
  ASSERT_THAT(Withdraw(*applied, volunteer), IsOk());
  EXPECT_EQ(Read(*nominated).state(), v1::ENROLMENT_STATE_AWAITING_KICKOFF);
}

TEST_F(TakePlaceTest, OnlyThePersonThemselvesAccept) {
  const v1::Cohort cohort = MakeOpenCohort(1);
  const id::Uuid named = AddStaff("Named");
  const auto nominated = Nominate(cohort, named);
  const auto by_coach = [&] {
    v1::AcceptEnrolmentRequest request;
    request.set_name(nominated->name());
    request.set_request_id(RequestId());
    return Call<v1::AcceptEnrolmentResponse>(
        "AcceptEnrolment", request,
        As(coach_, {options::v1::ROLE_COACH, options::v1::ROLE_PARTICIPANT}));
  };
  EXPECT_THAT(by_coach(), HasReason("NOT_YOURS"));
  EXPECT_EQ(Read(*nominated).state(), v1::ENROLMENT_STATE_NOMINATED);
}

TEST_F(TakePlaceTest, TheWayInIsForTheParticipantAndTheCoachAndTheRosterOnly) {
  const v1::Cohort cohort = MakeOpenCohort(1);
  const id::Uuid person = AddStaff("Person");
  const auto applied = Apply(cohort, person);
  EXPECT_EQ(applied->way_in(), v1::WAY_IN_VOLUNTEERED);
  EXPECT_EQ(Read(*applied).way_in(), v1::WAY_IN_VOLUNTEERED);
  v1::GetEnrolmentRequest request;
  request.set_name(applied->name());
  EXPECT_THAT(
      Call<v1::GetEnrolmentResponse>("GetEnrolment", request, Participant(AddStaff("Other"))),
      AllOf(StatusIs(absl::StatusCode::kPermissionDenied), HasReason("NOT_YOURS")));
}

TEST_F(TakePlaceTest, PlacesAreGivenWhileRecruitingOnly) {
  const v1::Cohort draft = MakeCohort(5);
  const id::Uuid person = AddStaff("Person");
  EXPECT_THAT(Apply(draft, person), AllOf(StatusIs(absl::StatusCode::kFailedPrecondition),
                                          HasReason("COHORT_NOT_RECRUITING")));
  EXPECT_THAT(Nominate(draft, person), HasReason("COHORT_NOT_RECRUITING"));
  EXPECT_THAT(All(draft), SizeIs(0));
  EXPECT_EQ(Read(draft).places_taken(), 0);
}

TEST_F(TakePlaceTest, NobodyIsEnrolledTwiceButMayComeBackAfterWithdrawing) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid person = AddStaff("Person");
  const auto applied = Apply(cohort, person);
  ASSERT_THAT(applied, IsOk());
  EXPECT_THAT(Apply(cohort, person),
              AllOf(StatusIs(absl::StatusCode::kAlreadyExists), HasReason("ENROLMENT_EXISTS")));
  EXPECT_THAT(Nominate(cohort, person), HasReason("ENROLMENT_EXISTS"));
  EXPECT_EQ(Read(cohort).places_taken(), 1);
  ASSERT_THAT(Withdraw(*applied, person), IsOk());
  EXPECT_THAT(Withdraw(*applied, person), HasReason("ENROLMENT_STATE"));
  EXPECT_EQ(Read(cohort).places_taken(), 0);
  EXPECT_THAT(Apply(cohort, person), IsOk());
}

TEST_F(TakePlaceTest, OnlyThoseWhoWorkThereTakePart) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid left = AddStaff("Left");
  SetStaffState(left, v1::STAFF_STATE_LEFT);
  EXPECT_THAT(Apply(cohort, left),
              AllOf(StatusIs(absl::StatusCode::kPermissionDenied), HasReason("CALLER_NOT_STAFF")));
  EXPECT_THAT(Nominate(cohort, left),
              AllOf(StatusIs(absl::StatusCode::kNotFound), HasReason("STAFF_MEMBER_NOT_FOUND")));
  EXPECT_THAT(Nominate(cohort, world().ids().Next()), HasReason("STAFF_MEMBER_NOT_FOUND"));
}

TEST_F(TakePlaceTest, TheSameRequestAgainGetsTheFirstAnswerAndTakesNoSecondPlace) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid person = AddStaff("Person");
  v1::ApplyToCohortRequest request;
  request.set_parent(cohort.name());
  request.set_request_id(RequestId());
  const auto first = Call<v1::ApplyToCohortResponse>("ApplyToCohort", request, Participant(person));
  const auto again = Call<v1::ApplyToCohortResponse>("ApplyToCohort", request, Participant(person));
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(first->enrolment().name(), again->enrolment().name());
  EXPECT_EQ(Read(cohort).places_taken(), 1);
  request.set_way_in(v1::WAY_IN_TOLD_TO);
  EXPECT_THAT(Call<v1::ApplyToCohortResponse>("ApplyToCohort", request, Participant(person)),
              AllOf(HasReason("REQUEST_ID_REUSED"), NamesField("request_id")));
}

TEST_F(TakePlaceTest, TheRosterTellsWhatTheEventToldOfAnAcceptedPlace) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid person = AddStaff("Person");
  const auto applied = Apply(cohort, person);
  NewEvents();
  ASSERT_THAT(Accept(*applied, person), IsOk());
  const auto told = NewEntries();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].state(), v1::ENROLMENT_STATE_AWAITING_KICKOFF);
  EXPECT_EQ(told[0].minutes_per_week(), 60);
  EXPECT_EQ(told[0].sessions_per_week(), 2);
  EXPECT_EQ(told[0].balance_target(), 0.5);
  EXPECT_EQ(told[0].balance_tolerance(), 0.15);
  EXPECT_EQ(told[0].time_zone(), "Europe/London");
  EXPECT_EQ(told[0].participant_display_name(), "Person");
  EXPECT_EQ(told[0].cohort_title(), "Spring");
  EXPECT_EQ(told[0].way_in(), v1::WAY_IN_VOLUNTEERED);
  v1::GetRosterEntryRequest request;
  request.set_organisation(told[0].organisation());
  request.set_enrolment(told[0].enrolment());
  const auto read = world().channel().Call<v1::GetRosterEntryResponse>(
      "dap.enrolment.v1.RosterService/GetRosterEntry", request, Context());
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->entry().SerializeAsString(), told[0].SerializeAsString());
}

}  // namespace
}  // namespace dap::enrolment
