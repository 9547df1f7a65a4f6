// Sending: decided anew, once, within the budget.
#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "services/notification/operations/send_message.h"
#include "services/notification/testing/notification_test_base.h"

namespace dap::notification {
namespace {

using status::IsOk;

using SendingTest = NotificationTest;

TEST_F(SendingTest, SendsWithAMailInOneTransaction) {
  ASSERT_THAT(Activity(CheckIn()), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  const auto message = Only(participant_);
  EXPECT_EQ(message->outcome, Outcome::kSent);
  EXPECT_EQ(message->send_time, kNow);
  EXPECT_FALSE(message->due_time.has_value());
  EXPECT_EQ(Mails(), 1);
  ASSERT_THAT(SendAll(), IsOk());
  EXPECT_EQ(Mails(), 1);
}

TEST_F(SendingTest, SendsNoMailToWhoWantsNone) {
  SetPreferences(participant_, {.email = false});
  ASSERT_THAT(Activity(CheckIn()), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  EXPECT_EQ(Only(participant_)->outcome, Outcome::kSent);
  EXPECT_EQ(Mails(), 0);
}

TEST_F(SendingTest, LooksAtPersonEnrolmentAndPreferenceWhenItSends) {
  const struct {
    std::function<void()> change;
    const char* reason;
  } cases[] = {
      {[this] {
         SetStaff(participant_, "Ann", "ann@example.org", enrolment::v1::STAFF_STATE_SUSPENDED);
       },
       "NOT_EMPLOYED"},
      {[this] {
         SetStaff(participant_, "Ann", "ann@example.org");
         SetEnrolment(enrolment::v1::ENROLMENT_STATE_PAUSED);
       },
       "ENROLMENT_PAUSED"},
      {[this] { SetEnrolment(enrolment::v1::ENROLMENT_STATE_WITHDRAWN); }, "ENROLMENT_ENDED"},
      {[this] {
         SetEnrolment(enrolment::v1::ENROLMENT_STATE_ACTIVE);
         SetPreferences(participant_, {.no_nudges = true});
       },
       "NO_NUDGES"},
  };
  for (const auto& c : cases) {
    Event event = CheckIn();
    event.mutable_silence_rung_reached()->set_check_in(Bytes(ids_.Next()));
    ASSERT_THAT(Activity(event), IsOk());
    c.change();
    ASSERT_THAT(SendAll(), IsOk());
    EXPECT_EQ(Told(participant_).back().outcome, Outcome::kSuppressed) << c.reason;
    EXPECT_EQ(Told(participant_).back().outcome_reason, c.reason);
  }
  EXPECT_EQ(Mails(), 0);
}

TEST_F(SendingTest, WhoRestsHearsNothingAutomatedUntilTheyAct) {
  ASSERT_THAT(Activity(Rung(activity::v1::SILENCE_RUNG_COACH, 20)), IsOk());
  ASSERT_THAT(Enrolment(Session(0, kNow + absl::Hours(72))), IsOk());
  Event asked;
  asked.mutable_moment_recorded()->set_experience(Bytes(ids_.Next()));
  asked.mutable_moment_recorded()->set_enrolment(Bytes(enrolment_));
  asked.mutable_moment_recorded()->set_moment(activity::v1::FIRST_TIME_MOMENT_POST);
  ASSERT_THAT(Activity(asked), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  auto told = Told(participant_);
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0].outcome_reason, "RESTING");
  EXPECT_EQ(told[1].outcome, Outcome::kSent) << "a coach asks, not the system";
  EXPECT_EQ(Only(coach_)->outcome, Outcome::kSent);
  // The end of another spell is not that of this one.
  Event other = SpellEnded();
  other.mutable_silence_spell_ended()->set_spell(Bytes(ids_.Next()));
  ASSERT_THAT(Activity(other), IsOk());
  ASSERT_THAT(Enrolment(Session(1, kNow + absl::Hours(73))), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  EXPECT_EQ(Told(participant_).back().outcome_reason, "RESTING");
  ASSERT_THAT(Activity(SpellEnded()), IsOk());
  ASSERT_THAT(Enrolment(Session(2, kNow + absl::Hours(74))), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  EXPECT_EQ(Told(participant_).back().outcome, Outcome::kSent);
}

TEST_F(SendingTest, APatronWhoIsNoneAnyMoreHearsNothing) {
  ASSERT_THAT(Activity(Opened()), IsOk());
  Event event = EntryOf(enrolment_, participant_, enrolment::v1::ENROLMENT_STATE_ACTIVE);
  event.mutable_enrolment_changed()->mutable_entry()->set_patron(Bytes(ids_.Next()));
  ASSERT_THAT(Enrolment(event), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  EXPECT_EQ(Only(patron_)->outcome_reason, "NOT_CONCERNED");
}

TEST_F(SendingTest, WaitsForTheWindow) {
  clock_.Set(kNow + absl::Hours(9));  // 19:00
  ASSERT_THAT(Activity(CheckIn()), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  EXPECT_EQ(Only(participant_)->outcome, Outcome::kDeferred);
  EXPECT_EQ(Only(participant_)->outcome_reason, "OUTSIDE_HOURS");
  clock_.Set(*Only(participant_)->due_time - absl::Microseconds(1));
  ASSERT_THAT(SendAll(), IsOk());
  EXPECT_EQ(Only(participant_)->outcome, Outcome::kDeferred);
  clock_.Set(*Only(participant_)->due_time);
  ASSERT_THAT(SendAll(), IsOk());
  EXPECT_EQ(Only(participant_)->outcome, Outcome::kSent);
  EXPECT_EQ(Only(participant_)->outcome_reason, "");
}

TEST_F(SendingTest, HoldsTheBudgetOverKindsAndExpiresWhatHasNoPlace) {
  for (int i = 0; i < 3; ++i) ASSERT_THAT(Activity(Moment()), IsOk());
  ASSERT_THAT(Enrolment(Session(0, kNow + absl::Hours(24 * 20))), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  // One a day: Tuesday and Wednesday; then two a week, and five days are over.
  for (int hours = 1; hours <= 24 * 6; ++hours) {
    clock_.Set(kNow + absl::Hours(hours));
    ASSERT_THAT(SendAll(), IsOk());
  }
  std::vector<Outcome> outcomes;
  for (const Message& message : Told(patron_)) outcomes.push_back(message.outcome);
  EXPECT_THAT(outcomes,
              ::testing::UnorderedElementsAre(Outcome::kSent, Outcome::kSent, Outcome::kExpired));
}

TEST_F(SendingTest, TakesTheOrganisationsOwnNumbers) {
  ASSERT_THAT(Tx([&](db::Connection& tx) {
                return tx
                    .Execute(
                        "INSERT INTO organisation_settings (organisation, per_day, per_week) "
                        "VALUES (?, 3, 3)",
                        {organisation_})
                    .status();
              }),
              IsOk());
  for (int i = 0; i < 4; ++i) ASSERT_THAT(Activity(Moment()), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  EXPECT_EQ(Count("SELECT COUNT(*) FROM message WHERE organisation = ? AND outcome = 1"), 2 * 3);
}

// Whatever the senders do at once, a message goes out once, and a person gets one a day.
TEST_F(SendingTest, TwoSendersAtOnceSendOnceAndWithinTheBudget) {
  for (int round = 0; round < 10; ++round) {
    clock_.Set(kNow + absl::Hours(24 * 35 * round));
    ASSERT_THAT(Activity(Moment()), IsOk());
    ASSERT_THAT(Activity(Moment()), IsOk());
    std::atomic<int> ready = 0;
    std::vector<std::thread> senders;
    for (int i = 0; i < 4; ++i) {
      senders.emplace_back([&] {
        ++ready;
        while (ready < 4) {
        }
        EXPECT_THAT(SendAll(), IsOk());
      });
    }
    for (std::thread& sender : senders) sender.join();
    EXPECT_EQ(Count("SELECT COUNT(*) FROM message WHERE organisation = ? AND outcome = 1"),
              2 * (round + 1));
    EXPECT_EQ(Mails(), 2 * (round + 1));
  }
}

// Two messages to one person, each in a transaction that is open already: the second waits for the
// first, and sees what it took.
TEST_F(SendingTest, TwoMessagesAtOnceDoNotBothTakeTheLastOfTheBudget) {
  for (int round = 0; round < 10; ++round) {
    clock_.Set(kNow + absl::Hours(24 * 35 * round));
    ASSERT_THAT(Activity(Moment()), IsOk());
    ASSERT_THAT(Activity(Moment()), IsOk());
    const std::vector<Message> told = Told(patron_);
    std::atomic<int> ready = 0;
    std::vector<std::thread> senders;
    for (size_t i = told.size() - 2; i < told.size(); ++i) {
      const MessageKey key = {organisation_, patron_, told[i].message};
      senders.emplace_back([this, key, &ready] {
        EXPECT_THAT(Tx([&](db::Connection& tx) {
                      ++ready;
                      while (ready < 2) {
                      }
                      return SendMessage(tx, key, clock_.Now());
                    }),
                    IsOk());
      });
    }
    for (std::thread& sender : senders) sender.join();
    int sent = 0;
    for (const Message& message : Told(patron_)) sent += message.outcome == Outcome::kSent;
    EXPECT_EQ(sent, round + 1);
  }
}

TEST_F(SendingTest, AMessageForSomebodyUnknownWaitsUntilTheyAreTold) {
  const id::Uuid other = ids_.Next(), enrolment = ids_.Next();
  ASSERT_THAT(Enrolment(EntryOf(enrolment, other, enrolment::v1::ENROLMENT_STATE_NOMINATED)),
              IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  EXPECT_EQ(Only(other)->outcome_reason, "NOT_KNOWN_YET");
  SetStaff(other, "Bo", "bo@example.org");
  clock_.Advance(absl::Minutes(5));
  ASSERT_THAT(SendAll(), IsOk());
  EXPECT_EQ(Only(other)->outcome, Outcome::kSent);
}

// Tuesday the 24th, ten in the morning: what would go at once waits for the recipient's next
// working day.
TEST_F(SendingTest, NothingGoesOutOnTheRecipientsDaysOff) {
  const absl::CivilDay today(2026, 11, 24);
  int64_t version = 0;
  const auto tell = [&](events::v1::DaysOffScope scope, const id::Uuid& subject, int first,
                        int last, const id::Uuid& staff) {
    days_off::Days days;
    days.organisation = organisation_;
    days.scope = static_cast<days_off::Scope>(scope);
    days.subject = subject;
    days.staff_member = staff;
    if (last >= first) days.periods = {{today + first, today + last}};
    days.version = ++version;
    Event event;
    *event.mutable_days_off_changed() = days_off::ToProto(days);
    ASSERT_THAT(Enrolment(event), IsOk());
  };
  ASSERT_THAT(Activity(CheckIn()), IsOk());
  tell(events::v1::DAYS_OFF_SCOPE_ORGANISATION, organisation_, 0, 0, {});
  ASSERT_THAT(SendAll(), IsOk());
  EXPECT_EQ(Only(participant_)->outcome_reason, "OUTSIDE_HOURS");
  EXPECT_EQ(Only(participant_)->due_time, kNow + absl::Hours(23));  // Wednesday at nine
  // Meanwhile the cohort closes on Wednesday, and they are on leave on Thursday, by another
  // enrolment.
  tell(events::v1::DAYS_OFF_SCOPE_COHORT, cohort_, 1, 1, {});
  tell(events::v1::DAYS_OFF_SCOPE_ENROLMENT, ids_.Next(), 2, 2, participant_);
  clock_.Set(kNow + absl::Hours(23));
  ASSERT_THAT(SendAll(), IsOk());
  EXPECT_EQ(Only(participant_)->outcome, Outcome::kDeferred);
  EXPECT_EQ(Only(participant_)->due_time, kNow + absl::Hours(71));  // Friday at nine
  clock_.Set(kNow + absl::Hours(71));
  ASSERT_THAT(SendAll(), IsOk());
  EXPECT_EQ(Only(participant_)->outcome, Outcome::kSent);
}

TEST_F(SendingTest, APublicHolidayIsThatOfTheRecipientsNation) {
  days_off::Days days;
  days.organisation = organisation_;
  days.scope = days_off::Scope::kStaffMember;
  days.subject = participant_;
  days.calendar = "scotland";
  days.version = 1;
  Event event;
  *event.mutable_days_off_changed() = days_off::ToProto(days);
  ASSERT_THAT(Enrolment(event), IsOk());
  clock_.Set(kNow + absl::Hours(6 * 24));  // Monday, St Andrew's Day
  ASSERT_THAT(Activity(CheckIn()), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  EXPECT_EQ(Only(participant_)->outcome, Outcome::kDeferred);
  EXPECT_EQ(Only(participant_)->due_time, kNow + absl::Hours(7 * 24 - 1));
}

TEST_F(SendingTest, CountsKindsAndOutcomesAndNobody) {
  ASSERT_THAT(Activity(CheckIn()), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  bool found = false;
  for (const auto& family : registry_.Collect()) {
    if (family.name != "dap_notification_messages_total") continue;
    for (const auto& metric : family.metric) {
      ASSERT_EQ(metric.label.size(), 2u);
      found |= metric.label[0].value == "check_in" && metric.label[1].value == "sent" &&
               metric.counter.value == 1;
    }
  }
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace dap::notification
