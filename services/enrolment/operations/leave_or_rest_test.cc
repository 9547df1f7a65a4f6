#include "services/enrolment/operations/leave_or_rest.h"

#include "google/protobuf/util/time_util.h"
#include "libs/db/transaction.h"
#include "services/enrolment/consumers/activity_consumer.h"
#include "services/enrolment/jobs/end_pauses.h"
#include "services/enrolment/operations/staff_state_changed.h"
#include "services/enrolment/testing/service_test.h"

namespace dap::enrolment {
namespace {

using ::testing::AllOf;
using ::testing::SizeIs;

google::protobuf::Timestamp Stamp(absl::Time time) {
  return google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
}

class LeaveOrRestTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    person_ = AddStaff("Person");
    cohort_ = MakeOpenCohort(5);
    active_ = ActiveIn(cohort_, person_);
    NewEvents();
  }

  absl::StatusOr<v1::PauseEnrolmentResponse> Pause(v1::PauseReason reason,
                                                   std::optional<absl::Duration> ahead,
                                                   const auth::Principal& principal) {
    v1::PauseEnrolmentRequest request;
    request.set_name(active_.name());
    request.mutable_pause()->set_reason(reason);
    if (ahead.has_value()) *request.mutable_pause()->mutable_until_time() = Stamp(Now() + *ahead);
    request.set_request_id(RequestId());
    return Call<v1::PauseEnrolmentResponse>("PauseEnrolment", request, principal);
  }
  absl::StatusOr<v1::ResumeEnrolmentResponse> Resume(const auth::Principal& principal) {
    v1::ResumeEnrolmentRequest request;
    request.set_name(active_.name());
    request.set_request_id(RequestId());
    return Call<v1::ResumeEnrolmentResponse>("ResumeEnrolment", request, principal);
  }
  // As the feed's consumer does.
  absl::Status Hear(activity::v1::CheckInAnswer answer, std::optional<absl::Time> until) {
    events::v1::Event event;
    event.set_organisation(std::string(organisation_.bytes()));
    auto& answered = *event.mutable_check_in_answered();
    answered.set_enrolment(std::string(LastId(active_.name()).bytes()));
    answered.set_answer(answer);
    if (until.has_value()) *answered.mutable_busy_until_time() = Stamp(*until);
    return Within([&](db::Connection& tx, feed::Outbox& outbox) {
      return ActivityHandler(world().clock())(tx, outbox, event);
    });
  }
  template <typename F>
  absl::Status Within(F body) {
    return db::Transaction(world().pool(), Soon(), [&](db::Connection& tx) -> absl::Status {
      feed::Outbox outbox;
      absl::Status done = body(tx, outbox);
      return done.ok() ? world().feed().Append(tx, outbox) : done;
    });
  }
  absl::Status RunJob() {
    return EndPauses(world().pool(), world().feed(), world().clock(), Soon());
  }
  v1::EnrolmentState State() { return Read(active_).state(); }

  id::Uuid person_;
  v1::Cohort cohort_;
  v1::Enrolment active_;
};

TEST_F(LeaveOrRestTest, APauseEndsByTheClockAndNotBefore) {
  ASSERT_THAT(Pause(v1::PAUSE_REASON_BUSY, absl::Hours(48), Participant(person_)), IsOk());
  EXPECT_EQ(State(), v1::ENROLMENT_STATE_PAUSED);
  Advance(absl::Hours(47));
  ASSERT_THAT(RunJob(), IsOk());
  EXPECT_EQ(State(), v1::ENROLMENT_STATE_PAUSED);
  Advance(absl::Hours(1));
  NewEvents();
  ASSERT_THAT(RunJob(), IsOk());
  EXPECT_EQ(State(), v1::ENROLMENT_STATE_ACTIVE);
  EXPECT_FALSE(Read(active_).has_pause());
  ASSERT_THAT(RunJob(), IsOk());
  const auto told = NewEntries();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].state(), v1::ENROLMENT_STATE_ACTIVE);
}

TEST_F(LeaveOrRestTest, APausesRulesAreToldByField) {
  const auto self = Participant(person_);
  EXPECT_THAT(Pause(v1::PAUSE_REASON_BUSY, absl::Hours(24 * 61), self),
              AllOf(StatusIs(absl::StatusCode::kInvalidArgument), HasReason("PAUSE_UNTIL"),
                    NamesField("pause.until_time")));
  EXPECT_THAT(Pause(v1::PAUSE_REASON_SUSPENDED, std::nullopt, self),
              AllOf(HasReason("PAUSE_REASON"), NamesField("pause.reason")));
  EXPECT_THAT(Pause(v1::PAUSE_REASON_BUSY, absl::Hours(1), Participant(AddStaff("Other"))),
              HasReason("NOT_YOURS"));
  EXPECT_THAT(Resume(self), HasReason("ENROLMENT_STATE"));
  EXPECT_EQ(State(), v1::ENROLMENT_STATE_ACTIVE);
  EXPECT_THAT(NewEntries(), SizeIs(0));
}

TEST_F(LeaveOrRestTest, ATimeThatIsNoneIsRefused) {
  v1::PauseEnrolmentRequest request;
  request.set_name(active_.name());
  request.mutable_pause()->set_reason(v1::PAUSE_REASON_BUSY);
  for (int64_t seconds : {int64_t{9'000'000'000'000'000'000}, int64_t{570'000'000'000}}) {
    request.mutable_pause()->mutable_until_time()->set_seconds(seconds);
    request.set_request_id(RequestId());
    EXPECT_THAT(Call<v1::PauseEnrolmentResponse>("PauseEnrolment", request, Participant(person_)),
                AllOf(StatusIs(absl::StatusCode::kInvalidArgument), HasReason("TIME_RANGE"),
                      NamesField("pause.until_time")));
  }
}

TEST_F(LeaveOrRestTest, ACoachsPauseIsACoachsToEnd) {
  ASSERT_THAT(Pause(v1::PAUSE_REASON_COACH, std::nullopt, Coach()), IsOk());
  EXPECT_THAT(Resume(Participant(person_)), HasReason("ENROLMENT_STATE"));
  EXPECT_THAT(Resume(Coach()), IsOk());
}

TEST_F(LeaveOrRestTest, BusyPausesUntilThenAndSayingSoAgainMovesTheEnd) {
  const absl::Time until = Now() + absl::Hours(24 * 7);
  ASSERT_THAT(Hear(activity::v1::CHECK_IN_ANSWER_BUSY, until), IsOk());
  v1::Enrolment paused = Read(active_);
  EXPECT_EQ(paused.pause().reason(), v1::PAUSE_REASON_BUSY);
  EXPECT_EQ(paused.pause().until_time().seconds(), Stamp(until).seconds());
  ASSERT_THAT(Hear(activity::v1::CHECK_IN_ANSWER_BUSY, until + absl::Hours(24)), IsOk());
  EXPECT_EQ(Read(active_).pause().until_time().seconds(), Stamp(until + absl::Hours(24)).seconds());
  EXPECT_THAT(NewEntries(), SizeIs(2));
}

TEST_F(LeaveOrRestTest, OtherAnswersChangeNothing) {
  for (auto answer :
       {activity::v1::CHECK_IN_ANSWER_IT_BLOCKS_ME, activity::v1::CHECK_IN_ANSWER_NEED_HELP,
        activity::v1::CHECK_IN_ANSWER_ALL_FINE}) {
    ASSERT_THAT(Hear(answer, std::nullopt), IsOk());
  }
  EXPECT_EQ(State(), v1::ENROLMENT_STATE_ACTIVE);
  EXPECT_THAT(NewEntries(), SizeIs(0));
}

TEST_F(LeaveOrRestTest, NotForMeIsAWithdrawalAndComesTwiceWithoutHarm) {
  ASSERT_THAT(Hear(activity::v1::CHECK_IN_ANSWER_NOT_FOR_ME, std::nullopt), IsOk());
  ASSERT_THAT(Hear(activity::v1::CHECK_IN_ANSWER_NOT_FOR_ME, std::nullopt), IsOk());
  ASSERT_THAT(Hear(activity::v1::CHECK_IN_ANSWER_BUSY, Now() + absl::Hours(1)), IsOk());
  EXPECT_EQ(State(), v1::ENROLMENT_STATE_WITHDRAWN);
  EXPECT_EQ(Read(cohort_).places_taken(), 0);
  EXPECT_THAT(NewEntries(), SizeIs(1));
}

TEST_F(LeaveOrRestTest, SuspensionPausesAndReturnResumes) {
  SetStaffState(person_, v1::STAFF_STATE_SUSPENDED);
  const auto suspend = [&](db::Connection& tx, feed::Outbox& outbox) {
    return SuspendEnrolments(tx, outbox, organisation_, person_);
  };
  ASSERT_THAT(Within(suspend), IsOk());
  ASSERT_THAT(Within(suspend), IsOk());
  EXPECT_EQ(Read(active_).pause().reason(), v1::PAUSE_REASON_SUSPENDED);
  EXPECT_THAT(Resume(Coach()), HasReason("ENROLMENT_STATE"));
  SetStaffState(person_, v1::STAFF_STATE_ACTIVE);
  ASSERT_THAT(Within([&](db::Connection& tx, feed::Outbox& outbox) {
                return ResumeEnrolments(tx, outbox, organisation_, person_, Now());
              }),
              IsOk());
  EXPECT_EQ(State(), v1::ENROLMENT_STATE_ACTIVE);
  EXPECT_THAT(NewEntries(), SizeIs(2));
}

TEST_F(LeaveOrRestTest, APauseThatIsOverWaitsForAPersonWhoIsNotThere) {
  ASSERT_THAT(Pause(v1::PAUSE_REASON_LEAVE, absl::Hours(1), Participant(person_)), IsOk());
  SetStaffState(person_, v1::STAFF_STATE_SUSPENDED);
  ASSERT_THAT(Within([&](db::Connection& tx, feed::Outbox& outbox) {
                return SuspendEnrolments(tx, outbox, organisation_, person_);
              }),
              IsOk());
  EXPECT_EQ(Read(active_).pause().reason(), v1::PAUSE_REASON_LEAVE);
  EXPECT_THAT(Resume(Coach()), HasReason("ENROLMENT_STATE"));
  Advance(absl::Hours(1));
  ASSERT_THAT(RunJob(), IsOk());
  EXPECT_EQ(Read(active_).pause().reason(), v1::PAUSE_REASON_SUSPENDED);
}

TEST_F(LeaveOrRestTest, ANewNameIsToldForEachEnrolment) {
  Execute("UPDATE staff_member SET display_name = 'Renamed' WHERE organisation = ?");
  ASSERT_THAT(Within([&](db::Connection& tx, feed::Outbox& outbox) {
                return RenameParticipant(tx, outbox, organisation_, person_);
              }),
              IsOk());
  const auto told = NewEntries();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].participant_display_name(), "Renamed");
  EXPECT_EQ(absl::StrCat("v", told[0].version()), Read(active_).etag());
}

TEST_F(LeaveOrRestTest, ACoachsChangeShowsThemNothingPrivate) {
  v1::PauseEnrolmentRequest request;
  request.set_name(active_.name());
  request.mutable_pause()->set_reason(v1::PAUSE_REASON_COACH);
  request.set_request_id(RequestId());
  const auto paused = Call<v1::PauseEnrolmentResponse>("PauseEnrolment", request, Coach());
  ASSERT_THAT(paused, IsOk());
  EXPECT_EQ(paused->enrolment().way_in(), v1::WAY_IN_UNSPECIFIED);
  EXPECT_EQ(Read(active_).way_in(), v1::WAY_IN_VOLUNTEERED);
}

}  // namespace
}  // namespace dap::enrolment
