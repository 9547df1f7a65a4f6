// What becomes of the events of the others.
#include <string>
#include <vector>

#include "services/notification/testing/notification_test_base.h"

namespace dap::notification {
namespace {

using enrolment::v1::SESSION_KIND_ONE_TO_ONE;
using enrolment::v1::SESSION_STATE_CANCELLED;
using enrolment::v1::SESSION_STATE_PLANNED;
using status::HasReason;
using status::IsOk;
using ::testing::HasSubstr;
using ::testing::Not;

using ConsumersTest = NotificationTest;

TEST_F(ConsumersTest, ACheckInIsToldOnceWithItsNameAndItsWhy) {
  Event event = CheckIn();
  event.set_position(900);
  ASSERT_THAT(Activity(event), IsOk());
  ASSERT_THAT(Activity(event), IsOk());
  const auto message = Only(participant_);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->kind, Kind::kCheckIn);
  EXPECT_EQ(message->about, id::Name({{"organisations", organisation_},
                                      {"cohorts", cohort_},
                                      {"enrolments", enrolment_},
                                      {"checkIns", check_in_}}));
  EXPECT_THAT(message->text.why, HasSubstr("10 working days"));
  EXPECT_EQ(message->expire_time, kNow + absl::Hours(24 * 5));
  EXPECT_EQ(message->outcome, Outcome::kWaiting);
}

TEST_F(ConsumersTest, EveryEventTwiceMakesEachMessageOnce) {
  SetEnrolment(enrolment::v1::ENROLMENT_STATE_WAITLISTED);
  std::vector<std::pair<bool, Event>> events = {
      {false, EntryOf(enrolment_, participant_, enrolment::v1::ENROLMENT_STATE_APPLIED)},
      {false, EntryOf(enrolment_, participant_, enrolment::v1::ENROLMENT_STATE_ACTIVE)},
      {false, Session(0, kNow + absl::Hours(72))},
      {true, CheckIn()},
      {true, Opened()},
      {true, Rung(activity::v1::SILENCE_RUNG_COACH, 20)},
      {true, Moment()},
  };
  for (auto& [from_activity, event] : events) {
    event.set_position(++position_);
    for (int i = 0; i < 2; ++i) {
      ASSERT_THAT(from_activity ? Activity(event) : Enrolment(event), IsOk());
    }
  }
  EXPECT_EQ(Told(participant_).size(), 3u);  // place, session, check-in
  EXPECT_EQ(Told(patron_).size(), 2u);       // queue, moment
  EXPECT_EQ(Told(coach_).size(), 2u);        // offer, moment
  for (const Message& message : Told(patron_)) EXPECT_FALSE(message.settle_time.has_value());
}

TEST_F(ConsumersTest, WhoWasStoppedHearsOnceOfTheEndAndALaterOneSettlesIt) {
  const auto standing = [&](activity::v1::BarrierState state, int version, int goals) {
    Event event;
    auto& told = *event.mutable_barrier_standing();
    told.set_barrier(Bytes(barrier_));
    told.set_version(version);
    told.set_enrolment(Bytes(enrolment_));
    told.set_state(state);
    told.set_tool("Facebook");
    for (int i = 0; i < goals; ++i) told.add_goals(Bytes(ids_.Next()));
    return event;
  };
  ASSERT_THAT(Activity(standing(activity::v1::BARRIER_STATE_REPORTED, 1, 1)), IsOk());
  EXPECT_TRUE(Told(participant_).empty());
  for (int i = 0; i < 2; ++i) {
    ASSERT_THAT(Activity(standing(activity::v1::BARRIER_STATE_FIXED, 4, 1)), IsOk());
  }
  const auto message = Only(participant_);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->kind, Kind::kBarrier);
  EXPECT_THAT(message->text.body, HasSubstr("Facebook"));
  EXPECT_EQ(message->about, id::Name({{"organisations", organisation_}, {"barriers", barrier_}}));
  EXPECT_FALSE(message->settle_time.has_value());
  EXPECT_TRUE(Told(coach_).empty());
  ASSERT_THAT(Activity(standing(activity::v1::BARRIER_STATE_RAISED, 5, 1)), IsOk());
  EXPECT_TRUE(Only(participant_)->settle_time.has_value());
  // One that stays is told to the coach too, where it blocks a goal.
  ASSERT_THAT(Activity(standing(activity::v1::BARRIER_STATE_REFUSED, 6, 1)), IsOk());
  EXPECT_EQ(Told(participant_).size(), 2u);
  ASSERT_TRUE(Only(coach_));
  EXPECT_THAT(Only(coach_)->text.why, HasSubstr("will stay"));
}

TEST_F(ConsumersTest, AnInvitedColleagueIsAskedUntilTheyAnswer) {
  const id::Uuid asked = ids_.Next();
  SetStaff(asked, "Ida Fox", "ida@example.org");
  const auto change = [&](enrolment::v1::PatronState state, int64_t version) {
    Event event;
    auto& changed = *event.mutable_patron_changed();
    changed.set_cohort(Bytes(cohort_));
    changed.set_staff_member(Bytes(asked));
    changed.set_cohort_title("Spring");
    changed.set_state(state);
    changed.set_version(version);
    return event;
  };
  for (int i = 0; i < 2; ++i) {
    ASSERT_THAT(Enrolment(change(enrolment::v1::PATRON_STATE_INVITED, 1)), IsOk());
  }
  const auto message = Only(asked);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->kind, Kind::kPatronInvitation);
  EXPECT_EQ(message->about,
            id::Name({{"organisations", organisation_}, {"cohorts", cohort_}, {"patrons", asked}}));
  EXPECT_THAT(message->text.body, HasSubstr("Spring"));
  EXPECT_FALSE(message->settle_time.has_value());
  ASSERT_THAT(Enrolment(change(enrolment::v1::PATRON_STATE_DECLINED, 2)), IsOk());
  EXPECT_TRUE(Only(asked)->settle_time.has_value());
  ASSERT_THAT(Enrolment(change(enrolment::v1::PATRON_STATE_INVITED, 3)), IsOk());
  EXPECT_EQ(Told(asked).size(), 2u);
}

TEST_F(ConsumersTest, APatronHearsTheNameAndTheOpeningOnly) {
  ASSERT_THAT(Activity(Rung(activity::v1::SILENCE_RUNG_PATRON, 15)), IsOk());
  EXPECT_TRUE(Told(patron_).empty());
  ASSERT_THAT(Activity(Opened()), IsOk());
  const auto message = Only(patron_);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->about,
            id::Name({{"organisations", organisation_}, {"patronQueue", queue_entry_}}));
  EXPECT_THAT(message->text.body, HasSubstr("Ann Lee"));
  EXPECT_THAT(message->text.body, HasSubstr("How is the garden?"));
  EXPECT_THAT(message->text.why + message->text.body, Not(HasSubstr("working days")));
}

TEST_F(ConsumersTest, AnEntryThatOpensAgainIsToldAgain) {
  ASSERT_THAT(Activity(Opened()), IsOk());
  ASSERT_THAT(Activity(Opened()), IsOk());
  const std::vector<Message> told = Told(patron_);
  ASSERT_EQ(told.size(), 2u);
  EXPECT_TRUE(told[0].settle_time.has_value());  // the later one says it all
  EXPECT_FALSE(told[1].settle_time.has_value());
}

TEST_F(ConsumersTest, TheEndOfASpellSettlesWhatWaits) {
  ASSERT_THAT(Activity(CheckIn()), IsOk());
  ASSERT_THAT(Activity(Rung(activity::v1::SILENCE_RUNG_COACH, 20)), IsOk());
  ASSERT_THAT(Activity(SpellEnded()), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  for (const id::Uuid& person : {participant_, coach_}) {
    const auto message = Only(person);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->outcome, Outcome::kSuppressed);
    EXPECT_EQ(message->outcome_reason, "NO_LONGER_TRUE");
  }
}

TEST_F(ConsumersTest, AnAnswerSettlesItsCheckInAndACallForHelpReachesTheCoach) {
  ASSERT_THAT(Activity(CheckIn()), IsOk());
  Event event;
  event.mutable_check_in_answered()->set_enrolment(Bytes(enrolment_));
  event.mutable_check_in_answered()->set_check_in(Bytes(check_in_));
  event.mutable_check_in_answered()->set_answer(activity::v1::CHECK_IN_ANSWER_NEED_HELP);
  ASSERT_THAT(Activity(event), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  EXPECT_EQ(Only(participant_)->outcome, Outcome::kSuppressed);
  EXPECT_EQ(Only(coach_)->outcome, Outcome::kSent);
  EXPECT_THAT(Only(coach_)->text.why, HasSubstr("would like help"));
}

TEST_F(ConsumersTest, AClosedEntryIsNotToldAndADeclinedOneGoesToTheCoach) {
  ASSERT_THAT(Activity(Opened()), IsOk());
  ASSERT_THAT(Activity(Closed(activity::v1::PATRON_QUEUE_OUTCOME_DONE)), IsOk());
  EXPECT_TRUE(Told(coach_).empty());
  ASSERT_THAT(Activity(Closed(activity::v1::PATRON_QUEUE_OUTCOME_DECLINED)), IsOk());
  // The last rung comes on the same day: the coach is asked once.
  ASSERT_THAT(Activity(Rung(activity::v1::SILENCE_RUNG_COACH, 20)), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  EXPECT_EQ(Only(patron_)->outcome, Outcome::kSuppressed);
  EXPECT_EQ(Only(coach_)->outcome, Outcome::kSent);
}

TEST_F(ConsumersTest, TheEndOfASpellSettlesWhatAPatronPassedOnAndNotACallForHelp) {
  for (auto outcome :
       {activity::v1::PATRON_QUEUE_OUTCOME_DECLINED, activity::v1::PATRON_QUEUE_OUTCOME_TO_COACH}) {
    ASSERT_THAT(Activity(Closed(outcome)), IsOk());
  }
  Event help;
  help.mutable_check_in_answered()->set_enrolment(Bytes(enrolment_));
  help.mutable_check_in_answered()->set_check_in(Bytes(check_in_));
  help.mutable_check_in_answered()->set_answer(activity::v1::CHECK_IN_ANSWER_NEED_HELP);
  ASSERT_THAT(Activity(help), IsOk());
  ASSERT_THAT(Activity(SpellEnded()), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  const std::vector<Message> told = Told(coach_);
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0].outcome_reason, "NO_LONGER_TRUE");
  EXPECT_EQ(told[1].outcome, Outcome::kSent);
}

TEST_F(ConsumersTest, AMomentReachesPatronAndCoachAndOtherExperiencesNobody) {
  Event plain = Moment();
  plain.mutable_experience_shared()->set_moment(activity::v1::FIRST_TIME_MOMENT_UNSPECIFIED);
  ASSERT_THAT(Activity(plain), IsOk());
  EXPECT_TRUE(Told(patron_).empty());
  ASSERT_THAT(Activity(Moment()), IsOk());
  EXPECT_EQ(Only(patron_)->kind, Kind::kMoment);
  EXPECT_EQ(Only(coach_)->kind, Kind::kMoment);
  EXPECT_TRUE(Told(participant_).empty());
}

TEST_F(ConsumersTest, AMomentForCoachesAloneIsNotThePatronsAndAHiddenOneNobodys) {
  Event moment = Moment();
  moment.mutable_experience_shared()->set_audience(activity::v1::AUDIENCE_COACH);
  ASSERT_THAT(Activity(moment), IsOk());
  EXPECT_TRUE(Told(patron_).empty());
  Event hidden;
  hidden.mutable_experience_hidden()->set_experience(moment.experience_shared().experience());
  hidden.mutable_experience_hidden()->set_enrolment(moment.experience_shared().enrolment());
  ASSERT_THAT(Activity(hidden), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  EXPECT_EQ(Only(coach_)->outcome_reason, "NO_LONGER_TRUE");
}

TEST_F(ConsumersTest, TheAuthorHearsOfARemovalAndTheCoachesOfAReport) {
  const Event moment = Moment();
  const std::string experience = moment.experience_shared().experience();
  Event reported;
  reported.mutable_experience_reported()->set_experience(experience);
  reported.mutable_experience_reported()->set_enrolment(Bytes(enrolment_));
  reported.set_position(900);
  for (int i = 0; i < 2; ++i) ASSERT_THAT(Activity(reported), IsOk());
  const auto look = Only(coach_);
  ASSERT_TRUE(look);
  EXPECT_EQ(look->kind, Kind::kExperienceReported);
  EXPECT_EQ(look->about, id::Name({{"organisations", organisation_},
                                   {"cohorts", cohort_},
                                   {"experiences", id::Uuid::FromBytes(experience)}}));
  EXPECT_THAT(look->text.body, Not(HasSubstr("Ann Lee")));
  Event hidden;
  hidden.mutable_experience_hidden()->set_experience(experience);
  hidden.mutable_experience_hidden()->set_enrolment(Bytes(enrolment_));
  hidden.mutable_experience_hidden()->set_removed_by_coach(true);
  for (int i = 0; i < 2; ++i) ASSERT_THAT(Activity(hidden), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  EXPECT_EQ(Only(coach_)->outcome_reason, "NO_LONGER_TRUE");
  EXPECT_TRUE(Told(patron_).empty());
  const auto removed = Only(participant_);
  ASSERT_TRUE(removed);
  EXPECT_EQ(removed->kind, Kind::kExperienceRemoved);
  EXPECT_EQ(removed->outcome, Outcome::kSent);
}

TEST_F(ConsumersTest, AMomentThatACoachWroteDownIsAskedAboutUntilItIsSettled) {
  const auto record = [this] {
    Event event;
    auto& recorded = *event.mutable_moment_recorded();
    recorded.set_experience(Bytes(ids_.Next()));
    recorded.set_enrolment(Bytes(enrolment_));
    recorded.set_cohort(Bytes(cohort_));
    recorded.set_moment(activity::v1::FIRST_TIME_MOMENT_POST);
    return event;
  };
  const Event agreed = record(), declined = record(), open = record();
  for (const Event& event : {agreed, declined, open}) ASSERT_THAT(Activity(event), IsOk());
  EXPECT_TRUE(Told(patron_).empty() && Told(coach_).empty());
  Event shared = Moment();
  shared.mutable_experience_shared()->set_experience(agreed.moment_recorded().experience());
  ASSERT_THAT(Activity(shared), IsOk());
  Event hidden;
  hidden.mutable_experience_hidden()->set_experience(declined.moment_recorded().experience());
  hidden.mutable_experience_hidden()->set_enrolment(Bytes(enrolment_));
  ASSERT_THAT(Activity(hidden), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  const std::vector<Message> told = Told(participant_);
  ASSERT_EQ(told.size(), 3u);
  for (const Message& message : told) EXPECT_EQ(message.kind, Kind::kConsent);
  EXPECT_EQ(told[0].outcome_reason, "NO_LONGER_TRUE");
  EXPECT_EQ(told[1].outcome_reason, "NO_LONGER_TRUE");
  EXPECT_EQ(told[2].outcome, Outcome::kSent);
}

TEST_F(ConsumersTest, APlaceIsToldWhenSomebodyIsNamedOrWhenOneComesFree) {
  SetEnrolment(enrolment::v1::ENROLMENT_STATE_APPLIED);  // they asked themselves
  EXPECT_TRUE(Told(participant_).empty());
  SetEnrolment(enrolment::v1::ENROLMENT_STATE_WAITLISTED);
  EXPECT_TRUE(Told(participant_).empty());
  SetEnrolment(enrolment::v1::ENROLMENT_STATE_APPLIED);
  EXPECT_THAT(Only(participant_)->text.subject, HasSubstr("came free"));
  const id::Uuid other = ids_.Next(), enrolment = ids_.Next();
  ASSERT_THAT(Enrolment(EntryOf(enrolment, other, enrolment::v1::ENROLMENT_STATE_NOMINATED)),
              IsOk());
  // A change of something else is no news.
  ASSERT_THAT(Enrolment(EntryOf(enrolment, other, enrolment::v1::ENROLMENT_STATE_NOMINATED)),
              IsOk());
  EXPECT_EQ(Only(other)->kind, Kind::kPlace);
}

TEST_F(ConsumersTest, ANominatedPersonHearsOfThePlaceThatComesFreeAndOfTheKickOff) {
  ASSERT_THAT(Enrolment(Session(0, kNow + absl::Hours(72))), IsOk());
  const id::Uuid other = ids_.Next(), enrolment = ids_.Next();
  SetStaff(other, "Bo", "bo@example.org");
  using enrolment::v1::EnrolmentState;
  for (EnrolmentState state :
       {enrolment::v1::ENROLMENT_STATE_NOMINATED, enrolment::v1::ENROLMENT_STATE_WAITLISTED,
        enrolment::v1::ENROLMENT_STATE_AWAITING_KICKOFF}) {
    ASSERT_THAT(Enrolment(EntryOf(enrolment, other, state)), IsOk());
  }
  ASSERT_THAT(SendAll(), IsOk());
  const std::vector<Message> told = Told(other);
  ASSERT_EQ(told.size(), 3u);
  EXPECT_EQ(told[0].outcome_reason, "NO_LONGER_TRUE");  // the nomination, which they accepted
  EXPECT_THAT(told[1].text.subject, HasSubstr("You have a place"));
  EXPECT_EQ(told[1].outcome, Outcome::kSent);
  EXPECT_EQ(told[2].kind, Kind::kSession);
}

TEST_F(ConsumersTest, APlaceThatWasTakenMeanwhileIsNotOffered) {
  SetEnrolment(enrolment::v1::ENROLMENT_STATE_WAITLISTED);
  SetEnrolment(enrolment::v1::ENROLMENT_STATE_APPLIED);
  SetEnrolment(enrolment::v1::ENROLMENT_STATE_AWAITING_KICKOFF);
  ASSERT_THAT(SendAll(), IsOk());
  EXPECT_EQ(Only(participant_)->outcome_reason, "NO_LONGER_TRUE");
}

TEST_F(ConsumersTest, AGatheringIsPlannedMovedAndCalledOffForThoseWhoHeardOfIt) {
  const id::Uuid other = ids_.Next();
  SetStaff(other, "Bo", "bo@example.org");
  ASSERT_THAT(Enrolment(Session(0, kNow + absl::Hours(72))), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  // Joins later, and has not heard of it when it moves.
  ASSERT_THAT(Enrolment(EntryOf(ids_.Next(), other, enrolment::v1::ENROLMENT_STATE_ACTIVE)),
              IsOk());
  ASSERT_THAT(Enrolment(Session(1, kNow + absl::Hours(96))), IsOk());
  EXPECT_THAT(Only(other)->text.subject, HasSubstr("Your kick-off"));
  ASSERT_THAT(Enrolment(Session(2, kNow + absl::Hours(96), SESSION_STATE_CANCELLED)), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  const std::vector<Message> told = Told(participant_);
  ASSERT_EQ(told.size(), 3u);
  EXPECT_EQ(told[0].outcome, Outcome::kSent);
  EXPECT_THAT(told[1].text.subject, HasSubstr("Changed"));
  EXPECT_EQ(told[1].outcome, Outcome::kSuppressed);  // called off before it went out
  EXPECT_THAT(told[2].text.subject, HasSubstr("Called off"));
  EXPECT_EQ(told[2].outcome, Outcome::kSent);
  EXPECT_EQ(Only(other)->outcome, Outcome::kSuppressed);
}

TEST_F(ConsumersTest, OlderAndUnimportantNewsOfAGatheringIsPassedOver) {
  ASSERT_THAT(Enrolment(Session(3, kNow + absl::Hours(72))), IsOk());
  ASSERT_THAT(Enrolment(Session(3, kNow + absl::Hours(72))), IsOk());
  ASSERT_THAT(Enrolment(Session(2, kNow + absl::Hours(24))), IsOk());
  EXPECT_EQ(Told(participant_).size(), 1u);
}

TEST_F(ConsumersTest, AOneToOneIsToldToItsParticipantAlone) {
  const id::Uuid other = ids_.Next(), enrolment = ids_.Next();
  SetStaff(other, "Bo", "bo@example.org");
  ASSERT_THAT(Enrolment(EntryOf(enrolment, other, enrolment::v1::ENROLMENT_STATE_ACTIVE)), IsOk());
  Event event = Session(0, kNow + absl::Hours(72), SESSION_STATE_PLANNED, SESSION_KIND_ONE_TO_ONE);
  ASSERT_THAT(Enrolment(event), IsOk());
  EXPECT_TRUE(Told(participant_).empty()) << "one that says not whose it is";
  event.mutable_session_changed()->set_participant(Bytes(enrolment));
  ASSERT_THAT(Enrolment(event), IsOk());
  EXPECT_TRUE(Told(participant_).empty());
  EXPECT_EQ(Only(other)->kind, Kind::kSession);
}

TEST_F(ConsumersTest, WhoAcceptsAPlaceHearsOfTheComingKickOff) {
  const id::Uuid other = ids_.Next(), enrolment = ids_.Next();
  ASSERT_THAT(Enrolment(Session(0, kNow + absl::Hours(72))), IsOk());
  ASSERT_THAT(Enrolment(EntryOf(enrolment, other, enrolment::v1::ENROLMENT_STATE_AWAITING_KICKOFF)),
              IsOk());
  EXPECT_EQ(Only(other)->kind, Kind::kSession);
}

TEST_F(ConsumersTest, AnOlderVersionOfAPersonIsPassedOver) {
  Event event;
  event.mutable_staff_member_changed()->set_staff_member(Bytes(participant_));
  event.mutable_staff_member_changed()->set_email("old@example.org");
  event.mutable_staff_member_changed()->set_version(1);
  SetStaff(participant_, "Ann Lee", "new@example.org");
  ASSERT_THAT(Enrolment(event), IsOk());
  const auto contact = db::Read(pool(), Deadline(), [&](db::Connection& db) {
    return FindContact(db, organisation_, participant_);
  });
  ASSERT_THAT(contact, IsOk());
  EXPECT_EQ((*contact)->email, "new@example.org");
}

TEST_F(ConsumersTest, AnEnrolmentThatIsNotHereYetIsTriedAgain) {
  Event event = CheckIn();
  event.mutable_silence_rung_reached()->set_enrolment(Bytes(ids_.Next()));
  const absl::Status applied = Activity(event);
  EXPECT_THAT(applied, status::StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(applied, HasReason("ENROLMENT_NOT_HERE_YET"));
}

}  // namespace
}  // namespace dap::notification
