#include "services/notification/domain/decision.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace dap::notification {
namespace {

const absl::Time kTuesday = absl::FromUnixSeconds(1795514400);  // 2026-11-24 10:00 UTC
const absl::Time kSaturday = kTuesday + absl::Hours(24 * 4);
const absl::Time kMonday = kTuesday + absl::Hours(24 * 6 - 1);  // 09:00

Message Of(Kind kind) {
  Message message;
  message.kind = kind;
  message.create_time = kTuesday - absl::Hours(1);
  if (IsNudge(kind)) message.expire_time = message.create_time + Settings().nudge_lifetime;
  return message;
}

// Nothing is in the way.
Facts Good(Kind kind) {
  Facts facts;
  facts.staff = StaffState::kActive;
  facts.zone = absl::UTCTimeZone();
  facts.enrolment = kind == Kind::kPlace     ? EnrolmentState::kNominated
                    : kind == Kind::kCatchUp ? EnrolmentState::kAwaitingKickoff
                                             : EnrolmentState::kActive;
  facts.concerned = true;
  return facts;
}

TEST(DecisionTest, SendsWhatNothingIsInTheWayOf) {
  for (Kind kind : kKinds) {
    const Decision decision = Decide(Of(kind), Good(kind), kTuesday, Settings());
    EXPECT_EQ(decision.outcome, Outcome::kSent) << static_cast<int>(kind);
    EXPECT_EQ(decision.reason, "");
    EXPECT_FALSE(decision.due_time.has_value());
  }
}

TEST(DecisionTest, LooksAtEverythingAgain) {
  const struct {
    const char* what;
    std::function<void(Message&, Facts&)> change;
    Outcome outcome;
    const char* reason;
  } cases[] = {
      {"the spell ended", [](Message& m, Facts&) { m.settle_time = kTuesday; },
       Outcome::kSuppressed, "NO_LONGER_TRUE"},
      {"five days old", [](Message& m, Facts&) { m.expire_time = kTuesday; }, Outcome::kExpired,
       "TOO_LATE"},
      {"nobody knows them yet", [](Message&, Facts& f) { f.staff = StaffState::kUnknown; },
       Outcome::kDeferred, "NOT_KNOWN_YET"},
      {"no zone yet", [](Message&, Facts& f) { f.zone.reset(); }, Outcome::kDeferred,
       "NOT_KNOWN_YET"},
      {"no enrolment yet", [](Message&, Facts& f) { f.enrolment = EnrolmentState::kUnknown; },
       Outcome::kDeferred, "NOT_KNOWN_YET"},
      {"suspended", [](Message&, Facts& f) { f.staff = StaffState::kSuspended; },
       Outcome::kSuppressed, "NOT_EMPLOYED"},
      {"left", [](Message&, Facts& f) { f.staff = StaffState::kLeft; }, Outcome::kSuppressed,
       "NOT_EMPLOYED"},
      {"not theirs any more", [](Message&, Facts& f) { f.concerned = false; }, Outcome::kSuppressed,
       "NOT_CONCERNED"},
      {"wants no nudges", [](Message&, Facts& f) { f.no_nudges = true; }, Outcome::kSuppressed,
       "NO_NUDGES"},
      {"one an hour ago", [](Message&, Facts& f) { f.nudges_sent = {kTuesday - absl::Hours(1)}; },
       Outcome::kDeferred, "OVER_BUDGET"},
  };
  for (const auto& c : cases) {
    Message message = Of(Kind::kCheckIn);
    Facts facts = Good(Kind::kCheckIn);
    c.change(message, facts);
    const Decision decision = Decide(message, facts, kTuesday, Settings());
    EXPECT_EQ(decision.outcome, c.outcome) << c.what;
    EXPECT_EQ(decision.reason, c.reason) << c.what;
    EXPECT_EQ(decision.due_time.has_value(), c.outcome == Outcome::kDeferred) << c.what;
  }
}

TEST(DecisionTest, AsksOfEachKindAnEnrolmentThatItMakesSenseFor) {
  // By state from APPLIED to WITHDRAWN: s sent, e ended, p paused, n not active, t not true.
  const struct {
    Kind kind;
    const char* by_state;
  } cases[] = {
      {Kind::kCheckIn, "nnnnspee"},
      {Kind::kPatronQueue, "nnnnspee"},
      {Kind::kOfferOneToOne, "nnnnspee"},
      {Kind::kPlace, "sststttt"},
      {Kind::kSession, "nnnsssee"},
      {Kind::kMoment, "ssssssse"},
      {Kind::kBarrier, "ssssssse"},
      {Kind::kPatronInvitation, "ssssssss"},
      {Kind::kSessionLeft, "ssssssss"},
      {Kind::kCohortCalledOff, "ssssssss"},
      {Kind::kReminder, "nnnsspee"},
      {Kind::kCatchUp, "nnnstpee"},
      {Kind::kConsent, "nnnsssee"},
      {Kind::kExperienceRemoved, "ssssssse"},
      {Kind::kExperienceReported, "ssssssss"},
  };
  const auto letter = [](const Decision& decision) {
    if (decision.outcome == Outcome::kSent) return 's';
    if (decision.reason == "ENROLMENT_ENDED") return 'e';
    if (decision.reason == "ENROLMENT_PAUSED") return 'p';
    if (decision.reason == "ENROLMENT_NOT_ACTIVE") return 'n';
    return decision.reason == "NO_LONGER_TRUE" ? 't' : '?';
  };
  for (const auto& c : cases) {
    for (int state = 1; state <= 8; ++state) {
      Facts facts = Good(c.kind);
      facts.enrolment = static_cast<EnrolmentState>(state);
      EXPECT_EQ(letter(Decide(Of(c.kind), facts, kTuesday, Settings())), c.by_state[state - 1])
          << static_cast<int>(c.kind) << " in state " << state;
    }
  }
}

TEST(DecisionTest, LeavesWhoRestsAloneButForWhatIsNotAutomated) {
  for (Kind kind : kKinds) {
    Facts facts = Good(kind);
    facts.resting = true;
    const bool automated = kind == Kind::kCheckIn || kind == Kind::kSession ||
                           kind == Kind::kReminder || kind == Kind::kCatchUp;
    EXPECT_EQ(Decide(Of(kind), facts, kTuesday, Settings()).reason, automated ? "RESTING" : "")
        << static_cast<int>(kind);
  }
  Facts facts = Good(Kind::kSession);
  facts.resting = facts.called_off = true;
  EXPECT_EQ(Decide(Of(Kind::kSession), facts, kTuesday, Settings()).outcome, Outcome::kSent);
}

TEST(DecisionTest, LeavesPlacesGatheringsAndBarriersOutOfTheBudgetAndOfNoNudges) {
  for (Kind kind : kKinds) {
    const bool outside = kind != Kind::kCheckIn && kind != Kind::kPatronQueue &&
                         kind != Kind::kOfferOneToOne && kind != Kind::kMoment;
    Facts facts = Good(kind);
    facts.nudges_sent = {kTuesday};
    EXPECT_EQ(Decide(Of(kind), facts, kTuesday, Settings()).outcome == Outcome::kSent, outside);
    facts.nudges_sent.clear();
    facts.no_nudges = true;
    EXPECT_EQ(Decide(Of(kind), facts, kTuesday, Settings()).outcome == Outcome::kSent, outside);
  }
}

TEST(DecisionTest, AGatheringCalledOffIsToldInEveryStateOfTheEnrolment) {
  for (int state = 1; state <= 8; ++state) {
    Facts facts = Good(Kind::kSession);
    facts.enrolment = static_cast<EnrolmentState>(state);
    facts.called_off = true;
    EXPECT_EQ(Decide(Of(Kind::kSession), facts, kTuesday, Settings()).outcome, Outcome::kSent);
  }
}

TEST(DecisionTest, ANoStopsRemindersAndNothingElse) {
  for (Kind kind : kKinds) {
    Facts facts = Good(kind);
    facts.said_no = true;
    EXPECT_EQ(Decide(Of(kind), facts, kTuesday, Settings()).reason,
              kind == Kind::kReminder ? "SAID_NO" : "");
  }
}

TEST(DecisionTest, AnInvitationNeedsNoEnrolment) {
  Facts facts = Good(Kind::kPatronInvitation);
  facts.enrolment = EnrolmentState::kUnknown;
  EXPECT_EQ(Decide(Of(Kind::kPatronInvitation), facts, kTuesday, Settings()).outcome,
            Outcome::kSent);
  for (StaffState gone : {StaffState::kSuspended, StaffState::kLeft}) {
    facts.staff = gone;
    EXPECT_EQ(Decide(Of(Kind::kPatronInvitation), facts, kTuesday, Settings()).reason,
              "NOT_EMPLOYED");
  }
}

TEST(DecisionTest, WaitsForTheWindowAndTellsWhen) {
  Message message = Of(Kind::kPlace);
  const Decision decision = Decide(message, Good(Kind::kPlace), kSaturday, Settings());
  EXPECT_EQ(decision.outcome, Outcome::kDeferred);
  EXPECT_EQ(decision.reason, "OUTSIDE_HOURS");
  EXPECT_EQ(decision.due_time, kMonday);
}

TEST(DecisionTest, ANudgeThatEndsBeforeItMayGoIsLookedAtWhenItEnds) {
  Message message = Of(Kind::kCheckIn);
  message.expire_time = kSaturday + absl::Hours(1);
  const Decision waits = Decide(message, Good(Kind::kCheckIn), kSaturday, Settings());
  EXPECT_EQ(waits.outcome, Outcome::kDeferred);
  EXPECT_EQ(waits.due_time, message.expire_time);
  EXPECT_EQ(Decide(message, Good(Kind::kCheckIn), *waits.due_time, Settings()).outcome,
            Outcome::kExpired);
}

TEST(DecisionTest, TheBudgetsWaitEndsWithinTheWindow) {
  Facts facts = Good(Kind::kCheckIn);
  facts.nudges_sent = {kTuesday - absl::Hours(16)};  // frees at 18:00
  EXPECT_EQ(Decide(Of(Kind::kCheckIn), facts, kTuesday, Settings()).due_time,
            kTuesday + absl::Hours(23));
}

TEST(DecisionTest, NewsOfAGatheringThatCannotWaitGoesAtOnce) {
  Message message = Of(Kind::kSession);
  message.expire_time = kMonday - absl::Minutes(30);
  EXPECT_EQ(Decide(message, Good(Kind::kSession), kSaturday, Settings()).outcome, Outcome::kSent);
  message.expire_time = kMonday + absl::Minutes(30);
  EXPECT_EQ(Decide(message, Good(Kind::kSession), kSaturday, Settings()).outcome,
            Outcome::kDeferred);
  message.expire_time = kSaturday;
  EXPECT_EQ(Decide(message, Good(Kind::kSession), kSaturday, Settings()).outcome,
            Outcome::kExpired);
}

}  // namespace
}  // namespace dap::notification
