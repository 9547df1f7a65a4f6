// What people are told of gatherings: as they join and leave, before they begin, and after a
// kick-off.
#include "services/notification/store/gatherings.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "services/notification/jobs/gatherings_clock.h"
#include "services/notification/testing/notification_test_base.h"

namespace dap::notification {
namespace {

using enrolment::v1::ENROLMENT_STATE_ACTIVE;
using enrolment::v1::ENROLMENT_STATE_AWAITING_KICKOFF;
using enrolment::v1::ENROLMENT_STATE_COMPLETED;
using enrolment::v1::ENROLMENT_STATE_NOMINATED;
using enrolment::v1::ENROLMENT_STATE_PAUSED;
using enrolment::v1::ENROLMENT_STATE_WAITLISTED;
using enrolment::v1::ENROLMENT_STATE_WITHDRAWN;
using enrolment::v1::SESSION_ANSWER_MAYBE;
using enrolment::v1::SESSION_ANSWER_NO;
using enrolment::v1::SESSION_KIND_DROP_IN;
using enrolment::v1::SESSION_KIND_KICK_OFF;
using enrolment::v1::SESSION_KIND_ONE_TO_ONE;
using enrolment::v1::SESSION_KIND_WORKSHOP;
using enrolment::v1::SESSION_STATE_CANCELLED;
using enrolment::v1::SESSION_STATE_PLANNED;
using status::IsOk;
using ::testing::HasSubstr;

class GatheringsTest : public NotificationTest {
 protected:
  void SetUp() override {
    // What an earlier test planned is not this one's.
    SharedSchema().Run("DELETE FROM gathering");
    NotificationTest::SetUp();
    SetStaff(other_, "Bo", "bo@example.org");
  }
  // Another gathering of the cohort.
  Event Other(enrolment::v1::SessionKind kind, absl::Time start, const id::Uuid& session) {
    Event event = Session(0, start, SESSION_STATE_PLANNED, kind);
    event.mutable_session_changed()->set_session(Bytes(session));
    event.mutable_session_changed()->set_title("Open house");
    return event;
  }
  Event Answer(enrolment::v1::SessionAnswer answer) {
    Event event;
    event.mutable_session_answered()->set_session(Bytes(session_));
    event.mutable_session_answered()->set_enrolment(Bytes(enrolment_));
    event.mutable_session_answered()->set_answer(answer);
    return event;
  }
  Event CalledOff(const id::Uuid& enrolment, const id::Uuid& person,
                  enrolment::v1::EnrolmentState state) {
    Event event = EntryOf(enrolment, person, state);
    event.mutable_enrolment_changed()->mutable_entry()->set_cohort_called_off(true);
    return event;
  }
  void SetOther(enrolment::v1::EnrolmentState state) {
    ASSERT_THAT(Enrolment(EntryOf(others_, other_, state)), IsOk());
  }
  // What a person was told of that kind, oldest first.
  std::vector<Message> Of(const id::Uuid& person, Kind kind) {
    std::vector<Message> of;
    for (const Message& message : Told(person)) {
      if (message.kind == kind) of.push_back(message);
    }
    return of;
  }
  void Remind() {
    ASSERT_THAT(RemindOfGatherings(context_, pool(), Run()), IsOk());
    ASSERT_THAT(SendAll(), IsOk());
  }
  void Offer() {
    ASSERT_THAT(OfferCatchUps(context_, pool(), Run()), IsOk());
    ASSERT_THAT(SendAll(), IsOk());
  }

  const id::Uuid other_ = ids_.Next(), others_ = ids_.Next();
};

// As the events of a cohort that is called off come: first its gatherings, then its people.
TEST_F(GatheringsTest, ACohortCalledOffIsToldToEverybodyWithItsGatherings) {
  SetOther(ENROLMENT_STATE_WAITLISTED);
  ASSERT_THAT(Enrolment(Session(0, kNow + absl::Hours(72))), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  ASSERT_EQ(Of(participant_, Kind::kSession).front().outcome, Outcome::kSent);
  ASSERT_THAT(Enrolment(Session(1, kNow + absl::Hours(72), SESSION_STATE_CANCELLED)), IsOk());
  for (int i = 0; i < 2; ++i) {
    ASSERT_THAT(Enrolment(CalledOff(enrolment_, participant_, ENROLMENT_STATE_WITHDRAWN)), IsOk());
    ASSERT_THAT(Enrolment(CalledOff(others_, other_, ENROLMENT_STATE_WITHDRAWN)), IsOk());
  }
  ASSERT_THAT(SendAll(), IsOk());
  const std::vector<Message> told = Told(participant_);
  ASSERT_EQ(told.size(), 3u);
  EXPECT_THAT(told[1].text.subject, HasSubstr("Called off: The sizzle"));
  EXPECT_EQ(told[1].outcome, Outcome::kSent) << told[1].outcome_reason;
  EXPECT_EQ(told[2].kind, Kind::kCohortCalledOff);
  EXPECT_EQ(told[2].outcome, Outcome::kSent) << told[2].outcome_reason;
  ASSERT_TRUE(Only(other_));
  EXPECT_EQ(Only(other_)->kind, Kind::kCohortCalledOff);
  EXPECT_EQ(Only(other_)->outcome, Outcome::kSent);
}

TEST_F(GatheringsTest, ACohortThatWasCalledOffLongAgoIsNoNews) {
  Event event = CalledOff(enrolment_, participant_, ENROLMENT_STATE_WITHDRAWN);
  SetTime(kNow - absl::Hours(24 * 31), event.mutable_occur_time());
  ASSERT_THAT(Enrolment(event), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  EXPECT_EQ(Only(participant_)->outcome, Outcome::kExpired);
}

TEST_F(GatheringsTest, WhoHasCompletedHearsThatAGatheringIsCalledOff) {
  ASSERT_THAT(Enrolment(Session(0, kNow + absl::Hours(72))), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  SetEnrolment(ENROLMENT_STATE_COMPLETED);
  ASSERT_THAT(Enrolment(Session(1, kNow + absl::Hours(72), SESSION_STATE_CANCELLED)), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  const std::vector<Message> told = Told(participant_);
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[1].outcome, Outcome::kSent) << told[1].outcome_reason;
}

TEST_F(GatheringsTest, WhoWithdrawsHasWhatTheyWereToldOfTakenOffTheirCalendarOnce) {
  ASSERT_THAT(Enrolment(Session(0, kNow + absl::Hours(72))), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  // Planned, and not told yet when they leave.
  const id::Uuid later = ids_.Next();
  ASSERT_THAT(Enrolment(Other(SESSION_KIND_WORKSHOP, kNow + absl::Hours(96), later)), IsOk());
  SetEnrolment(ENROLMENT_STATE_WITHDRAWN);
  ASSERT_THAT(Enrolment(Session(1, kNow + absl::Hours(80))), IsOk());
  ASSERT_THAT(Enrolment(Session(2, kNow + absl::Hours(80), SESSION_STATE_CANCELLED)), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  const std::vector<Message> told = Told(participant_);
  ASSERT_EQ(told.size(), 3u);
  EXPECT_EQ(told[1].outcome_reason, "ENROLMENT_ENDED");
  EXPECT_EQ(told[2].kind, Kind::kSessionLeft);
  EXPECT_EQ(told[2].cause, session_);
  EXPECT_EQ(told[2].outcome, Outcome::kSent);
  EXPECT_THAT(told[2].text.body, HasSubstr("as good a decision"));
}

TEST_F(GatheringsTest, WhoComesBackIsInvitedAnew) {
  ASSERT_THAT(Enrolment(Session(0, kNow + absl::Hours(72))), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  SetEnrolment(ENROLMENT_STATE_WITHDRAWN);
  ASSERT_THAT(SendAll(), IsOk());
  for (auto state : {ENROLMENT_STATE_NOMINATED, ENROLMENT_STATE_AWAITING_KICKOFF}) {
    ASSERT_THAT(Enrolment(EntryOf(others_, participant_, state)), IsOk());
  }
  ASSERT_THAT(SendAll(), IsOk());
  ASSERT_EQ(Of(participant_, Kind::kSession).size(), 2u);
  EXPECT_EQ(Of(participant_, Kind::kSession).back().outcome, Outcome::kSent);
}

TEST_F(GatheringsTest, WhoGetsAPlaceHearsOfAllThatIsPlannedButForOthersOneToOnes) {
  const id::Uuid drop_in = ids_.Next(), mine = ids_.Next(), past = ids_.Next();
  ASSERT_THAT(Enrolment(Session(0, kNow + absl::Hours(24), SESSION_STATE_CANCELLED)), IsOk());
  ASSERT_THAT(Enrolment(Other(SESSION_KIND_DROP_IN, kNow + absl::Hours(72), drop_in)), IsOk());
  ASSERT_THAT(Enrolment(Other(SESSION_KIND_WORKSHOP, kNow - absl::Hours(1), past)), IsOk());
  for (const auto& [session, whose] : {std::pair(mine, others_), {ids_.Next(), enrolment_}}) {
    Event event = Other(SESSION_KIND_ONE_TO_ONE, kNow + absl::Hours(80), session);
    event.mutable_session_changed()->set_participant(Bytes(whose));
    ASSERT_THAT(Enrolment(event), IsOk());
  }
  for (int i = 0; i < 2; ++i) SetOther(ENROLMENT_STATE_AWAITING_KICKOFF);
  ASSERT_THAT(SendAll(), IsOk());
  const std::vector<Message> told = Told(other_);
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0].cause, drop_in);
  EXPECT_EQ(told[0].outcome, Outcome::kSent);
  EXPECT_EQ(told[1].cause, mine);
}

TEST_F(GatheringsTest, WhoAcceptsHavingBeenAtAStartHearsOfWhatIsPlanned) {
  ASSERT_THAT(Enrolment(Session(0, kNow + absl::Hours(72))), IsOk());
  SetOther(ENROLMENT_STATE_NOMINATED);
  SetOther(ENROLMENT_STATE_ACTIVE);
  EXPECT_EQ(Of(other_, Kind::kSession).size(), 1u);
}

TEST_F(GatheringsTest, AReminderComesADayBeforeOnceForEachSequence) {
  ASSERT_THAT(Enrolment(Session(0, kNow + absl::Hours(72))), IsOk());
  clock_.Set(kNow + absl::Hours(48) - absl::Minutes(1));
  Remind();
  EXPECT_TRUE(Of(participant_, Kind::kReminder).empty());
  clock_.Advance(absl::Minutes(1));
  for (int i = 0; i < 2; ++i) Remind();
  ASSERT_EQ(Of(participant_, Kind::kReminder).size(), 1u);
  EXPECT_EQ(Of(participant_, Kind::kReminder)[0].outcome, Outcome::kSent);
  EXPECT_THAT(Of(participant_, Kind::kReminder)[0].text.body, HasSubstr("The sizzle is on Friday"));
  // It moves, so there is another; a change of its agenda is no other.
  ASSERT_THAT(Enrolment(Session(1, kNow + absl::Hours(168))), IsOk());
  Remind();
  EXPECT_EQ(Of(participant_, Kind::kReminder).size(), 1u);
  clock_.Set(kNow + absl::Hours(144));
  Remind();
  ASSERT_THAT(Enrolment(Session(1, kNow + absl::Hours(168))), IsOk());
  Remind();
  ASSERT_EQ(Of(participant_, Kind::kReminder).size(), 2u);
  EXPECT_EQ(Of(participant_, Kind::kReminder)[1].outcome, Outcome::kSent);
  EXPECT_EQ(Of(participant_, Kind::kReminder)[1].cause_version, 1);
}

TEST_F(GatheringsTest, NewsWithinTheTimeIsTheReminder) {
  ASSERT_THAT(Enrolment(Session(0, kNow + absl::Hours(23))), IsOk());
  Remind();
  EXPECT_TRUE(Of(participant_, Kind::kReminder).empty());
  EXPECT_EQ(Of(participant_, Kind::kSession).size(), 1u);
}

TEST_F(GatheringsTest, AnOrganisationHasItsOwnTimeForReminders) {
  ASSERT_THAT(Tx([&](db::Connection& tx) {
                return tx
                    .Execute(
                        "INSERT INTO organisation_settings (organisation, reminder_hours) "
                        "VALUES (?, 2)",
                        {organisation_})
                    .status();
              }),
              IsOk());
  ASSERT_THAT(Enrolment(Session(0, kNow + absl::Hours(28))), IsOk());
  clock_.Set(kNow + absl::Hours(25));
  Remind();
  EXPECT_TRUE(Of(participant_, Kind::kReminder).empty());
  clock_.Set(kNow + absl::Hours(26));
  Remind();
  EXPECT_EQ(Of(participant_, Kind::kReminder).size(), 1u);
}

TEST_F(GatheringsTest, NobodyIsRemindedAfterANoAPauseAWithdrawalOrAnEnd) {
  const struct {
    const char* what;
    std::vector<Event> events;
    const char* reason;  // at the moment of sending
  } cases[] = {
      {"no", {Answer(SESSION_ANSWER_NO)}, "SAID_NO"},
      {"pause", {EntryOf(enrolment_, participant_, ENROLMENT_STATE_PAUSED)}, "ENROLMENT_PAUSED"},
      {"end", {EntryOf(enrolment_, participant_, ENROLMENT_STATE_WITHDRAWN)}, "ENROLMENT_ENDED"},
      {"cancel", {Session(1, kNow + absl::Hours(72), SESSION_STATE_CANCELLED)}, "NO_LONGER_TRUE"},
      {"move", {Session(1, kNow + absl::Hours(200))}, "NO_LONGER_TRUE"},
  };
  for (const auto& c : cases) {
    for (const bool reminded_before : {false, true}) {
      SCOPED_TRACE(absl::StrCat(c.what, reminded_before));
      SharedSchema().Run(
          "DELETE FROM gathering; DELETE FROM message; DELETE FROM gathering_person");
      clock_.Set(kNow);
      SetEnrolment(ENROLMENT_STATE_ACTIVE);
      ASSERT_THAT(Enrolment(Session(0, kNow + absl::Hours(72))), IsOk());
      clock_.Set(kNow + absl::Hours(49));
      if (reminded_before) {
        ASSERT_THAT(RemindOfGatherings(context_, pool(), Run()), IsOk());
      }
      for (Event event : c.events) {
        if (event.has_enrolment_changed()) {
          event.mutable_enrolment_changed()->mutable_entry()->set_version(++version_);
        }
        ASSERT_THAT(Enrolment(event), IsOk());
      }
      Remind();
      const std::vector<Message> reminders = Of(participant_, Kind::kReminder);
      ASSERT_EQ(reminders.size(), reminded_before ? 1u : 0u);
      if (!reminded_before) continue;
      EXPECT_EQ(reminders[0].outcome, Outcome::kSuppressed);
      EXPECT_EQ(reminders[0].outcome_reason, c.reason);
    }
  }
}

TEST_F(GatheringsTest, AMaybeIsRemindedAndTheLastWordCounts) {
  ASSERT_THAT(Enrolment(Session(0, kNow + absl::Hours(72))), IsOk());
  for (auto answer : {SESSION_ANSWER_NO, SESSION_ANSWER_MAYBE}) {
    ASSERT_THAT(Enrolment(Answer(answer)), IsOk());
  }
  clock_.Set(kNow + absl::Hours(49));
  Remind();
  EXPECT_EQ(Of(participant_, Kind::kReminder).size(), 1u);
}

TEST_F(GatheringsTest, ReplicasRemindOnce) {
  ASSERT_THAT(Enrolment(Session(0, kNow + absl::Hours(72))), IsOk());
  SetOther(ENROLMENT_STATE_AWAITING_KICKOFF);
  ASSERT_THAT(SendAll(), IsOk());
  clock_.Set(kNow + absl::Hours(49));
  std::atomic<int> ready = 0;
  std::vector<std::thread> replicas;
  for (int i = 0; i < 4; ++i) {
    replicas.emplace_back([&] {
      ++ready;
      while (ready < 4) {
      }
      EXPECT_THAT(RemindOfGatherings(context_, pool(), Run()), IsOk());
      EXPECT_THAT(SendAll(), IsOk());
    });
  }
  for (std::thread& replica : replicas) replica.join();
  EXPECT_EQ(Of(participant_, Kind::kReminder).size(), 1u);
  EXPECT_EQ(Of(other_, Kind::kReminder).size(), 1u);
}

TEST_F(GatheringsTest, WhoWasNotAtTheKickOffIsOfferedTheNextDropInOnce) {
  const id::Uuid drop_in = ids_.Next();
  SetEnrolment(ENROLMENT_STATE_AWAITING_KICKOFF);
  SetOther(ENROLMENT_STATE_AWAITING_KICKOFF);
  ASSERT_THAT(Enrolment(Session(0, kNow + absl::Hours(2))), IsOk());
  Event attended;
  attended.mutable_session_attended()->set_session(Bytes(session_));
  attended.mutable_session_attended()->set_enrolment(Bytes(others_));
  attended.mutable_session_attended()->set_kind(SESSION_KIND_KICK_OFF);
  ASSERT_THAT(Enrolment(attended), IsOk());
  clock_.Set(kNow + absl::Hours(28));  // a day after its end
  Offer();
  EXPECT_TRUE(Of(participant_, Kind::kCatchUp).empty()) << "nothing to offer yet";
  ASSERT_THAT(Enrolment(Other(SESSION_KIND_DROP_IN, kNow + absl::Hours(120), drop_in)), IsOk());
  clock_.Set(kNow + absl::Hours(28) - absl::Minutes(1));
  Offer();
  EXPECT_TRUE(Of(participant_, Kind::kCatchUp).empty()) << "they may still say they were there";
  clock_.Set(kNow + absl::Hours(28));
  for (int i = 0; i < 2; ++i) Offer();
  const std::vector<Message> offers = Of(participant_, Kind::kCatchUp);
  ASSERT_EQ(offers.size(), 1u);
  EXPECT_EQ(offers[0].outcome, Outcome::kSent);
  EXPECT_EQ(offers[0].cause, drop_in);
  EXPECT_THAT(offers[0].text.body, HasSubstr("Open house is a relaxed way in, on Sunday"));
  EXPECT_TRUE(Of(other_, Kind::kCatchUp).empty()) << "who was there";
  // Another drop-in is no other offer.
  ASSERT_THAT(Enrolment(Other(SESSION_KIND_DROP_IN, kNow + absl::Hours(100), ids_.Next())), IsOk());
  Offer();
  EXPECT_EQ(Of(participant_, Kind::kCatchUp).size(), 1u);
}

TEST_F(GatheringsTest, ACatchUpIsNotOfferedToWhoHasBegunMeanwhileNorLongAfter) {
  SetEnrolment(ENROLMENT_STATE_AWAITING_KICKOFF);
  ASSERT_THAT(Enrolment(Session(0, kNow + absl::Hours(2))), IsOk());
  ASSERT_THAT(Enrolment(Other(SESSION_KIND_DROP_IN, kNow + absl::Hours(24 * 30), ids_.Next())),
              IsOk());
  clock_.Set(kNow + absl::Hours(24 * 14 + 4));
  Offer();
  EXPECT_TRUE(Of(participant_, Kind::kCatchUp).empty());
  clock_.Set(kNow + absl::Hours(48));
  ASSERT_THAT(OfferCatchUps(context_, pool(), Run()), IsOk());
  SetEnrolment(ENROLMENT_STATE_ACTIVE);
  ASSERT_THAT(SendAll(), IsOk());
  ASSERT_EQ(Of(participant_, Kind::kCatchUp).size(), 1u);
  EXPECT_EQ(Of(participant_, Kind::kCatchUp)[0].outcome_reason, "NO_LONGER_TRUE");
}

// Statements as the store has them, on a table with enough rows that an index is worth it.
TEST_F(GatheringsTest, EveryListOfGatheringsUsesAnIndex) {
  ASSERT_THAT(Tx([&](db::Connection& tx) -> absl::Status {
                for (int i = 0; i < 3000; ++i) {
                  GatheringRow row;
                  row.organisation = organisation_;
                  row.session = ids_.Next();
                  row.cohort = i % 100 == 0 ? cohort_ : ids_.Next();
                  row.kind = 1 + i % 6;
                  row.state = 1;
                  row.start_time = kNow + absl::Hours(24 * (i - 1500));
                  const absl::Status saved = SaveGathering(tx, row);
                  if (!saved.ok()) return saved;
                }
                return absl::OkStatus();
              }),
              IsOk());
  SharedSchema().Run("ANALYZE TABLE gathering");
  const db::Values values[] = {
      {organisation_, cohort_, kNow},
      {kNow, kNow + absl::Hours(168), kNow, 24, 5000},
      {kNow - absl::Hours(24 * 61), kNow, 5000},
  };
  const std::vector<std::string> statements = GatheringListStatements();
  ASSERT_EQ(statements.size(), std::size(values));
  for (size_t i = 0; i < statements.size(); ++i) {
    const auto plan = Tx([&](db::Connection& tx) {
      return tx.Query(absl::StrCat("EXPLAIN ", statements[i]), values[i]);
    });
    ASSERT_THAT(plan, IsOk()) << statements[i];
    // id, select_type, table, type, possible_keys, key, key_len, ref, rows, Extra
    EXPECT_EQ(plan->front().String(3), "range") << statements[i];
    EXPECT_EQ(plan->front().String(9).find("filesort"), std::string::npos) << statements[i];
  }
  SharedSchema().Run("DELETE FROM gathering");
}

}  // namespace
}  // namespace dap::notification
