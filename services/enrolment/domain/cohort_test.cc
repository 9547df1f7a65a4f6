#include "services/enrolment/domain/cohort.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "libs/status/matchers.h"

namespace dap::enrolment {
namespace {

using status::HasReason;
using status::IsOk;
using status::NamesField;
using status::StatusIs;
using ::testing::ElementsAre;
using State = CohortState;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);
constexpr State kAllStates[] = {State::kDraft,   State::kRecruiting, State::kReady,
                                State::kRunning, State::kFinished,   State::kCancelled};

id::Uuid Id(int n) { return id::Uuid::FromBytes(std::string(15, '\0') + static_cast<char>(n)); }

Cohort Plan() {
  Cohort cohort;
  cohort.title = "Spring";
  cohort.start_date = absl::CivilDay(2027, 1, 11);
  cohort.end_date = absl::CivilDay(2027, 4, 2);
  cohort.capacity = 10;
  cohort.coaches = {Id(1)};
  return cohort;
}

Session KickOff() {
  Session session;
  session.kind = SessionKind::kKickOff;
  session.start_time = kNow - absl::Hours(2);
  session.end_time = kNow;
  session.host = Id(1);
  session.place = "Hall";
  session.agenda = "Hello";
  session.attended = 3;
  return session;
}

Readiness Ready() {
  Readiness readiness;
  readiness.kick_off = KickOff();
  readiness.accepted = 3;
  return readiness;
}

std::vector<std::string> Unmet(const absl::Status& status) {
  std::vector<std::string> reasons;
  for (const auto& violation : status::Violations(status)) reasons.push_back(violation.reason);
  return reasons;
}

TEST(CohortTest, EachStepIsPossibleFromItsStatesOnly) {
  struct Step {
    const char* name;
    std::function<absl::Status(Cohort&)> take;
    std::vector<State> from;
    State to;
    const char* reason;
  };
  const Step steps[] = {
      {"open",
       [](Cohort& c) { return Open(c); },
       {State::kDraft},
       State::kRecruiting,
       "COHORT_STATE"},
      {"close",
       [](Cohort& c) { return CloseRecruitment(c, Ready()); },
       {State::kRecruiting},
       State::kReady,
       "COHORT_NOT_READY"},
      {"start",
       [](Cohort& c) { return Start(c, Ready(), kNow, std::nullopt); },
       {State::kReady},
       State::kRunning,
       "COHORT_NOT_READY"},
      {"finish",
       [](Cohort& c) { return Finish(c); },
       {State::kRunning},
       State::kFinished,
       "COHORT_STATE"},
      {"cancel",
       [](Cohort& c) { return Cancel(c); },
       {State::kDraft, State::kRecruiting, State::kReady},
       State::kCancelled,
       "COHORT_STATE"},
  };
  for (const Step& step : steps) {
    for (State state : kAllStates) {
      SCOPED_TRACE(absl::string_view(step.name));
      SCOPED_TRACE(Word(state));
      Cohort cohort = Plan();
      cohort.state = state;
      const absl::Status taken = step.take(cohort);
      if (std::find(step.from.begin(), step.from.end(), state) != step.from.end()) {
        EXPECT_THAT(taken, IsOk());
        EXPECT_EQ(cohort.state, step.to);
      } else {
        EXPECT_THAT(taken, StatusIs(absl::StatusCode::kFailedPrecondition));
        EXPECT_THAT(taken, HasReason(step.reason));
        EXPECT_THAT(Unmet(taken), ElementsAre("COHORT_STATE"));
        EXPECT_EQ(cohort.state, state);
      }
    }
  }
}

TEST(CohortTest, ClosingNamesAllThatIsMissingAtOnce) {
  Cohort cohort = Plan();
  Readiness nothing;
  nothing.accepted = 2;
  nothing.accepted_without_patron = 2;
  EXPECT_THAT(Unmet(CloseRecruitment(cohort, nothing)),
              ElementsAre("COHORT_STATE", "KICK_OFF_MISSING", "PATRON_MISSING"));
  Readiness hollow = Ready();
  hollow.kick_off->agenda.clear();
  hollow.kick_off->place.clear();
  hollow.kick_off->host = id::Uuid();
  cohort.state = State::kRecruiting;
  EXPECT_THAT(Unmet(CloseRecruitment(cohort, hollow)),
              ElementsAre("KICK_OFF_AGENDA", "KICK_OFF_HOST", "KICK_OFF_PLACE"));
  EXPECT_EQ(cohort.state, State::kRecruiting);
}

TEST(CohortTest, ALinkIsAsGoodAsAPlace) {
  Cohort cohort = Plan();
  cohort.state = State::kRecruiting;
  Readiness online = Ready();
  online.kick_off->place.clear();
  online.kick_off->link = "https://meet.example/1";
  EXPECT_THAT(CloseRecruitment(cohort, online), IsOk());
}

TEST(CohortTest, StartingNamesAllThatIsMissingAtOnce) {
  Cohort cohort = Plan();
  Readiness readiness = Ready();
  readiness.kick_off->start_time = kNow + absl::Hours(1);
  readiness.kick_off->attended = 0;
  readiness.accepted_without_patron = 1;
  readiness.accepted_without_baseline = 1;
  EXPECT_THAT(Unmet(Start(cohort, readiness, kNow, std::nullopt)),
              ElementsAre("COHORT_STATE", "KICK_OFF_NOT_HELD", "KICK_OFF_ATTENDANCE",
                          "PATRON_MISSING", "BASELINE_NOT_INVITED"));
}

TEST(CohortTest, AnOverrideIsKeptAndLiftsEverythingButTheState) {
  const StartOverride why{"The room was shut", Id(1), kNow};
  Cohort draft = Plan();
  EXPECT_THAT(Unmet(Start(draft, Readiness(), kNow, why)),
              ElementsAre("COHORT_STATE", "KICK_OFF_MISSING"));
  EXPECT_FALSE(draft.start_override.has_value());
  Cohort ready = Plan();
  ready.state = State::kReady;
  ASSERT_THAT(Start(ready, Readiness(), kNow, why), IsOk());
  EXPECT_EQ(ready.state, State::kRunning);
  EXPECT_EQ(ready.start_override->reason, "The room was shut");
  EXPECT_EQ(ready.start_override->by, Id(1));
}

TEST(CohortTest, AnOverrideThatWasNotNeededIsNotKept) {
  Cohort cohort = Plan();
  cohort.state = State::kReady;
  ASSERT_THAT(Start(cohort, Ready(), kNow, StartOverride{"To be sure", Id(1), kNow}), IsOk());
  EXPECT_FALSE(cohort.start_override.has_value());
}

TEST(CohortTest, APlanIsCheckedFieldByField) {
  struct Case {
    const char* field;
    const char* reason;
    std::function<void(Cohort&)> spoil;
  };
  const Case cases[] = {
      {"cohort.end_date", "DATE_ORDER", [](Cohort& c) { c.end_date = c.start_date; }},
      {"cohort.end_date", "DATE_SPAN", [](Cohort& c) { c.end_date = c.start_date + 367; }},
      {"cohort.blend", "BLEND_SUM", [](Cohort& c) { c.blend.online = 26; }},
      {"cohort.balance_target.target", "BALANCE_RANGE", [](Cohort& c) { c.balance.target = 1.01; }},
      {"cohort.balance_target.target", "BALANCE_RANGE",
       [](Cohort& c) { c.balance.target = std::nan(""); }},
      {"cohort.balance_target.tolerance", "BALANCE_RANGE",
       [](Cohort& c) { c.balance.tolerance = 0.51; }},
      {"cohort.coaches", "COACH_REPEATED",
       [](Cohort& c) {
         c.coaches = {Id(1), Id(1)};
       }},
  };
  EXPECT_THAT(CheckPlan(Plan()), IsOk());
  for (const Case& c : cases) {
    SCOPED_TRACE(absl::string_view(c.reason));
    Cohort cohort = Plan();
    c.spoil(cohort);
    const absl::Status checked = CheckPlan(cohort);
    EXPECT_THAT(checked, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(checked, HasReason(c.reason));
    EXPECT_THAT(checked, NamesField(c.field));
  }
}

TEST(CohortTest, PlacesAreGivenWhileRecruitingOnly) {
  for (State state : kAllStates) {
    Cohort cohort = Plan();
    cohort.state = state;
    if (state == State::kRecruiting) {
      EXPECT_THAT(CheckRecruiting(cohort), IsOk());
    } else {
      EXPECT_THAT(CheckRecruiting(cohort), HasReason("COHORT_NOT_RECRUITING"));
    }
  }
}

}  // namespace
}  // namespace dap::enrolment
