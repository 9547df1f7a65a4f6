#include "services/enrolment/testing/service_test.h"

namespace dap::enrolment {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::SizeIs;

class AdvanceCohortTest : public ServiceTest {
 protected:
  static std::vector<std::string> Unmet(const absl::Status& status) {
    std::vector<std::string> reasons;
    for (const auto& violation : status::Violations(status)) reasons.push_back(violation.reason);
    return reasons;
  }
  v1::CreateCohortRequest CreateRequest() {
    v1::CreateCohortRequest request;
    request.set_parent(organisation_name_);
    request.set_request_id(RequestId());
    v1::Cohort& cohort = *request.mutable_cohort();
    cohort.set_title("Spring");
    cohort.set_capacity(10);
    cohort.mutable_start_date()->set_year(2027);
    cohort.mutable_start_date()->set_month(1);
    cohort.mutable_start_date()->set_day(11);
    *cohort.mutable_end_date() = cohort.start_date();
    cohort.mutable_end_date()->set_month(4);
    return request;
  }
  absl::StatusOr<v1::CreateCohortResponse> Create(const v1::CreateCohortRequest& request) {
    return Call<v1::CreateCohortResponse>("CreateCohort", request, Coach());
  }
};

TEST_F(AdvanceCohortTest, ANewCohortIsADraftWithTheCallerAsFirstCoachAndTheDefaults) {
  v1::CreateCohortRequest request = CreateRequest();
  const id::Uuid second = AddStaff("Second");
  request.mutable_cohort()->add_coaches(Staff(second));
  request.mutable_cohort()->add_coaches(Staff(coach_));
  const auto made = Create(request);
  ASSERT_THAT(made, IsOk());
  const v1::Cohort cohort = Read(made->cohort());
  EXPECT_EQ(cohort.state(), v1::COHORT_STATE_DRAFT);
  EXPECT_THAT(cohort.coaches(), ElementsAre(Staff(coach_), Staff(second)));
  EXPECT_EQ(cohort.blend().workshop(), 25);
  EXPECT_EQ(cohort.commitment().minutes_per_week(), 60);
  EXPECT_EQ(cohort.commitment().sessions_per_week(), 2);
  EXPECT_EQ(cohort.balance_target().target(), 0.5);
  EXPECT_EQ(cohort.balance_target().tolerance(), 0.15);
  EXPECT_EQ(cohort.SerializeAsString(), made->cohort().SerializeAsString());
  const auto events = NewEvents();
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].cohort_changed().title(), "Spring");
  EXPECT_EQ(events[0].cohort_changed().coaches_size(), 2);
}

TEST_F(AdvanceCohortTest, ABadPlanIsRefusedFieldByFieldAndNothingIsMade) {
  struct Case {
    const char* field;
    const char* reason;
    std::function<void(v1::Cohort&)> spoil;
  };
  const Case cases[] = {
      {"cohort.start_date", "DATE_INVALID",
       [](v1::Cohort& c) { c.mutable_start_date()->set_day(32); }},
      {"cohort.end_date", "DATE_ORDER",
       [](v1::Cohort& c) { *c.mutable_end_date() = c.start_date(); }},
      {"cohort.end_date", "DATE_SPAN", [](v1::Cohort& c) { c.mutable_end_date()->set_year(2029); }},
      {"cohort.blend", "BLEND_SUM", [](v1::Cohort& c) { c.mutable_blend()->set_online(99); }},
      {"cohort.balance_target.target", "BALANCE_RANGE",
       [](v1::Cohort& c) { c.mutable_balance_target()->set_target(1.5); }},
      {"cohort.coaches[0]", "STAFF_MEMBER_UNKNOWN",
       [this](v1::Cohort& c) { c.add_coaches(Staff(world().ids().Next())); }},
  };
  for (const Case& c : cases) {
    v1::CreateCohortRequest request = CreateRequest();
    c.spoil(*request.mutable_cohort());
    const auto made = Create(request);
    EXPECT_THAT(made, AllOf(StatusIs(absl::StatusCode::kInvalidArgument), HasReason(c.reason),
                            NamesField(c.field)));
  }
  EXPECT_EQ(Count("SELECT COUNT(*) FROM cohort WHERE organisation = ?", {organisation_}), 0);
  EXPECT_THAT(NewEvents(), SizeIs(0));
}

TEST_F(AdvanceCohortTest, ACoachMustBeStaff) {
  const auto made = Call<v1::CreateCohortResponse>(
      "CreateCohort", CreateRequest(), As(world().ids().Next(), {options::v1::ROLE_COACH}));
  EXPECT_THAT(made,
              AllOf(StatusIs(absl::StatusCode::kPermissionDenied), HasReason("CALLER_NOT_STAFF")));
}

TEST_F(AdvanceCohortTest, RecruitmentClosesOnlyWithAKickOffAndPatronsAndSaysAllThatIsMissing) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid person = AddStaff("Person");
  const auto enrolment = Apply(cohort, person);
  ASSERT_THAT(Accept(*enrolment, person), IsOk());
  const auto refused = Step("CloseRecruitment", cohort);
  EXPECT_THAT(refused, AllOf(StatusIs(absl::StatusCode::kFailedPrecondition),
                             HasReason("COHORT_NOT_READY")));
  EXPECT_THAT(Unmet(refused.status()), ElementsAre("KICK_OFF_MISSING", "PATRON_MISSING"));
  EXPECT_EQ(Read(cohort).state(), v1::COHORT_STATE_RECRUITING);
  ASSERT_THAT(Plan(cohort, v1::SESSION_KIND_KICK_OFF, Now()), IsOk());
  ASSERT_THAT(Assign(*enrolment, AgreedPatron(cohort)), IsOk());
  const auto closed = Step("CloseRecruitment", cohort);
  ASSERT_THAT(closed, IsOk());
  EXPECT_EQ(closed->state(), v1::COHORT_STATE_READY);
  EXPECT_NE(closed->etag(), cohort.etag());
}

TEST_F(AdvanceCohortTest, TheStartActivatesThoseWhoWereThereAndLeavesTheOthersWaiting) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid there = AddStaff("There"), absent = AddStaff("Absent");
  const auto first = Apply(cohort, there), second = Apply(cohort, absent);
  ASSERT_THAT(Accept(*first, there), IsOk());
  ASSERT_THAT(Accept(*second, absent), IsOk());
  const id::Uuid patron = AgreedPatron(cohort);
  ASSERT_THAT(Assign(*first, patron), IsOk());
  ASSERT_THAT(Assign(*second, patron), IsOk());
  const auto kick_off = Plan(cohort, v1::SESSION_KIND_KICK_OFF, Now() + absl::Hours(1));
  ASSERT_THAT(Step("CloseRecruitment", cohort), IsOk());
  EXPECT_THAT(Unmet(StartCohort(cohort, "").status()),
              ElementsAre("KICK_OFF_NOT_HELD", "KICK_OFF_ATTENDANCE"));
  Advance(absl::Hours(1));
  ASSERT_THAT(Record(*kick_off, {*first}), IsOk());
  NewEvents();
  const auto started = StartCohort(cohort, "");
  ASSERT_THAT(started, IsOk());
  EXPECT_EQ(started->state(), v1::COHORT_STATE_RUNNING);
  EXPECT_EQ(Read(*first).state(), v1::ENROLMENT_STATE_ACTIVE);
  EXPECT_TRUE(Read(*first).has_activate_time());
  EXPECT_EQ(Read(*second).state(), v1::ENROLMENT_STATE_AWAITING_KICKOFF);
  const auto told = NewEvents();
  ASSERT_THAT(told, SizeIs(2));
  EXPECT_EQ(told[0].enrolment_changed().entry().state(), v1::ENROLMENT_STATE_ACTIVE);
  EXPECT_EQ(told[1].cohort_changed().state(), v1::COHORT_STATE_RUNNING);
}

TEST_F(AdvanceCohortTest, AnUninvitedBaselineHoldsTheStartUp) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid person = AddStaff("Person");
  const auto enrolment = Apply(cohort, person);
  ASSERT_THAT(Accept(*enrolment, person), IsOk());
  ASSERT_THAT(Assign(*enrolment, AgreedPatron(cohort)), IsOk());
  const auto kick_off = Plan(cohort, v1::SESSION_KIND_KICK_OFF, Now());
  ASSERT_THAT(Step("CloseRecruitment", cohort), IsOk());
  ASSERT_THAT(Record(*kick_off, {*enrolment}), IsOk());
  ASSERT_GE(Count("SELECT COUNT(*) FROM enrolment WHERE organisation = ? AND "
                  "baseline_invite_time IS NOT NULL",
                  {organisation_}),
            1);
  Execute("UPDATE enrolment SET baseline_invite_time = NULL WHERE organisation = ?");
  EXPECT_THAT(Unmet(StartCohort(cohort, "").status()), ElementsAre("BASELINE_NOT_INVITED"));
}

TEST_F(AdvanceCohortTest, AnOverrideStartsItAndIsKeptWithTheCoach) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  EXPECT_THAT(Unmet(StartCohort(cohort, "Now").status()),
              ElementsAre("COHORT_STATE", "KICK_OFF_MISSING"));
  ASSERT_THAT(Plan(cohort, v1::SESSION_KIND_KICK_OFF, Now() + absl::Hours(5)), IsOk());
  ASSERT_THAT(Step("CloseRecruitment", cohort), IsOk());
  ASSERT_THAT(StartCohort(cohort, "The room was shut"), IsOk());
  EXPECT_EQ(Count("SELECT COUNT(*) FROM cohort WHERE organisation = ? AND cohort = ? AND "
                  "override_reason = 'The room was shut' AND override_by = ?",
                  {organisation_, LastId(cohort.name()), coach_}),
            1);
}

TEST_F(AdvanceCohortTest, FinishingCompletesWhoTookPartAndFreesTheirPatrons) {
  v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid waiting = AddStaff("Waiting");
  const auto other = Apply(cohort, waiting);
  const v1::Enrolment active = ActiveIn(cohort, AddStaff("Active"));
  const auto finished = Step("FinishCohort", cohort);
  ASSERT_THAT(finished, IsOk());
  EXPECT_EQ(finished->state(), v1::COHORT_STATE_FINISHED);
  EXPECT_EQ(finished->places_taken(), 1);
  EXPECT_EQ(Read(active).state(), v1::ENROLMENT_STATE_COMPLETED);
  EXPECT_TRUE(Read(active).has_end_time());
  EXPECT_EQ(Read(*other).state(), v1::ENROLMENT_STATE_WITHDRAWN);
  EXPECT_EQ(
      Count("SELECT SUM(participants) FROM patron_load WHERE organisation = ?", {organisation_}),
      0);
}

TEST_F(AdvanceCohortTest, CancellingWithdrawsEverybodyAndPromotesNobody) {
  const v1::Cohort cohort = MakeOpenCohort(1);
  const auto first = Apply(cohort, AddStaff("First"));
  const auto second = Apply(cohort, AddStaff("Second"));
  ASSERT_EQ(second->state(), v1::ENROLMENT_STATE_WAITLISTED);
  NewEvents();
  ASSERT_THAT(Step("CancelCohort", cohort), IsOk());
  int told = 0;
  for (const auto& event : NewEvents()) {
    told += event.enrolment_changed().entry().cohort_called_off() ? 1 : 0;
  }
  EXPECT_EQ(told, 2) << "why they are withdrawn";
  EXPECT_EQ(Read(*first).state(), v1::ENROLMENT_STATE_WITHDRAWN);
  EXPECT_EQ(Read(*second).state(), v1::ENROLMENT_STATE_WITHDRAWN);
  EXPECT_EQ(Read(cohort).places_taken(), 0);
}

TEST_F(AdvanceCohortTest, AStepFromTheWrongStateIsRefusedAndChangesNothing) {
  const v1::Cohort cohort = MakeCohort(5);
  NewEvents();
  EXPECT_THAT(Step("FinishCohort", cohort),
              AllOf(StatusIs(absl::StatusCode::kFailedPrecondition), HasReason("COHORT_STATE")));
  ASSERT_THAT(Step("CancelCohort", cohort), IsOk());
  for (const char* method : {"OpenCohort", "FinishCohort", "CancelCohort"}) {
    EXPECT_THAT(Step(method, cohort), HasReason("COHORT_STATE")) << method;
  }
  EXPECT_EQ(Read(cohort).state(), v1::COHORT_STATE_CANCELLED);
  EXPECT_THAT(NewEvents(), SizeIs(1));
}

TEST_F(AdvanceCohortTest, AnOrganisationNeedsAZoneThatExists) {
  v1::CreateOrganisationRequest request;
  request.mutable_organisation()->set_display_name("Nowhere");
  request.mutable_organisation()->set_time_zone("Europe/Atlantis");
  request.set_request_id(RequestId());
  auth::Principal operations;
  operations.subject = "operations";
  operations.roles = {options::v1::ROLE_OPERATOR};
  operations.expires = absl::InfiniteFuture();
  EXPECT_THAT(Call<v1::CreateOrganisationResponse>("CreateOrganisation", request, operations),
              AllOf(StatusIs(absl::StatusCode::kInvalidArgument), HasReason("TIME_ZONE_UNKNOWN"),
                    NamesField("organisation.time_zone")));
}

TEST_F(AdvanceCohortTest, WhoIsNotThereAnyMoreIsPausedAtTheStartAndNotActive) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid here = AddStaff("Here"), away = AddStaff("Away");
  std::vector<v1::Enrolment> enrolments;
  for (const id::Uuid& person : {here, away}) {
    enrolments.push_back(*Apply(cohort, person));
    ASSERT_THAT(Accept(enrolments.back(), person), IsOk());
    ASSERT_THAT(Assign(enrolments.back(), AgreedPatron(cohort)), IsOk());
  }
  const auto kick_off = Plan(cohort, v1::SESSION_KIND_KICK_OFF, Now());
  ASSERT_THAT(Step("CloseRecruitment", cohort), IsOk());
  ASSERT_THAT(Record(*kick_off, enrolments), IsOk());
  SetStaffState(away, v1::STAFF_STATE_LEFT);
  ASSERT_THAT(StartCohort(cohort, ""), IsOk());
  EXPECT_EQ(Read(enrolments[0]).state(), v1::ENROLMENT_STATE_ACTIVE);
  EXPECT_EQ(Read(enrolments[1]).state(), v1::ENROLMENT_STATE_PAUSED);
  EXPECT_EQ(Read(enrolments[1]).pause().reason(), v1::PAUSE_REASON_SUSPENDED);
}

}  // namespace
}  // namespace dap::enrolment
