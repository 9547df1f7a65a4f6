#include <thread>

#include "absl/strings/ascii.h"
#include "services/enrolment/testing/service_test.h"

namespace dap::enrolment {
namespace {

using ::testing::AllOf;
using ::testing::SizeIs;

class SessionsTest : public ServiceTest {
 protected:
  v1::Enrolment Accepted(const v1::Cohort& cohort, const id::Uuid& staff) {
    const auto applied = Apply(cohort, staff);
    EXPECT_THAT(applied, IsOk());
    const auto accepted = Accept(*applied, staff);
    EXPECT_THAT(accepted, IsOk());
    return *accepted;
  }
  absl::StatusOr<v1::GetSessionResponse> Get(const v1::Session& session,
                                             const auth::Principal& principal) {
    v1::GetSessionRequest request;
    request.set_name(session.name());
    return Call<v1::GetSessionResponse>("GetSession", request, principal);
  }
  // Not the session's.
  static std::string WrongCode(const v1::Session& session) {
    return session.join_code() == "222222" ? "333333" : "222222";
  }
};

TEST_F(SessionsTest, ACohortHasOneKickOffAndAnyNumberOfOthers) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  NewEvents();
  ASSERT_THAT(Plan(cohort, v1::SESSION_KIND_KICK_OFF, Now()), IsOk());
  EXPECT_THAT(Plan(cohort, v1::SESSION_KIND_KICK_OFF, Now()),
              AllOf(StatusIs(absl::StatusCode::kAlreadyExists), HasReason("SESSION_EXISTS")));
  EXPECT_THAT(Plan(cohort, v1::SESSION_KIND_DROP_IN, Now()), IsOk());
  EXPECT_THAT(Plan(cohort, v1::SESSION_KIND_DROP_IN, Now()), IsOk());
  const auto told = NewEvents();
  ASSERT_THAT(told, SizeIs(3));
  EXPECT_EQ(told[0].session_changed().kind(), v1::SESSION_KIND_KICK_OFF);
  EXPECT_EQ(told[0].session_changed().place(), "Hall");
}

TEST_F(SessionsTest, ABadPlanIsRefusedFieldByField) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  v1::PlanSessionRequest good;
  good.set_parent(cohort.name());
  v1::Session& session = *good.mutable_session();
  session.set_kind(v1::SESSION_KIND_KICK_OFF);
  session.set_title("Together");
  session.mutable_start_time()->set_seconds(1'800'000'000);
  session.mutable_end_time()->set_seconds(1'800'003'600);
  session.set_host(Staff(coach_));
  session.set_link("https://meet.example/1");
  session.set_agenda("Hello");
  struct Case {
    const char* field;
    const char* reason;
    std::function<void(v1::Session&)> spoil;
  };
  const Case cases[] = {
      {"session.end_time", "TIME_ORDER",
       [](v1::Session& s) { *s.mutable_end_time() = s.start_time(); }},
      {"session.end_time", "TIME_SPAN",
       [](v1::Session& s) { s.mutable_end_time()->set_seconds(1'800'086'400); }},
      {"session.start_time", "TIME_RANGE",
       [](v1::Session& s) { s.mutable_start_time()->set_seconds(9'000'000'000'000'000'000); }},
      {"session.start_time", "TIME_RANGE",
       [](v1::Session& s) { s.mutable_start_time()->set_seconds(-9'000'000'000'000'000'000); }},
      {"session.start_time", "TIME_RANGE",
       [](v1::Session& s) { s.mutable_start_time()->set_nanos(-1); }},
      {"session.end_time", "TIME_RANGE",
       [](v1::Session& s) { s.mutable_end_time()->set_seconds(253'402'300'800); }},
      {"session.agenda", "KICK_OFF_AGENDA", [](v1::Session& s) { s.clear_agenda(); }},
      {"session.place", "KICK_OFF_PLACE", [](v1::Session& s) { s.clear_link(); }},
      {"session.host", "STAFF_MEMBER_UNKNOWN",
       [this](v1::Session& s) { s.set_host(Staff(world().ids().Next())); }},
  };
  for (const Case& c : cases) {
    v1::PlanSessionRequest request = good;
    request.set_request_id(RequestId());
    c.spoil(*request.mutable_session());
    EXPECT_THAT(Call<v1::PlanSessionResponse>("PlanSession", request, Coach()),
                AllOf(StatusIs(absl::StatusCode::kInvalidArgument), HasReason(c.reason),
                      NamesField(c.field)));
  }
  EXPECT_EQ(Count("SELECT COUNT(*) FROM session WHERE organisation = ?", {organisation_}), 0);
  ASSERT_THAT(Step("CancelCohort", cohort), IsOk());
  good.set_request_id(RequestId());
  EXPECT_THAT(Call<v1::PlanSessionResponse>("PlanSession", good, Coach()),
              HasReason("COHORT_STATE"));
}

TEST_F(SessionsTest, TheJoinCodeIsToldToCoachesOnlyAndSessionsToThoseInTheCohort) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid person = AddStaff("Person"), patron = AddStaff("Patron");
  Accepted(cohort, person);
  ASSERT_THAT(Invite(cohort, patron), IsOk());
  const auto session = Plan(cohort, v1::SESSION_KIND_DROP_IN, Now());
  EXPECT_THAT(session->join_code(), SizeIs(6));
  EXPECT_EQ(Get(*session, Coach())->session().join_code(), session->join_code());
  EXPECT_EQ(Get(*session, Participant(person))->session().join_code(), "");
  EXPECT_EQ(Get(*session, PatronOf(patron))->session().join_code(), "");
  EXPECT_THAT(Get(*session, Participant(AddStaff("Other"))), HasReason("NOT_IN_COHORT"));
  EXPECT_THAT(Get(*session, PatronOf(person)), HasReason("NOT_IN_COHORT"));
  EXPECT_THAT(Get(*session, As(admin_, {options::v1::ROLE_COACH})), HasReason("NOT_IN_COHORT"));
  ASSERT_THAT(Answer(cohort, patron, false), IsOk());
  EXPECT_THAT(Get(*session, PatronOf(patron)), HasReason("NOT_IN_COHORT"));
}

TEST_F(SessionsTest, CheckingInWithTheCodeCountsOnce) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid person = AddStaff("Person");
  const v1::Enrolment enrolment = Accepted(cohort, person);
  const auto session = Plan(cohort, v1::SESSION_KIND_KICK_OFF, Now());
  NewEvents();
  const auto there = CheckIn(*session, person, absl::AsciiStrToLower(session->join_code()));
  ASSERT_THAT(there, IsOk());
  EXPECT_EQ(there->attended(), 1);
  EXPECT_EQ(there->join_code(), "");
  EXPECT_EQ(CheckIn(*session, person, session->join_code())->attended(), 1);
  EXPECT_EQ(Record(*session, {enrolment})->attended(), 1);
  int attended = 0;
  for (const auto& event : NewEvents()) attended += event.has_session_attended() ? 1 : 0;
  EXPECT_EQ(attended, 1);
}

TEST_F(SessionsTest, WrongCodesAreLimitedForAnHourAlsoWhenTriedAtOnce) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid person = AddStaff("Person");
  Accepted(cohort, person);
  const auto session = Plan(cohort, v1::SESSION_KIND_KICK_OFF, Now());
  constexpr int kTries = 25;
  std::vector<absl::Status> answers(kTries);
  std::vector<std::thread> threads;
  for (int i = 0; i < kTries; ++i) {
    threads.emplace_back(
        [&, i] { answers[i] = CheckIn(*session, person, WrongCode(*session)).status(); });
  }
  for (std::thread& thread : threads) thread.join();
  int wrong = 0;
  for (const absl::Status& answer : answers) {
    if (status::Reason(answer) == "JOIN_CODE_WRONG") {
      ++wrong;
    } else {
      EXPECT_THAT(answer, AllOf(StatusIs(absl::StatusCode::kResourceExhausted),
                                HasReason("JOIN_CODE_TRIES")));
      EXPECT_GT(status::RetryAfter(answer), absl::ZeroDuration());
    }
  }
  EXPECT_EQ(wrong, 10);
  EXPECT_THAT(CheckIn(*session, person, session->join_code()), HasReason("JOIN_CODE_TRIES"));
  Advance(absl::Hours(1));
  EXPECT_THAT(CheckIn(*session, person, session->join_code()), IsOk());
}

TEST_F(SessionsTest, ARightCodeIsNoWrongTryWhateverElseIsRefused) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid person = AddStaff("Person");
  Accepted(cohort, person);
  const auto session = Plan(cohort, v1::SESSION_KIND_KICK_OFF, Now() + absl::Hours(2));
  for (int i = 0; i < 12; ++i) {
    EXPECT_THAT(CheckIn(*session, person, session->join_code()), HasReason("JOIN_CODE_EXPIRED"));
  }
  for (int i = 0; i < 10; ++i) {
    EXPECT_THAT(CheckIn(*session, person, WrongCode(*session)), HasReason("JOIN_CODE_EXPIRED"));
  }
  EXPECT_THAT(CheckIn(*session, person, WrongCode(*session)), HasReason("JOIN_CODE_TRIES"));
}

TEST_F(SessionsTest, ACodeIsGoodFor24HoursFromTheStart) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid person = AddStaff("Person");
  Accepted(cohort, person);
  const auto session = Plan(cohort, v1::SESSION_KIND_KICK_OFF, Now() + absl::Hours(2));
  EXPECT_THAT(CheckIn(*session, person, session->join_code()), HasReason("JOIN_CODE_EXPIRED"));
  Advance(absl::Hours(26));
  EXPECT_THAT(
      CheckIn(*session, person, session->join_code()),
      AllOf(StatusIs(absl::StatusCode::kFailedPrecondition), HasReason("JOIN_CODE_EXPIRED")));
}

TEST_F(SessionsTest, OnlyThoseInTheCohortCheckInAndOnlyToItsSessions) {
  const v1::Cohort cohort = MakeOpenCohort(5), other = MakeOpenCohort(5);
  const id::Uuid person = AddStaff("Person"), stranger = AddStaff("Stranger");
  Accepted(cohort, person);
  const auto session = Plan(cohort, v1::SESSION_KIND_DROP_IN, Now());
  EXPECT_THAT(CheckIn(*session, stranger, session->join_code()), HasReason("NOT_IN_COHORT"));
  v1::Session astray = *session;
  astray.set_name(absl::StrCat(cohort.name(), "/sessions/", world().ids().Next().ToString()));
  EXPECT_THAT(CheckIn(astray, person, session->join_code()), HasReason("SESSION_NOT_FOUND"));
  EXPECT_EQ(Count("SELECT COUNT(*) FROM join_code_try WHERE organisation = ?", {organisation_}), 0);
}

TEST_F(SessionsTest, RecordingIsAllOrNothing) {
  const v1::Cohort cohort = MakeOpenCohort(5), other = MakeOpenCohort(5);
  const v1::Enrolment mine = Accepted(cohort, AddStaff("Mine"));
  const v1::Enrolment theirs = Accepted(other, AddStaff("Theirs"));
  const auto session = Plan(cohort, v1::SESSION_KIND_KICK_OFF, Now());
  EXPECT_THAT(Record(*session, {mine, theirs}),
              AllOf(StatusIs(absl::StatusCode::kNotFound), HasReason("ENROLMENT_NOT_FOUND")));
  EXPECT_EQ(Get(*session, Coach())->session().attended(), 0);
  EXPECT_EQ(Count("SELECT COUNT(*) FROM attendance WHERE organisation = ?", {organisation_}), 0);
  const auto later = Plan(cohort, v1::SESSION_KIND_DROP_IN, Now() + absl::Hours(5));
  EXPECT_THAT(Record(*later, {mine}), HasReason("SESSION_STATE"));
  const auto named = Nominate(cohort, AddStaff("Named"));
  EXPECT_THAT(Record(*session, {*named}), HasReason("ENROLMENT_STATE"));
}

TEST_F(SessionsTest, ACatchUpActivatesAtOnceWhileTheCohortRuns) {
  v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid late = AddStaff("Late");
  const v1::Enrolment absent = Accepted(cohort, late);
  const id::Uuid patron = AgreedPatron(cohort);
  ASSERT_THAT(Assign(absent, patron), IsOk());
  ActiveIn(cohort, AddStaff("Active"));
  ASSERT_EQ(Read(absent).state(), v1::ENROLMENT_STATE_AWAITING_KICKOFF);
  const auto workshop = Plan(cohort, v1::SESSION_KIND_WORKSHOP, Now());
  ASSERT_THAT(CheckIn(*workshop, late, workshop->join_code()), IsOk());
  EXPECT_EQ(Read(absent).state(), v1::ENROLMENT_STATE_AWAITING_KICKOFF);
  const auto catch_up = Plan(cohort, v1::SESSION_KIND_DROP_IN, Now());
  NewEvents();
  ASSERT_THAT(CheckIn(*catch_up, late, catch_up->join_code()), IsOk());
  EXPECT_EQ(Read(absent).state(), v1::ENROLMENT_STATE_ACTIVE);
  const auto told = NewEvents();
  ASSERT_THAT(told, SizeIs(2));
  EXPECT_EQ(told[0].enrolment_changed().entry().state(), v1::ENROLMENT_STATE_ACTIVE);
  EXPECT_EQ(told[1].session_attended().minutes(), 120);
  EXPECT_EQ(told[1].session_attended().kind(), v1::SESSION_KIND_DROP_IN);
}

TEST_F(SessionsTest, WhoIsSuspendedWhenTheCatchUpIsRecordedIsPausedAndNotActive) {
  v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid one = AddStaff("One"), late = AddStaff("Late");
  const v1::Enrolment first = Accepted(cohort, one), second = Accepted(cohort, late);
  for (const v1::Enrolment& enrolment : {first, second}) {
    ASSERT_THAT(Assign(enrolment, AgreedPatron(cohort)), IsOk());
  }
  ActiveIn(cohort, AddStaff("Third"));
  const auto catch_up = Plan(cohort, v1::SESSION_KIND_DROP_IN, Now());
  ASSERT_THAT(catch_up, IsOk());
  SetStaffState(late, v1::STAFF_STATE_SUSPENDED);
  ASSERT_THAT(Record(*catch_up, {first, second}), IsOk());
  EXPECT_EQ(Read(first).state(), v1::ENROLMENT_STATE_ACTIVE);
  EXPECT_EQ(Read(second).state(), v1::ENROLMENT_STATE_PAUSED);
  EXPECT_EQ(Read(second).pause().reason(), v1::PAUSE_REASON_SUSPENDED);
}

}  // namespace
}  // namespace dap::enrolment
