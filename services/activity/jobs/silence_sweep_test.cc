#include "services/activity/jobs/silence_sweep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "absl/strings/escaping.h"
#include "services/activity/testing/activity_test_base.h"

namespace dap::activity {
namespace {

using status::HasReason;
using status::IsOk;
using testing::ElementsAre;
using testing::IsEmpty;
using Payload = events::v1::Event;

class SilenceSweepTest : public ActivityTest {
 protected:
  // The open check-in's name.
  std::string CheckIn() {
    const db::Rows rows = Query(
        "SELECT check_in FROM check_in WHERE organisation = ? AND enrolment = ?"
        " ORDER BY check_in DESC LIMIT 1",
        {me_.enrolment});
    EXPECT_EQ(rows.size(), 1u);
    return absl::StrCat(Name(me_), "/checkIns/", rows[0].Uuid(0).ToString());
  }
  v1::AnswerCheckInRequest Answer(v1::CheckInAnswer answer) {
    v1::AnswerCheckInRequest request;
    request.set_name(CheckIn());
    request.set_answer(answer);
    request.set_request_id(NewId());
    return request;
  }
  absl::StatusOr<v1::AnswerCheckInResponse> Send(const v1::AnswerCheckInRequest& request) {
    return Call<v1::AnswerCheckInResponse>("AnswerCheckIn", request, Me());
  }
  v1::PatronView View() {
    v1::ListPatronBoardRequest request;
    request.set_parent(OrganisationName());
    const auto board = Call<v1::ListPatronBoardResponse>("ListPatronBoard", request, Patron());
    EXPECT_THAT(board, IsOk());
    return board->rows(0).view();
  }
};

TEST_F(SilenceSweepTest, FindsSomebodyWhoNeverDidAnything) {
  SweepAfter(9);
  EXPECT_THAT(RungsTold(me_), IsEmpty());
  SweepAfter(10);
  EXPECT_THAT(RungsTold(me_), ElementsAre(v1::SILENCE_RUNG_CHECK_IN));
  const events::v1::SilenceRungReached reached = Told().back().silence_rung_reached();
  EXPECT_EQ(reached.working_days(), 10);
  EXPECT_EQ(FromProto(reached.since_date(), "")->day(), kFirstDay.day());
  EXPECT_THAT(CheckIn(), testing::EndsWith(id::Uuid::FromBytes(reached.check_in()).ToString()));
  EXPECT_EQ(View(), v1::PATRON_VIEW_GOING_WELL) << "a patron does not hear of the check-in";
  SweepAfter(15);
  EXPECT_THAT(RungsTold(me_), ElementsAre(v1::SILENCE_RUNG_CHECK_IN, v1::SILENCE_RUNG_PATRON));
  EXPECT_EQ(CountTold(Payload::kPatronQueueEntryOpened), 1);
  EXPECT_EQ(View(), v1::PATRON_VIEW_WOULD_WELCOME_A_WORD);
  SweepAfter(20);
  EXPECT_THAT(RungsTold(me_), ElementsAre(v1::SILENCE_RUNG_CHECK_IN, v1::SILENCE_RUNG_PATRON,
                                          v1::SILENCE_RUNG_COACH));
  EXPECT_EQ(View(), v1::PATRON_VIEW_RESTING);
  EXPECT_EQ(Progress().momentum(), v1::MOMENTUM_RESTING);
  SweepAfter(60);
  EXPECT_THAT(RungsTold(me_), testing::SizeIs(3)) << "nothing more until they act";
}

TEST_F(SilenceSweepTest, ARungIsReachedAsItsDayBegins) {
  const absl::Time midnight = At(kFirstDay + 14, 0);  // the Monday two weeks later
  clock_.Set(midnight - absl::Seconds(1));
  Sweep();
  EXPECT_THAT(RungsTold(me_), IsEmpty());
  clock_.Set(midnight);
  Sweep();
  EXPECT_THAT(RungsTold(me_), ElementsAre(v1::SILENCE_RUNG_CHECK_IN));
  EXPECT_EQ(Progress().momentum(), v1::MOMENTUM_QUIET);
}

TEST_F(SilenceSweepTest, AJumpOfTheClockReachesThePassedRungsInOrderEachOnce) {
  SweepAfter(16);
  Sweep();
  EXPECT_THAT(RungsTold(me_), ElementsAre(v1::SILENCE_RUNG_CHECK_IN, v1::SILENCE_RUNG_PATRON));
  const auto queue = Queue();
  ASSERT_THAT(queue, IsOk());
  ASSERT_EQ(queue->entries_size(), 1);
  EXPECT_EQ(queue->entries(0).enrolment(), Name(me_));
}

TEST_F(SilenceSweepTest, AJumpIntoAWeekendSweepsTheLastWorkingDay) {
  clock_.Set(At(kFirstDay + 19));  // a Saturday; Friday was the 14th working day
  Sweep();
  EXPECT_THAT(RungsTold(me_), ElementsAre(v1::SILENCE_RUNG_CHECK_IN));
}

TEST_F(SilenceSweepTest, ManySweepsAtOnceReachEachRungOnce) {
  std::vector<Person> people;
  for (int i = 0; i < 40; ++i) people.push_back(EnrolAnother());
  clock_.Set(At(time::AddWorkingDays(kFirstDay, 20, time::NoDaysOff)));
  std::vector<std::thread> replicas;
  for (int i = 0; i < 4; ++i) {
    replicas.emplace_back([this] {
      EXPECT_THAT(SilenceSweep(*context_).Sweep(organisation_, kLondon,
                                                time::DayOf(clock_.Now(), kLondon), Deadline()),
                  IsOk());
    });
  }
  for (std::thread& replica : replicas) replica.join();
  for (const Person& person : people) EXPECT_THAT(RungsTold(person), ElementsAre(1, 2, 3));
  EXPECT_EQ(Count("check_in"), 41);
  EXPECT_EQ(CountTold(Payload::kPatronQueueEntryOpened), 41);
}

// A replica that dies leaves the database a connection that ends in the middle of something.
TEST_F(SilenceSweepTest, SweepsThatAreCutOffAnywhereReachEachRungOnce) {
  std::vector<Person> people = {me_};
  for (int i = 0; i < 40; ++i) people.push_back(EnrolAnother());
  clock_.Set(At(time::AddWorkingDays(kFirstDay, 20, time::NoDaysOff)));
  const absl::CivilDay today = time::DayOf(clock_.Now(), kLondon);
  std::vector<std::thread> replicas;
  std::atomic<int> sweeping = 3;
  for (int i = 0; i < 3; ++i) {
    replicas.emplace_back([&, i] {
      // Often over before it is done, at another place each time.
      for (int round = 0; round < 15; ++round) {
        (void)SilenceSweep(*context_).Sweep(organisation_, kLondon, today,
                                            machine_.Now() + absl::Milliseconds(5 * round + i));
      }
      --sweeping;
    });
  }
  while (sweeping > 0) {
    const auto killed =
        db::Read(pool(), Deadline(), [&](db::Connection& db) -> absl::StatusOr<db::Rows> {
          ASSIGN_OR_RETURN(db::Rows others,
                           db.Query("SELECT id FROM information_schema.processlist"
                                    " WHERE id <> CONNECTION_ID() AND db = DATABASE()"));
          for (const db::Row& row : others) {
            (void)db.ExecutePlain(absl::StrCat("KILL CONNECTION ", row.Int(0)));
          }
          return others;
        });
    EXPECT_THAT(killed, IsOk());
  }
  for (std::thread& replica : replicas) replica.join();
  ASSERT_THAT(SilenceSweep(*context_).Sweep(organisation_, kLondon, today, Deadline()), IsOk());
  for (const Person& person : people) EXPECT_THAT(RungsTold(person), ElementsAre(1, 2, 3));
  EXPECT_EQ(Count("check_in"), 41);
  EXPECT_EQ(CountTold(Payload::kPatronQueueEntryOpened), 41);
}

TEST_F(SilenceSweepTest, AnyContributionEndsTheSpellAndTheNextOneIsAnother) {
  SweepAfter(15);
  ASSERT_THAT(Log(LogRequest()), IsOk());
  EXPECT_EQ(CountTold(Payload::kSilenceSpellEnded), 1);
  EXPECT_EQ(CountTold(Payload::kPatronQueueEntryClosed), 1);
  EXPECT_EQ(Queue()->entries_size(), 0);
  EXPECT_EQ(View(), v1::PATRON_VIEW_GOING_WELL);
  SweepAfter(24);
  EXPECT_THAT(RungsTold(me_), testing::SizeIs(2));
  SweepAfter(25);
  EXPECT_THAT(RungsTold(me_), ElementsAre(1, 2, 1));
  std::vector<std::string> spells;
  for (const events::v1::Event& event : Told()) {
    if (event.has_silence_rung_reached()) spells.push_back(event.silence_rung_reached().spell());
  }
  EXPECT_EQ(spells[0], spells[1]);
  EXPECT_NE(spells[0], spells[2]);
}

TEST_F(SilenceSweepTest, ALateEntryEndsTheSpellToo) {
  SweepAfter(10);
  v1::LogActivityRequest late = LogRequest();
  *late.mutable_activity()->mutable_activity_time() = ToProto(start_);
  ASSERT_THAT(Log(late), IsOk());
  EXPECT_EQ(CountTold(Payload::kSilenceSpellEnded), 1);
  EXPECT_EQ(Progress().facts().working_days_silent(), 0);
}

TEST_F(SilenceSweepTest, AnAnswerEndsTheSpellAndIsKeptOnce) {
  SweepAfter(10);
  v1::AnswerCheckInRequest busy = Answer(v1::CHECK_IN_ANSWER_BUSY);
  EXPECT_THAT(Send(busy), HasReason("REQUIRED"));
  *busy.mutable_busy_until_time() = ToProto(clock_.Now() + absl::Hours(24 * 61));
  EXPECT_THAT(Send(busy), HasReason("BUSY_TOO_LONG"));
  *busy.mutable_busy_until_time() = ToProto(clock_.Now() + absl::Hours(24 * 59));
  ASSERT_THAT(Send(busy), IsOk());
  ASSERT_THAT(Send(busy), IsOk());
  EXPECT_EQ(CountTold(Payload::kCheckInAnswered), 1);
  EXPECT_EQ(CountTold(Payload::kSilenceSpellEnded), 1);
  EXPECT_THAT(Send(Answer(v1::CHECK_IN_ANSWER_ALL_FINE)), HasReason("CHECK_IN_ANSWERED"));
  SweepAfter(19);
  EXPECT_THAT(RungsTold(me_), testing::SizeIs(1)) << "silence counts from the answer";
}

TEST_F(SilenceSweepTest, APauseStopsTheClock) {
  clock_.Set(At(kFirstDay + 7));  // five working days of silence
  Enrol(enrolment::v1::ENROLMENT_STATE_PAUSED);
  SweepAfter(30);
  EXPECT_THAT(RungsTold(me_), IsEmpty());
  EXPECT_EQ(Progress().momentum(), v1::MOMENTUM_PAUSED);
  Enrol(enrolment::v1::ENROLMENT_STATE_ACTIVE);
  SweepAfter(39);
  EXPECT_THAT(RungsTold(me_), IsEmpty()) << "silence counts from the return";
  EXPECT_EQ(Progress().facts().working_days_silent(), 9);
  SweepAfter(40);
  EXPECT_THAT(RungsTold(me_), ElementsAre(1));
  EXPECT_EQ(Progress().momentum(), v1::MOMENTUM_QUIET);
  EXPECT_THAT(Progress().facts().sentence(), testing::HasSubstr("since the pause ended on"));
}

TEST_F(SilenceSweepTest, APauseEndsTheSpellAndAnotherOneAsksThePatronAgain) {
  SweepAfter(16);
  const std::string spell =
      Query("SELECT spell FROM participation WHERE organisation = ?")[0].Uuid(0).ToString();
  Enrol(enrolment::v1::ENROLMENT_STATE_PAUSED);
  EXPECT_EQ(CountTold(Payload::kSilenceSpellEnded), 1);
  EXPECT_EQ(CountTold(Payload::kPatronQueueEntryClosed), 1);
  EXPECT_EQ(Queue()->entries_size(), 0);
  EXPECT_EQ(View(), v1::PATRON_VIEW_RESTING);
  SweepAfter(18);
  Enrol(enrolment::v1::ENROLMENT_STATE_ACTIVE);
  Sweep();
  EXPECT_EQ(View(), v1::PATRON_VIEW_GOING_WELL);
  EXPECT_EQ(Progress().facts().rung(), v1::SILENCE_RUNG_UNSPECIFIED);
  SweepAfter(28);
  EXPECT_THAT(RungsTold(me_), ElementsAre(1, 2, 1));
  SweepAfter(33);
  EXPECT_THAT(RungsTold(me_), ElementsAre(1, 2, 1, 2));
  EXPECT_EQ(Queue()->entries_size(), 1) << "the patron is asked in the new spell";
  EXPECT_NE(Query("SELECT spell FROM participation WHERE organisation = ?")[0].Uuid(0).ToString(),
            spell);
}

TEST_F(SilenceSweepTest, NothingNudgesWhoAwaitsTheKickOffOrHasEnded) {
  const Person waiting = {ids_.Next(), ids_.Next()};
  Enrol(Entry(waiting, enrolment::v1::ENROLMENT_STATE_AWAITING_KICKOFF));
  SweepAfter(15);
  EXPECT_THAT(RungsTold(waiting), IsEmpty());
  Enrol(enrolment::v1::ENROLMENT_STATE_WITHDRAWN);
  EXPECT_EQ(CountTold(Payload::kSilenceSpellEnded), 1);
  EXPECT_EQ(Queue()->entries_size(), 0);
  SweepAfter(30);
  EXPECT_THAT(RungsTold(me_), testing::SizeIs(2));
}

TEST_F(SilenceSweepTest, AnUnansweredEntryGoesToTheCoachAfterFiveWorkingDays) {
  SweepAfter(15);
  SweepAfter(19);
  EXPECT_EQ(Queue()->entries_size(), 1);
  SweepAfter(20);
  EXPECT_EQ(Queue()->entries_size(), 0);
  const events::v1::Event last = Told().back();
  EXPECT_EQ(last.patron_queue_entry_closed().outcome(), v1::PATRON_QUEUE_OUTCOME_TO_COACH);
}

// Blocked goals stop every clock, and the patron's five days are one of them.
TEST_F(SilenceSweepTest, AnEntryStandsStillWithWhomItIsAbout) {
  SweepAfter(15);
  const auto goal = [this](goals::v1::GoalState state) {
    events::v1::Event event;
    events::v1::GoalChanged& changed = *event.mutable_goal_changed();
    changed.set_enrolment(Bytes(me_.enrolment));
    changed.set_goal(Bytes(me_.enrolment));
    changed.set_state(state);
    changed.set_version(++version_);
    Hear(GoalsHandler(), std::move(event));
  };
  SweepAfter(17);
  goal(goals::v1::GOAL_STATE_BLOCKED);
  SweepAfter(21);
  EXPECT_EQ(Queue()->entries_size(), 1) << "while it lasts";
  goal(goals::v1::GOAL_STATE_OPEN);
  SweepAfter(24);
  EXPECT_EQ(Queue()->entries_size(), 1) << "the 17th to the 21st do not count";
  SweepAfter(25);
  EXPECT_EQ(Queue()->entries_size(), 0);
  EXPECT_EQ(Told().back().patron_queue_entry_closed().outcome(), v1::PATRON_QUEUE_OUTCOME_TO_COACH);
}

TEST_F(SilenceSweepTest, ManyEntriesMoveOnAtOnce) {
  for (int i = 0; i < 300; ++i) EnrolAnother();
  SweepAfter(15);
  EXPECT_EQ(CountTold(Payload::kPatronQueueEntryOpened), 301);
  SweepAfter(20);
  EXPECT_EQ(CountTold(Payload::kPatronQueueEntryClosed), 301);
  Sweep();
  EXPECT_EQ(CountTold(Payload::kPatronQueueEntryClosed), 301) << "once";
}

// An id or a token that holds a time would tell a patron when somebody last did something.
TEST_F(SilenceSweepTest, ThePatronsQueueTellsNoTimes) {
  EnrolAnother();
  SweepAfter(15);
  v1::ListPatronQueueRequest request;
  request.set_parent(OrganisationName());
  request.set_page_size(1);
  const auto first = Call<v1::ListPatronQueueResponse>("ListPatronQueue", request, Patron());
  ASSERT_THAT(first, IsOk());
  ASSERT_EQ(first->entries_size(), 1);
  const std::string id = first->entries(0).name().substr(first->entries(0).name().rfind('/') + 1);
  EXPECT_EQ(id[14], '4') << id << " is random, and of no time";
  EXPECT_EQ(v1::PatronQueueEntry::descriptor()->FindFieldByName("create_time"), nullptr);
  std::string token;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(first->next_page_token(), &token));
  EXPECT_THAT(token,
              testing::Not(testing::HasSubstr(absl::StrCat(absl::ToUnixMicros(clock_.Now())))));
  request.set_page_token(first->next_page_token());
  const auto second = Call<v1::ListPatronQueueResponse>("ListPatronQueue", request, Patron());
  ASSERT_THAT(second, IsOk());
  ASSERT_EQ(second->entries_size(), 1);
  EXPECT_NE(second->entries(0).name(), first->entries(0).name());
  EXPECT_THAT(second->next_page_token(), IsEmpty());
}

TEST_F(SilenceSweepTest, ASnoozedEntryComesBackAfterFiveWorkingDays) {
  SweepAfter(15);
  const std::string name = Queue()->entries(0).name();
  ASSERT_THAT(Resolve(name, v1::PATRON_QUEUE_OUTCOME_SNOOZED), IsOk());
  EXPECT_EQ(Queue()->entries_size(), 0);
  SweepAfter(19);
  EXPECT_EQ(Queue()->entries_size(), 0);
  SweepAfter(20);
  ASSERT_EQ(Queue()->entries_size(), 1);
  EXPECT_EQ(CountTold(Payload::kPatronQueueEntryOpened), 2);
  ASSERT_THAT(Resolve(name, v1::PATRON_QUEUE_OUTCOME_DONE), IsOk());
  EXPECT_THAT(Resolve(name, v1::PATRON_QUEUE_OUTCOME_DONE), HasReason("PATRON_QUEUE_ENTRY_CLOSED"));
  EXPECT_THAT(Resolve(name, v1::PATRON_QUEUE_OUTCOME_ENDED), HasReason("OUTCOME_NOT_FOR_PATRON"));
}

TEST_F(SilenceSweepTest, ANewPatronTakesOverTheOpenEntry) {
  SweepAfter(15);
  roster::Entry entry = Entry(me_, enrolment::v1::ENROLMENT_STATE_ACTIVE);
  entry.patron = ids_.Next();
  Enrol(entry);
  EXPECT_EQ(Queue()->entries_size(), 0);
  EXPECT_EQ(Told().back().patron_queue_entry_opened().patron(), Bytes(entry.patron));
}

TEST_F(SilenceSweepTest, WithoutAPatronTheEntryGoesToTheCoachAtOnce) {
  roster::Entry entry = Entry(me_, enrolment::v1::ENROLMENT_STATE_ACTIVE);
  entry.patron = id::Uuid();
  Enrol(entry);
  SweepAfter(15);
  EXPECT_EQ(CountTold(Payload::kPatronQueueEntryOpened), 0);
  EXPECT_EQ(Told().back().patron_queue_entry_closed().outcome(), v1::PATRON_QUEUE_OUTCOME_TO_COACH);
}

TEST_F(SilenceSweepTest, WhoWasToldToComeGetsAWordOfWelcome) {
  const Person told = {ids_.Next(), ids_.Next()};
  roster::Entry entry = Entry(told, enrolment::v1::ENROLMENT_STATE_ACTIVE);
  entry.way_in = enrolment::v1::WAY_IN_TOLD_TO;
  Enrol(entry);
  ASSERT_EQ(Queue()->entries_size(), 1);
  EXPECT_EQ(Queue()->entries(0).enrolment(), Name(told));
  entry.version = ++version_;
  Enrol(entry);
  EXPECT_EQ(CountTold(Payload::kPatronQueueEntryOpened), 1) << "once";
}

}  // namespace
}  // namespace dap::activity
