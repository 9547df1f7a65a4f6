#include "services/enrolment/domain/patronage.h"

#include <gtest/gtest.h>

#include "libs/status/matchers.h"

namespace dap::enrolment {
namespace {

using status::HasReason;
using status::IsOk;
using status::NamesField;
using State = PatronState;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

id::Uuid Id(int n) { return id::Uuid::FromBytes(std::string(15, '\0') + static_cast<char>(n)); }

Patron Of(State state) {
  Patron patron;
  patron.staff = Id(2);
  patron.state = state;
  return patron;
}

Enrolment In(EnrolmentState state) {
  Enrolment enrolment;
  enrolment.participant = Id(1);
  enrolment.state = state;
  return enrolment;
}

TEST(PatronageTest, OnlyWhoSaidNoIsAskedAgain) {
  for (State state : {State::kInvited, State::kAgreed}) {
    Patron patron = Of(state);
    EXPECT_FALSE(InviteAgain(patron, kNow));
    EXPECT_EQ(patron.state, state);
  }
  Patron patron = Of(State::kDeclined);
  patron.answer_time = kNow - absl::Hours(1);
  EXPECT_TRUE(InviteAgain(patron, kNow));
  EXPECT_EQ(patron.state, State::kInvited);
  EXPECT_EQ(patron.invite_time, kNow);
  EXPECT_EQ(patron.answer_time, std::nullopt);
}

TEST(PatronageTest, AnswersGoByState) {
  struct Case {
    State from;
    bool agree;
    int in_cohort;
    State to;
    bool good;
  };
  const Case cases[] = {
      {State::kInvited, true, 0, State::kAgreed, true},
      {State::kInvited, false, 0, State::kDeclined, true},
      {State::kAgreed, true, 5, State::kAgreed, true},
      {State::kAgreed, false, 0, State::kDeclined, true},
      {State::kAgreed, false, 1, State::kAgreed, false},
      {State::kDeclined, true, 0, State::kDeclined, false},
      {State::kDeclined, false, 0, State::kDeclined, true},
  };
  for (const Case& c : cases) {
    Patron patron = Of(c.from);
    const absl::Status answered = Answer(patron, c.agree, c.in_cohort, kNow);
    EXPECT_EQ(patron.state, c.to);
    if (c.good) {
      EXPECT_THAT(answered, IsOk());
    } else {
      EXPECT_THAT(answered, HasReason("PATRON_STATE"));
    }
  }
}

TEST(PatronageTest, TheChecklistIsForThoseWhoAgreed) {
  PatronChecklist done;
  done.names_supplied = true;
  for (State state : {State::kInvited, State::kAgreed, State::kDeclined}) {
    Patron patron = Of(state);
    if (state == State::kAgreed) {
      EXPECT_THAT(UpdateChecklist(patron, done), IsOk());
      EXPECT_EQ(patron.checklist, done);
    } else {
      EXPECT_THAT(UpdateChecklist(patron, done), HasReason("PATRON_STATE"));
      EXPECT_EQ(patron.checklist, PatronChecklist());
    }
  }
}

TEST(PatronageTest, AssigningNeedsAnAgreedPatronBelowTheirLimit) {
  const Enrolment enrolment = In(EnrolmentState::kAwaitingKickoff);
  const Settings settings;
  EXPECT_THAT(CheckAssign(enrolment, Id(2), Of(State::kAgreed), 19, settings), IsOk());
  EXPECT_THAT(CheckAssign(enrolment, Id(2), Of(State::kAgreed), 20, settings),
              HasReason("PATRON_AT_LIMIT"));
  EXPECT_THAT(CheckAssign(enrolment, Id(2), Of(State::kInvited), 0, settings),
              HasReason("PATRON_NOT_AGREED"));
  EXPECT_THAT(CheckAssign(enrolment, Id(2), Of(State::kDeclined), 0, settings),
              HasReason("PATRON_NOT_AGREED"));
  EXPECT_THAT(CheckAssign(enrolment, Id(2), std::nullopt, 0, settings),
              HasReason("PATRON_NOT_AGREED"));
}

TEST(PatronageTest, TheLimitIsTheOrganisations) {
  Settings settings;
  settings.patron_limit = 3;
  const Enrolment enrolment = In(EnrolmentState::kActive);
  EXPECT_THAT(CheckAssign(enrolment, Id(2), Of(State::kAgreed), 2, settings), IsOk());
  EXPECT_THAT(CheckAssign(enrolment, Id(2), Of(State::kAgreed), 3, settings),
              HasReason("PATRON_AT_LIMIT"));
}

TEST(PatronageTest, NobodyIsTheirOwnPatron) {
  const absl::Status checked =
      CheckAssign(In(EnrolmentState::kActive), Id(1), Of(State::kAgreed), 0, Settings());
  EXPECT_THAT(checked, HasReason("PATRON_IS_PARTICIPANT"));
  EXPECT_THAT(checked, NamesField("patron"));
}

TEST(PatronageTest, AnEndedEnrolmentGetsNoPatron) {
  for (EnrolmentState state : {EnrolmentState::kCompleted, EnrolmentState::kWithdrawn}) {
    EXPECT_THAT(CheckAssign(In(state), Id(2), Of(State::kAgreed), 0, Settings()),
                HasReason("ENROLMENT_STATE"));
  }
}

}  // namespace
}  // namespace dap::enrolment
