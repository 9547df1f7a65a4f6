#include <thread>

#include "services/enrolment/testing/service_test.h"

namespace dap::enrolment {
namespace {

using ::testing::AllOf;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ChangeSessionTest : public ServiceTest {
 protected:
  v1::Enrolment Accepted(const v1::Cohort& cohort, const id::Uuid& staff) {
    return *Accept(*Apply(cohort, staff), staff);
  }
  absl::StatusOr<v1::Session> Update(v1::Session wanted, const std::vector<std::string>& paths) {
    v1::UpdateSessionRequest request;
    *request.mutable_session() = std::move(wanted);
    for (const std::string& path : paths) request.mutable_update_mask()->add_paths(path);
    request.set_request_id(RequestId());
    auto answer = Call<v1::UpdateSessionResponse>("UpdateSession", request, Coach());
    if (!answer.ok()) return answer.status();
    return answer->session();
  }
  absl::StatusOr<v1::Session> Cancel(const v1::Session& session) {
    v1::CancelSessionRequest request;
    request.set_name(session.name());
    request.set_reason("The room is flooded.");
    request.set_request_id(RequestId());
    auto answer = Call<v1::CancelSessionResponse>("CancelSession", request, Coach());
    if (!answer.ok()) return answer.status();
    return answer->session();
  }
  absl::StatusOr<v1::Session> Respond(const v1::Session& session, const id::Uuid& staff,
                                      v1::SessionAnswer answer) {
    v1::RespondToSessionRequest request;
    request.set_name(session.name());
    request.set_answer(answer);
    request.set_request_id(RequestId());
    auto answered =
        Call<v1::RespondToSessionResponse>("RespondToSession", request, Participant(staff));
    if (!answered.ok()) return answered.status();
    return answered->session();
  }
  v1::Session Get(const v1::Session& session, const auth::Principal& who) {
    v1::GetSessionRequest request;
    request.set_name(session.name());
    auto got = Call<v1::GetSessionResponse>("GetSession", request, who);
    EXPECT_THAT(got, IsOk());
    return got.ok() ? got->session() : v1::Session();
  }
  v1::PlanSessionRequest OneToOne(const v1::Cohort& cohort, const v1::Enrolment& with) {
    v1::PlanSessionRequest request;
    request.set_parent(cohort.name());
    v1::Session& session = *request.mutable_session();
    session.set_kind(v1::SESSION_KIND_ONE_TO_ONE);
    session.set_title("A word");
    session.mutable_start_time()->set_seconds(absl::ToUnixSeconds(Now() + absl::Hours(24)));
    session.mutable_end_time()->set_seconds(absl::ToUnixSeconds(Now() + absl::Hours(25)));
    session.set_host(Staff(coach_));
    session.set_participant(with.name());
    session.set_agenda("Private");
    request.set_request_id(RequestId());
    return request;
  }
  size_t Listed(const v1::Cohort& cohort, const auth::Principal& who) {
    v1::ListSessionsRequest request;
    request.set_parent(cohort.name());
    const auto page = Call<v1::ListSessionsResponse>("ListSessions", request, who);
    EXPECT_THAT(page, IsOk());
    return page.ok() ? page->sessions_size() : 0;
  }
};

TEST_F(ChangeSessionTest, AMoveRaisesTheSequenceAndIsToldAndOtherChangesAreNot) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  v1::Session session = *Plan(cohort, v1::SESSION_KIND_WORKSHOP, Now() + absl::Hours(24));
  NewEvents();
  v1::Session later = session;
  later.mutable_start_time()->set_seconds(later.start_time().seconds() + 1800);
  later.set_place("Elsewhere");  // not named
  const auto moved = Update(later, {"start_time"});
  ASSERT_THAT(moved, IsOk());
  EXPECT_EQ(moved->sequence(), session.sequence() + 1);
  EXPECT_EQ(moved->place(), "Hall");
  EXPECT_NE(moved->etag(), session.etag());
  const auto told = NewEvents();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].session_changed().sequence(), moved->sequence());
  EXPECT_EQ(told[0].session_changed().start_time().seconds(), later.start_time().seconds());
  v1::Session roomier = *moved;
  roomier.set_capacity(7);
  const auto roomy = Update(roomier, {"capacity"});
  ASSERT_THAT(roomy, IsOk());
  EXPECT_THAT(NewEvents(), IsEmpty());
  roomier = *roomy;
  roomier.set_agenda("Tea");
  const auto changed = Update(roomier, {"agenda"});
  ASSERT_THAT(changed, IsOk());
  EXPECT_EQ(changed->sequence(), moved->sequence());
  EXPECT_NE(changed->etag(), moved->etag());
  const auto retold = NewEvents();
  ASSERT_THAT(retold, SizeIs(1)) << "a mail that is still to go tells it";
  EXPECT_EQ(retold[0].session_changed().agenda(), "Tea");
  EXPECT_EQ(retold[0].session_changed().sequence(), moved->sequence());
  const auto same = Update(*changed, {"*"});
  ASSERT_THAT(same, IsOk());
  EXPECT_EQ(same->etag(), changed->etag()) << "nothing was written";
  EXPECT_THAT(NewEvents(), IsEmpty());
}

TEST_F(ChangeSessionTest, ABadChangeIsRefusedByFieldAndNothingChanges) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const v1::Session session = *Plan(cohort, v1::SESSION_KIND_KICK_OFF, Now() + absl::Hours(24));
  struct Case {
    std::vector<std::string> paths;
    const char* field;
    const char* reason;
    std::function<void(v1::Session&)> spoil;
  };
  const Case cases[] = {
      {{"title"}, "session.title", "FIELD_REQUIRED", [](v1::Session& s) { s.clear_title(); }},
      {{"agenda"}, "session.agenda", "KICK_OFF_AGENDA", [](v1::Session& s) { s.clear_agenda(); }},
      {{"place"}, "session.place", "KICK_OFF_PLACE", [](v1::Session& s) { s.clear_place(); }},
      {{"end_time"},
       "session.end_time",
       "TIME_ORDER",
       [](v1::Session& s) { *s.mutable_end_time() = s.start_time(); }},
      {{"start_time"},
       "session.end_time",
       "TIME_SPAN",
       [](v1::Session& s) { s.mutable_start_time()->set_seconds(100); }},
      {{"host"},
       "session.host",
       "STAFF_MEMBER_UNKNOWN",
       [this](v1::Session& s) { s.set_host(Staff(world().ids().Next())); }},
      {{"capacity"},
       "session.capacity",
       "FIELD_OUT_OF_RANGE",
       [](v1::Session& s) { s.set_capacity(-1); }},
      {{"kind"}, "update_mask", "UPDATE_MASK_PATH", [](v1::Session&) {}},
      {{"title", "join_code"}, "update_mask", "UPDATE_MASK_PATH", [](v1::Session&) {}},
  };
  for (const Case& c : cases) {
    v1::Session wanted = session;
    c.spoil(wanted);
    EXPECT_THAT(Update(wanted, c.paths), AllOf(StatusIs(absl::StatusCode::kInvalidArgument),
                                               HasReason(c.reason), NamesField(c.field)));
  }
  EXPECT_EQ(Get(session, Coach()).etag(), session.etag());
}

TEST_F(ChangeSessionTest, AnEditOfWhatHasChangedSinceIsRefused) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const v1::Session session = *Plan(cohort, v1::SESSION_KIND_DROP_IN, Now() + absl::Hours(24));
  v1::Session first = session, second = session;
  first.set_title("First");
  second.set_title("Second");
  ASSERT_THAT(Update(first, {"title"}), IsOk());
  EXPECT_THAT(Update(second, {"title"}),
              AllOf(StatusIs(absl::StatusCode::kAborted), HasReason("ETAG_MISMATCH")));
  EXPECT_EQ(Get(session, Coach()).title(), "First");
  second.clear_etag();
  EXPECT_THAT(Update(second, {"title"}), IsOk());
}

TEST_F(ChangeSessionTest, EveryObstacleIsToldAtOnce) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid person = AddStaff("Person");
  const v1::Enrolment enrolment = Accepted(cohort, person);
  v1::Session session = *Plan(cohort, v1::SESSION_KIND_DROP_IN, Now());
  ASSERT_THAT(Record(session, {enrolment}), IsOk());
  EXPECT_THAT(Cancel(session), AllOf(HasReason("SESSION_FIXED"), NamesField("session.attended")));
  v1::Session later = session;
  later.mutable_end_time()->set_seconds(later.end_time().seconds() + 60);
  EXPECT_THAT(Update(later, {"end_time"}),
              AllOf(StatusIs(absl::StatusCode::kFailedPrecondition), HasReason("SESSION_FIXED"),
                    NamesField("session.attended")));
  session.set_title("What it was about");
  EXPECT_THAT(Update(session, {"title"}), IsOk()) << "its words can change";
  v1::Session ahead = *Plan(cohort, v1::SESSION_KIND_DROP_IN, Now() + absl::Hours(1));
  ASSERT_THAT(Step("CancelCohort", cohort), IsOk());
  EXPECT_EQ(Get(ahead, Coach()).state(), v1::SESSION_STATE_CANCELLED);
  ahead.clear_etag();
  EXPECT_THAT(Update(ahead, {"title"}), AllOf(NamesField("cohort"), NamesField("session.state")));
}

TEST_F(ChangeSessionTest, FinishingCallsOffWhatIsAheadButTheCelebration) {
  v1::Cohort cohort = MakeOpenCohort(5);
  ActiveIn(cohort, AddStaff("Person"));
  const v1::Session ahead = *Plan(cohort, v1::SESSION_KIND_WORKSHOP, Now() + absl::Hours(24));
  const v1::Session feast = *Plan(cohort, v1::SESSION_KIND_CELEBRATION, Now() + absl::Hours(48));
  NewEvents();
  ASSERT_THAT(Step("FinishCohort", cohort), IsOk());
  EXPECT_EQ(Get(ahead, Coach()).state(), v1::SESSION_STATE_CANCELLED);
  EXPECT_NE(Get(ahead, Coach()).cancel_reason(), "");
  EXPECT_EQ(Get(feast, Coach()).state(), v1::SESSION_STATE_PLANNED);
  const auto told = NewEvents();
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told[0].session_changed().state(), v1::SESSION_STATE_CANCELLED)
      << "before the roster tells that they have ended";
}

TEST_F(ChangeSessionTest, WhoLeavesHasNoOneToOneAhead) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid person = AddStaff("Person"), other = AddStaff("Other");
  const v1::Enrolment leaves = *Apply(cohort, person), stays = *Apply(cohort, other);
  const auto plan = [&](const v1::Enrolment& with) {
    return Call<v1::PlanSessionResponse>("PlanSession", OneToOne(cohort, with), Coach())->session();
  };
  const v1::Session with_them = plan(leaves), with_other = plan(stays);
  const v1::Session for_all = *Plan(cohort, v1::SESSION_KIND_WORKSHOP, Now() + absl::Hours(24));
  NewEvents();
  ASSERT_THAT(Withdraw(leaves, person), IsOk());
  const auto told = NewEvents();
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told[0].session_changed().state(), v1::SESSION_STATE_CANCELLED);
  EXPECT_EQ(Get(with_them, Coach()).state(), v1::SESSION_STATE_CANCELLED);
  EXPECT_EQ(Get(with_other, Coach()).state(), v1::SESSION_STATE_PLANNED);
  EXPECT_EQ(Get(for_all, Coach()).state(), v1::SESSION_STATE_PLANNED);
}

TEST_F(ChangeSessionTest, ACancelledKickOffSaysWhyAndMakesRoomForAnother) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const v1::Session session = *Plan(cohort, v1::SESSION_KIND_KICK_OFF, Now() + absl::Hours(24));
  NewEvents();
  const auto cancelled = Cancel(session);
  ASSERT_THAT(cancelled, IsOk());
  EXPECT_EQ(cancelled->state(), v1::SESSION_STATE_CANCELLED);
  EXPECT_EQ(cancelled->cancel_reason(), "The room is flooded.");
  EXPECT_EQ(cancelled->sequence(), session.sequence() + 1);
  const auto told = NewEvents();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].session_changed().state(), v1::SESSION_STATE_CANCELLED);
  EXPECT_THAT(Cancel(session), AllOf(HasReason("SESSION_FIXED"), NamesField("session.state")));
  EXPECT_THAT(Plan(cohort, v1::SESSION_KIND_KICK_OFF, Now() + absl::Hours(48)), IsOk());
}

TEST_F(ChangeSessionTest, AOneToOneIsForItsParticipantAndTheCoachesOnly) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid person = AddStaff("Person"), other = AddStaff("Other");
  const v1::Enrolment with = Accepted(cohort, person);
  Accepted(cohort, other);
  const id::Uuid patron = AgreedPatron(cohort);
  NewEvents();
  const auto planned =
      Call<v1::PlanSessionResponse>("PlanSession", OneToOne(cohort, with), Coach());
  ASSERT_THAT(planned, IsOk());
  const auto told = NewEvents();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(id::Uuid::FromBytes(told[0].session_changed().participant()), LastId(with.name()));
  EXPECT_EQ(told[0].session_changed().agenda(), "") << "is for the two alone";
  EXPECT_EQ(Get(planned->session(), Participant(person)).participant(), with.name());
  v1::GetSessionRequest get;
  get.set_name(planned->session().name());
  for (const auth::Principal& who : {Participant(other), PatronOf(patron)}) {
    EXPECT_THAT(Call<v1::GetSessionResponse>("GetSession", get, who),
                HasReason("SESSION_NOT_FOUND"));
    EXPECT_EQ(Listed(cohort, who), 0u);
  }
  EXPECT_EQ(Listed(cohort, Participant(person)), 1u);
  EXPECT_EQ(Listed(cohort, Coach()), 1u);
  EXPECT_THAT(Respond(planned->session(), other, v1::SESSION_ANSWER_YES),
              HasReason("SESSION_NOT_FOUND"));
  EXPECT_THAT(CheckIn(planned->session(), other, planned->session().join_code()),
              HasReason("SESSION_NOT_FOUND"));
  EXPECT_THAT(Respond(planned->session(), person, v1::SESSION_ANSWER_YES), IsOk());
}

TEST_F(ChangeSessionTest, AOneToOneNeedsOneParticipantAndACoach) {
  const v1::Cohort cohort = MakeOpenCohort(5), elsewhere = MakeOpenCohort(5);
  const v1::Enrolment with = Accepted(cohort, AddStaff("Person"));
  const v1::Enrolment stranger = Accepted(elsewhere, AddStaff("Stranger"));
  struct Case {
    const char* field;
    const char* reason;
    std::function<void(v1::Session&)> spoil;
  };
  const Case cases[] = {
      {"session.participant", "ONE_TO_ONE_PARTICIPANT",
       [](v1::Session& s) { s.clear_participant(); }},
      {"session.host", "ONE_TO_ONE_HOST",
       [this](v1::Session& s) { s.set_host(Staff(AddStaff("Somebody"))); }},
      {"session.capacity", "ONE_TO_ONE_CAPACITY", [](v1::Session& s) { s.set_capacity(1); }},
      {"session.participant", "PARTICIPANT_NOT_WANTED",
       [](v1::Session& s) { s.set_kind(v1::SESSION_KIND_WORKSHOP); }},
      {"session.participant", "ENROLMENT_UNKNOWN",
       [&](v1::Session& s) { s.set_participant(stranger.name()); }},
  };
  for (const Case& c : cases) {
    v1::PlanSessionRequest request = OneToOne(cohort, with);
    c.spoil(*request.mutable_session());
    EXPECT_THAT(Call<v1::PlanSessionResponse>("PlanSession", request, Coach()),
                AllOf(StatusIs(absl::StatusCode::kInvalidArgument), HasReason(c.reason),
                      NamesField(c.field)));
  }
  EXPECT_EQ(Listed(cohort, Coach()), 0u);
}

TEST_F(ChangeSessionTest, TheLastPlaceGoesToOneHoweverManyAnswerAtOnce) {
  const v1::Cohort cohort = MakeOpenCohort(60);
  v1::Session session = *Plan(cohort, v1::SESSION_KIND_WORKSHOP, Now() + absl::Hours(24));
  session.set_capacity(2);
  ASSERT_THAT(Update(session, {"capacity"}), IsOk());
  const id::Uuid first = AddStaff("First");
  Accepted(cohort, first);
  ASSERT_THAT(Respond(session, first, v1::SESSION_ANSWER_YES), IsOk());
  constexpr int kPeople = 50;
  std::vector<id::Uuid> people;
  for (int i = 0; i < kPeople; ++i) {
    people.push_back(AddStaff("Person"));
    Accepted(cohort, people.back());
  }
  std::vector<absl::Status> answers(kPeople);
  std::vector<std::thread> threads;
  for (int i = 0; i < kPeople; ++i) {
    threads.emplace_back(
        [&, i] { answers[i] = Respond(session, people[i], v1::SESSION_ANSWER_YES).status(); });
  }
  for (std::thread& thread : threads) thread.join();
  int in = 0;
  for (const absl::Status& answer : answers) {
    if (answer.ok()) {
      ++in;
    } else {
      EXPECT_THAT(answer, AllOf(HasReason("SESSION_CLOSED"), NamesField("session.capacity")));
    }
  }
  EXPECT_EQ(in, 1);
  EXPECT_EQ(Get(session, Coach()).going(), 2);
  EXPECT_THAT(Respond(session, first, v1::SESSION_ANSWER_YES), IsOk()) << "theirs already";
  NewEvents();
  ASSERT_THAT(Respond(session, first, v1::SESSION_ANSWER_NO), IsOk());
  const auto told = NewEvents();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].session_answered().answer(), v1::SESSION_ANSWER_NO);
  EXPECT_EQ(id::Uuid::FromBytes(told[0].session_answered().session()), LastId(session.name()));
  EXPECT_EQ(Get(session, Participant(first)).my_answer(), v1::SESSION_ANSWER_NO);
  EXPECT_EQ(Get(session, Coach()).going(), 1);
}

TEST_F(ChangeSessionTest, AnAnswerNeedsAPlaceInTheCohortAndASessionAhead) {
  const v1::Cohort cohort = MakeOpenCohort(1);
  const id::Uuid person = AddStaff("Person"), waits = AddStaff("Waits");
  const v1::Enrolment enrolment = Accepted(cohort, person);
  ASSERT_THAT(Apply(cohort, waits), IsOk());
  const v1::Session session = *Plan(cohort, v1::SESSION_KIND_WORKSHOP, Now() + absl::Hours(1));
  EXPECT_THAT(Respond(session, AddStaff("Stranger"), v1::SESSION_ANSWER_YES),
              HasReason("NOT_IN_COHORT"));
  EXPECT_THAT(Respond(session, waits, v1::SESSION_ANSWER_YES),
              AllOf(HasReason("SESSION_CLOSED"), NamesField("enrolment")));
  ASSERT_THAT(Respond(session, person, v1::SESSION_ANSWER_YES), IsOk());
  ASSERT_THAT(Withdraw(enrolment, person), IsOk());
  EXPECT_EQ(Get(session, Coach()).going(), 0) << "who left comes no more";
  Advance(absl::Hours(2));
  ASSERT_THAT(Cancel(session), IsOk());
  EXPECT_THAT(Respond(session, waits, v1::SESSION_ANSWER_YES),
              AllOf(NamesField("session"), NamesField("session.state")));
}

TEST_F(ChangeSessionTest, CoachesSeeTheAnswersAndWhichAreToWhatWasPlannedBefore) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid one = AddStaff("One"), two = AddStaff("Two");
  const v1::Enrolment first = Accepted(cohort, one);
  Accepted(cohort, two);
  v1::Session session = *Plan(cohort, v1::SESSION_KIND_WORKSHOP, Now() + absl::Hours(24));
  ASSERT_THAT(Respond(session, one, v1::SESSION_ANSWER_MAYBE), IsOk());
  session.set_place("Elsewhere");
  ASSERT_THAT(Update(session, {"place"}), IsOk());
  ASSERT_THAT(Respond(session, two, v1::SESSION_ANSWER_YES), IsOk());
  v1::ListSessionResponsesRequest request;
  request.set_parent(session.name());
  request.set_page_size(1);
  std::vector<v1::SessionResponse> responses;
  do {
    const auto page =
        Call<v1::ListSessionResponsesResponse>("ListSessionResponses", request, Coach());
    ASSERT_THAT(page, IsOk());
    responses.insert(responses.end(), page->responses().begin(), page->responses().end());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  ASSERT_THAT(responses, SizeIs(2));
  EXPECT_EQ(responses[0].enrolment(), first.name());
  EXPECT_EQ(responses[0].participant_display_name(), "One");
  EXPECT_EQ(responses[0].answer(), v1::SESSION_ANSWER_MAYBE);
  EXPECT_TRUE(responses[0].before_change());
  EXPECT_FALSE(responses[1].before_change());
}

}  // namespace
}  // namespace dap::enrolment
