#include "services/enrolment/domain/enrolment.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "libs/status/matchers.h"

namespace dap::enrolment {
namespace {

using status::HasReason;
using status::IsOk;
using status::NamesField;
using status::StatusIs;
using State = EnrolmentState;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);
constexpr State kAllStates[] = {State::kApplied,         State::kNominated, State::kWaitlisted,
                                State::kAwaitingKickoff, State::kActive,    State::kPaused,
                                State::kCompleted,       State::kWithdrawn};

id::Uuid Id(int n) { return id::Uuid::FromBytes(std::string(15, '\0') + static_cast<char>(n)); }

Cohort Of(CohortState state, int capacity) {
  Cohort cohort;
  cohort.state = state;
  cohort.capacity = capacity;
  return cohort;
}

Enrolment In(State state, Cohort& cohort) {
  Enrolment enrolment;
  enrolment.state = state;
  if (state == State::kPaused) enrolment.pause = Pause{PauseReason::kBusy, kNow};
  if (HoldsPlace(state)) ++cohort.places_taken;
  return enrolment;
}

// Tries a transition from every state and compares what comes of it and of the places.
void ExpectTransitions(const std::function<absl::Status(Cohort&, Enrolment&)>& take,
                       const std::map<State, State>& allowed) {
  for (State from : kAllStates) {
    SCOPED_TRACE(Word(from));
    Cohort cohort = Of(CohortState::kRunning, 10);
    Enrolment enrolment = In(from, cohort);
    const absl::Status taken = take(cohort, enrolment);
    const auto to = allowed.find(from);
    if (to == allowed.end()) {
      EXPECT_THAT(taken, StatusIs(absl::StatusCode::kFailedPrecondition));
      EXPECT_THAT(taken, HasReason("ENROLMENT_STATE"));
    } else {
      EXPECT_THAT(taken, IsOk());
    }
    EXPECT_EQ(enrolment.state, to == allowed.end() ? from : to->second);
    EXPECT_EQ(cohort.places_taken, HoldsPlace(enrolment.state) ? 1 : 0);
  }
}

TEST(EnrolmentTest, AcceptingGoesFromAppliedAndNominated) {
  ExpectTransitions(
      [](Cohort& c, Enrolment& e) {
        return Accept(c, e, std::nullopt, {}, WayIn::kUnspecified, kNow);
      },
      {{State::kApplied, State::kAwaitingKickoff}, {State::kNominated, State::kAwaitingKickoff}});
}

TEST(EnrolmentTest, WithdrawingGoesUntilTheEnd) {
  std::map<State, State> allowed;
  for (State state : kAllStates) {
    if (!HasEnded(state)) allowed[state] = State::kWithdrawn;
  }
  ExpectTransitions([](Cohort& c, Enrolment& e) { return Withdraw(c, e, kNow); }, allowed);
}

TEST(EnrolmentTest, CompletingGoesFromActiveAndPausedAndReflectingAfterTheEnd) {
  ExpectTransitions([](Cohort& c, Enrolment& e) { return Complete(c, e, "Done", kNow); },
                    {{State::kActive, State::kCompleted}, {State::kPaused, State::kCompleted}});
  ExpectTransitions(
      [](Cohort&, Enrolment& e) { return Reflect(e, "Done"); },
      {{State::kCompleted, State::kCompleted}, {State::kWithdrawn, State::kWithdrawn}});
}

TEST(EnrolmentTest, TheWayInIsSaidUntilTheEnd) {
  std::map<State, State> allowed;
  for (State state : kAllStates) {
    if (!HasEnded(state)) allowed[state] = state;
  }
  ExpectTransitions([](Cohort&, Enrolment& e) { return SayWayIn(e, WayIn::kToldTo); }, allowed);
}

TEST(EnrolmentTest, PausingGoesFromActiveAndResumingFromPaused) {
  const Pause leave{PauseReason::kLeave, std::nullopt};
  ExpectTransitions(
      [&](Cohort& c, Enrolment& e) {
        return PauseFor(c, e, leave, By::kParticipant, kNow, Settings());
      },
      {{State::kActive, State::kPaused}});
  ExpectTransitions([](Cohort& c, Enrolment& e) { return Resume(c, e, By::kParticipant); },
                    {{State::kPaused, State::kActive}});
}

TEST(EnrolmentTest, PromotingGoesFromWaitlisted) {
  ExpectTransitions([](Cohort& c, Enrolment& e) { return Promote(c, e, kNow); },
                    {{State::kWaitlisted, State::kApplied}});
}

TEST(EnrolmentTest, AttendingTheKickOffActivatesWhoAwaitsIt) {
  Session kick_off;
  kick_off.kind = SessionKind::kKickOff;
  ExpectTransitions([&](Cohort& c, Enrolment& e) { return Attend(c, e, kick_off, kNow).status(); },
                    {{State::kApplied, State::kApplied},
                     {State::kAwaitingKickoff, State::kActive},
                     {State::kActive, State::kActive},
                     {State::kPaused, State::kPaused},
                     {State::kCompleted, State::kCompleted}});
}

TEST(EnrolmentTest, TheEndCompletesWhoTookPartAndWithdrawsTheRest) {
  ExpectTransitions(
      [](Cohort& c, Enrolment& e) {
        End(c, e, kNow);
        return absl::OkStatus();
      },
      {{State::kApplied, State::kWithdrawn},
       {State::kNominated, State::kWithdrawn},
       {State::kWaitlisted, State::kWithdrawn},
       {State::kAwaitingKickoff, State::kWithdrawn},
       {State::kActive, State::kCompleted},
       {State::kPaused, State::kCompleted},
       {State::kCompleted, State::kCompleted},
       {State::kWithdrawn, State::kWithdrawn}});
}

TEST(EnrolmentTest, TheNextFreePlaceIsTheVolunteersElseTheyWait) {
  Cohort cohort = Of(CohortState::kRecruiting, 1);
  const Enrolment first = Apply(cohort, Id(1), Id(11), WayIn::kVolunteered, kNow);
  const Enrolment second = Apply(cohort, Id(2), Id(12), WayIn::kUnspecified, kNow);
  const Enrolment third = Apply(cohort, Id(3), Id(13), WayIn::kUnspecified, kNow);
  EXPECT_EQ(first.state, State::kApplied);
  EXPECT_EQ(first.origin, Origin::kApplied);
  EXPECT_EQ(second.state, State::kWaitlisted);
  EXPECT_LT(first.ask_number, second.ask_number);
  EXPECT_LT(second.wait_number, third.wait_number);
  EXPECT_EQ(cohort.places_taken, 1);
}

TEST(EnrolmentTest, ANominatedPersonTakesAPlaceByAcceptingOnly) {
  Cohort cohort = Of(CohortState::kRecruiting, 1);
  Enrolment nominated = Nominate(cohort, Id(1), Id(11), kNow);
  EXPECT_EQ(cohort.places_taken, 0);
  EXPECT_THAT(Accept(cohort, nominated, Commitment{30, 1}, {}, WayIn::kToldTo, kNow), IsOk());
  EXPECT_EQ(nominated.state, State::kAwaitingKickoff);
  EXPECT_EQ(nominated.commitment, (Commitment{30, 1}));
  EXPECT_EQ(nominated.way_in, WayIn::kToldTo);
  EXPECT_EQ(nominated.baseline_invite_time, kNow);
  EXPECT_EQ(cohort.places_taken, 1);
}

TEST(EnrolmentTest, ANominatedPersonWithoutAPlaceLeftWaitsAndThenHasAccepted) {
  Cohort cohort = Of(CohortState::kRecruiting, 1);
  Enrolment volunteer = Apply(cohort, Id(1), Id(11), WayIn::kUnspecified, kNow);
  Enrolment nominated = Nominate(cohort, Id(2), Id(12), kNow);
  ASSERT_THAT(Accept(cohort, nominated, std::nullopt, {}, WayIn::kUnspecified, kNow), IsOk());
  EXPECT_EQ(nominated.state, State::kWaitlisted);
  EXPECT_EQ(nominated.origin, Origin::kNominated);
  EXPECT_THAT(Promote(cohort, nominated, kNow), HasReason("COHORT_FULL"));
  ASSERT_THAT(Withdraw(cohort, volunteer, kNow), IsOk());
  ASSERT_THAT(Promote(cohort, nominated, kNow), IsOk());
  EXPECT_EQ(nominated.state, State::kAwaitingKickoff);
  EXPECT_EQ(nominated.wait_number, 0);
  EXPECT_EQ(cohort.places_taken, 1);
}

TEST(EnrolmentTest, AcceptingKeepsTheWayInAndTakesTheCohortsCommitmentWhereNothingIsSaid) {
  Cohort cohort = Of(CohortState::kRecruiting, 1);
  cohort.commitment = {45, 3};
  Enrolment enrolment = Apply(cohort, Id(1), Id(11), WayIn::kEncouraged, kNow);
  ASSERT_THAT(Accept(cohort, enrolment, std::nullopt, {}, WayIn::kUnspecified, kNow), IsOk());
  EXPECT_EQ(enrolment.way_in, WayIn::kEncouraged);
  EXPECT_EQ(enrolment.commitment, (Commitment{45, 3}));
}

TEST(EnrolmentTest, NobodyAcceptsWhenTheCohortIsOver) {
  for (CohortState over : {CohortState::kFinished, CohortState::kCancelled}) {
    Cohort cohort = Of(over, 1);
    Enrolment enrolment = In(State::kNominated, cohort);
    EXPECT_THAT(Accept(cohort, enrolment, std::nullopt, {}, WayIn::kUnspecified, kNow),
                HasReason("COHORT_STATE"));
    EXPECT_EQ(enrolment.state, State::kNominated);
  }
}

TEST(EnrolmentTest, PausesAreCheckedByWhoAsksAndHowLong) {
  struct Case {
    By by;
    PauseReason reason;
    std::optional<absl::Duration> until;
    const char* wrong;
    const char* field;
  };
  const auto days = [](int n) { return absl::Hours(24) * n; };
  const Case cases[] = {
      {By::kParticipant, PauseReason::kBusy, days(60), nullptr, nullptr},
      {By::kParticipant, PauseReason::kLeave, std::nullopt, nullptr, nullptr},
      {By::kParticipant, PauseReason::kCoach, std::nullopt, "PAUSE_REASON", "pause.reason"},
      {By::kParticipant, PauseReason::kSuspended, std::nullopt, "PAUSE_REASON", "pause.reason"},
      {By::kCoach, PauseReason::kCoach, std::nullopt, nullptr, nullptr},
      {By::kCoach, PauseReason::kSuspended, std::nullopt, "PAUSE_REASON", "pause.reason"},
      {By::kSystem, PauseReason::kSuspended, std::nullopt, nullptr, nullptr},
      {By::kParticipant, PauseReason::kBusy, std::nullopt, "PAUSE_UNTIL_MISSING",
       "pause.until_time"},
      {By::kParticipant, PauseReason::kBusy, days(60) + absl::Seconds(1), "PAUSE_UNTIL",
       "pause.until_time"},
      {By::kParticipant, PauseReason::kLeave, absl::ZeroDuration(), "PAUSE_UNTIL",
       "pause.until_time"},
  };
  for (const Case& c : cases) {
    Cohort cohort = Of(CohortState::kRunning, 1);
    Enrolment enrolment = In(State::kActive, cohort);
    Pause pause{c.reason, std::nullopt};
    if (c.until.has_value()) pause.until = kNow + *c.until;
    const absl::Status paused = PauseFor(cohort, enrolment, pause, c.by, kNow, Settings());
    if (c.wrong == nullptr) {
      EXPECT_THAT(paused, IsOk());
      EXPECT_EQ(enrolment.pause->reason, c.reason);
    } else {
      EXPECT_THAT(paused, HasReason(c.wrong));
      EXPECT_THAT(paused, NamesField(c.field));
      EXPECT_EQ(enrolment.state, State::kActive);
    }
  }
}

TEST(EnrolmentTest, APauseIsEndedByWhoMay) {
  struct Case {
    PauseReason reason;
    By by;
    bool good;
  };
  const Case cases[] = {
      {PauseReason::kBusy, By::kParticipant, true},
      {PauseReason::kBusy, By::kCoach, true},
      {PauseReason::kCoach, By::kParticipant, false},
      {PauseReason::kCoach, By::kCoach, true},
      {PauseReason::kSuspended, By::kCoach, false},
      {PauseReason::kSuspended, By::kSystem, true},
      {PauseReason::kSuspended, By::kParticipant, false},
  };
  for (const Case& c : cases) {
    Cohort cohort = Of(CohortState::kRunning, 1);
    Enrolment enrolment = In(State::kPaused, cohort);
    enrolment.pause = Pause{c.reason, std::nullopt};
    EXPECT_EQ(Resume(cohort, enrolment, c.by).ok(), c.good);
    EXPECT_EQ(enrolment.pause.has_value(), !c.good);
  }
}

TEST(EnrolmentTest, TheKickOffCountsAlwaysAndADropInOnceTheCohortRuns) {
  for (int kind = 1; kind <= 6; ++kind) {
    const auto session = static_cast<SessionKind>(kind);
    EXPECT_EQ(IsStart(Of(CohortState::kReady, 1), session), session == SessionKind::kKickOff);
    EXPECT_EQ(IsStart(Of(CohortState::kRunning, 1), session),
              session == SessionKind::kKickOff || session == SessionKind::kDropIn);
  }
}

TEST(EnrolmentTest, WhoWasAtTheKickOffIsActiveFromTheStartOn) {
  Cohort cohort = Of(CohortState::kReady, 2);
  Enrolment there = In(State::kAwaitingKickoff, cohort);
  Enrolment absent = In(State::kAwaitingKickoff, cohort);
  Session kick_off;
  kick_off.kind = SessionKind::kKickOff;
  EXPECT_TRUE(*Attend(cohort, there, kick_off, kNow));
  EXPECT_EQ(there.state, State::kAwaitingKickoff);
  cohort.state = CohortState::kRunning;
  EXPECT_TRUE(ActivateAtStart(cohort, there, kNow + absl::Hours(1)));
  EXPECT_FALSE(ActivateAtStart(cohort, absent, kNow + absl::Hours(1)));
  EXPECT_EQ(there.state, State::kActive);
  EXPECT_EQ(there.activate_time, kNow + absl::Hours(1));
  EXPECT_EQ(absent.state, State::kAwaitingKickoff);
}

TEST(EnrolmentTest, WhoAcceptsAfterHavingBeenThereIsActiveAtOnce) {
  Cohort cohort = Of(CohortState::kRunning, 1);
  Enrolment enrolment = In(State::kApplied, cohort);
  enrolment.start_attend_time = kNow;
  ASSERT_THAT(Accept(cohort, enrolment, std::nullopt, {}, WayIn::kUnspecified, kNow), IsOk());
  EXPECT_EQ(enrolment.state, State::kActive);
}

}  // namespace
}  // namespace dap::enrolment
