#include "services/activity/operations/change_activity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "absl/synchronization/notification.h"
#include "services/activity/testing/activity_test_base.h"

namespace dap::activity {
namespace {

using status::HasReason;
using status::IsOk;
using status::NamesField;
using testing::AllOf;
using testing::SizeIs;

class ChangeActivityTest : public ActivityTest {
 protected:
  std::string Logged(int minutes = 15) {
    const auto logged = Log(LogRequest(v1::SETTING_ON_PLATFORM, minutes));
    EXPECT_THAT(logged, IsOk());
    return logged->activity().name();
  }
  absl::StatusOr<v1::CorrectActivityResponse> Correct(const v1::CorrectActivityRequest& request) {
    return Call<v1::CorrectActivityResponse>("CorrectActivity", request, Me());
  }
  absl::StatusOr<v1::DeleteActivityResponse> Delete(const v1::DeleteActivityRequest& request) {
    return Call<v1::DeleteActivityResponse>("DeleteActivity", request, Me());
  }
  absl::StatusOr<v1::ListActivityRevisionsResponse> Revisions(const std::string& name) {
    v1::ListActivityRevisionsRequest request;
    request.set_parent(name);
    return Call<v1::ListActivityRevisionsResponse>("ListActivityRevisions", request, Me());
  }
  absl::Time SilentSinceOf(const Person& person) {
    return Query("SELECT silent_since FROM participation WHERE organisation = ? AND enrolment = ?",
                 {person.enrolment})[0]
        .Time(0);
  }
};

TEST_F(ChangeActivityTest, ACorrectionKeepsWhatItSaidAndTheFiguresFollow) {
  const std::string name = Logged();
  clock_.Advance(absl::Minutes(7));
  const v1::CorrectActivityRequest request = CorrectRequest(name);
  const auto corrected = Correct(request);
  ASSERT_THAT(corrected, IsOk());
  EXPECT_EQ(corrected->activity().name(), name);
  EXPECT_EQ(corrected->activity().minutes(), 40);
  EXPECT_EQ(FromProto(corrected->activity().create_time()), start_) << "when it was told of";
  EXPECT_EQ(FromProto(corrected->activity().activity_time()), start_) << "unset leaves it";
  const v1::Week week = *Progress().weeks().rbegin();
  EXPECT_EQ(week.on_platform_minutes(), 0);
  EXPECT_EQ(week.off_platform_minutes(), 40);
  EXPECT_EQ(week.contributions(), 1);
  const auto revisions = Revisions(name);
  ASSERT_THAT(revisions, IsOk());
  ASSERT_THAT(revisions->revisions(), SizeIs(1));
  EXPECT_EQ(revisions->revisions(0).activity().minutes(), 15);
  EXPECT_EQ(revisions->revisions(0).activity().note(), "my own words");
  EXPECT_EQ(revisions->revisions(0).change(), v1::ACTIVITY_CHANGE_CORRECTED);
  EXPECT_EQ(FromProto(revisions->revisions(0).change_time()), clock_.Now());
  const events::v1::Event told = Told().back();
  EXPECT_EQ(told.activity_corrected().minutes(), 40);
  EXPECT_FALSE(told.traceparent().empty());

  const auto again = Correct(request);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->activity().minutes(), 40);
  EXPECT_EQ(Count("activity_revision"), 1) << "once";
}

TEST_F(ChangeActivityTest, ADeletedActivityCountsNoMoreAndIsKeptAsARevision) {
  const std::string name = Logged();
  const std::string other = Logged(20);
  ASSERT_THAT(Correct(CorrectRequest(name)), IsOk());
  const v1::DeleteActivityRequest request = DeleteRequest(name);
  ASSERT_THAT(Delete(request), IsOk());
  EXPECT_EQ(Progress().weeks().rbegin()->contributions(), 1);
  EXPECT_EQ(Progress().weeks().rbegin()->off_platform_minutes(), 0);
  const auto revisions = Revisions(name);
  ASSERT_THAT(revisions, IsOk());
  ASSERT_THAT(revisions->revisions(), SizeIs(2));
  EXPECT_EQ(revisions->revisions(0).change(), v1::ACTIVITY_CHANGE_DELETED);
  EXPECT_EQ(revisions->revisions(0).activity().minutes(), 40);
  EXPECT_EQ(revisions->revisions(1).change(), v1::ACTIVITY_CHANGE_CORRECTED);
  EXPECT_EQ(CountTold(events::v1::Event::kActivityDeleted), 1);

  EXPECT_THAT(Delete(request), IsOk()) << "the same request gets its first answer";
  EXPECT_THAT(Delete(DeleteRequest(name)), HasReason("ACTIVITY_NOT_FOUND"));
  EXPECT_THAT(Correct(CorrectRequest(name)), HasReason("ACTIVITY_NOT_FOUND"));
  EXPECT_EQ(CountTold(events::v1::Event::kActivityDeleted), 1);
  v1::DeleteActivityRequest reused = DeleteRequest(other);
  reused.set_request_id(request.request_id());
  EXPECT_THAT(Delete(reused), HasReason("REQUEST_ID_REUSED"));
  EXPECT_EQ(Count("activity"), 1);
}

TEST_F(ChangeActivityTest, ATimeMustBeOneThatCouldHaveBeenLoggedThen) {
  clock_.Set(At(kFirstDay + 3));
  const std::string name = Logged();
  clock_.Set(At(kFirstDay + 5));
  const auto to = [&](absl::Time time) {
    v1::CorrectActivityRequest request = CorrectRequest(name);
    *request.mutable_activity()->mutable_activity_time() = ToProto(time);
    return Correct(request);
  };
  const auto field = NamesField("activity.activity_time");
  EXPECT_THAT(to(At(kFirstDay + 4)), AllOf(HasReason("ACTIVITY_IN_FUTURE"), field));
  EXPECT_THAT(to(At(kFirstDay - 1)), AllOf(HasReason("ACTIVITY_BEFORE_ENROLMENT"), field));
  EXPECT_THAT(to(At(kFirstDay - 60)), AllOf(HasReason("ACTIVITY_TOO_OLD"), field));
  ASSERT_THAT(to(At(kFirstDay + 1)), IsOk());
  EXPECT_EQ(Progress(kFirstDay + 2).weeks().rbegin()->contributions(), 1);
  EXPECT_EQ(Count("activity_revision"), 1) << "a refused one leaves nothing";
}

TEST_F(ChangeActivityTest, AttendanceIsNotTheirsToChange) {
  events::v1::Event attended;
  const id::Uuid session = ids_.Next();
  attended.mutable_session_attended()->set_session(Bytes(session));
  attended.mutable_session_attended()->set_enrolment(Bytes(me_.enrolment));
  *attended.mutable_session_attended()->mutable_start_time() = ToProto(start_);
  attended.mutable_session_attended()->set_minutes(90);
  Hear(EnrolmentHandler(*context_), attended);
  const std::string name = absl::StrCat(Name(me_), "/activities/", session.ToString());
  EXPECT_THAT(Correct(CorrectRequest(name)), HasReason("ACTIVITY_FROM_ATTENDANCE"));
  EXPECT_THAT(Delete(DeleteRequest(name)), HasReason("ACTIVITY_FROM_ATTENDANCE"));
  EXPECT_EQ(Count("activity"), 1);
  EXPECT_EQ(Count("request_record"), 0);
}

TEST_F(ChangeActivityTest, AttendanceThatACoachTakesBackCountsNoMore) {
  events::v1::Event attended, removed;
  const id::Uuid session = ids_.Next();
  attended.mutable_session_attended()->set_session(Bytes(session));
  attended.mutable_session_attended()->set_enrolment(Bytes(me_.enrolment));
  *attended.mutable_session_attended()->mutable_start_time() = ToProto(start_);
  attended.mutable_session_attended()->set_minutes(90);
  removed.mutable_session_attendance_removed()->set_session(Bytes(session));
  removed.mutable_session_attendance_removed()->set_enrolment(Bytes(me_.enrolment));
  Logged();
  const absl::Time logged = clock_.Now();
  clock_.Set(At(kFirstDay + 2));
  Hear(EnrolmentHandler(*context_), attended);
  EXPECT_EQ(SilentSinceOf(me_), clock_.Now());
  EXPECT_EQ(Count("activity"), 2);
  for (int times = 0; times < 2; ++times) {
    Hear(EnrolmentHandler(*context_), removed);
    EXPECT_EQ(Count("activity"), 1);
    EXPECT_EQ(SilentSinceOf(me_), logged);
  }
}

TEST_F(ChangeActivityTest, ADeletionSetsSilenceBackToTheLastContributionLeft) {
  Logged();
  clock_.Set(At(time::AddWorkingDays(kFirstDay, 9, time::NoDaysOff)));
  const std::string last = Logged();
  EXPECT_EQ(SilentSinceOf(me_), clock_.Now());
  ASSERT_THAT(Correct(CorrectRequest(last)), IsOk());
  EXPECT_EQ(SilentSinceOf(me_), clock_.Now()) << "a correction tells of no other time";
  ASSERT_THAT(Delete(DeleteRequest(last)), IsOk());
  EXPECT_EQ(SilentSinceOf(me_), start_);
  EXPECT_EQ(Progress().facts().working_days_silent(), 9);
  SweepAfter(10);
  EXPECT_THAT(RungsTold(me_), testing::ElementsAre(v1::SILENCE_RUNG_CHECK_IN));
}

TEST_F(ChangeActivityTest, AReplicaThatKnewBetterLooksAgainAfterADeletion) {
  ActivityWriterOptions options;
  options.known_for = absl::Hours(1);
  ActivityWriter replica(*context_, options);
  const auto log = [&] {
    rpc::CallInfo info;
    info.deadline = Deadline();
    info.principal = Me();
    auto prepared = PrepareLog(*context_, rpc::Call(info), LogRequest());
    ASSERT_THAT(prepared, IsOk());
    absl::Notification done;
    replica.Add(*std::move(prepared), [&](const auto& result) {
      EXPECT_THAT(result, IsOk());
      done.Notify();
    });
    done.WaitForNotification();
  };
  log();
  clock_.Set(At(kFirstDay + 1));
  log();  // from here on the replica need not write the row again today
  v1::ListActivitiesRequest list;
  list.set_parent(Name(me_));
  const auto all = Call<v1::ListActivitiesResponse>("ListActivities", list, Me());
  ASSERT_THAT(all, IsOk());
  ASSERT_THAT(Delete(DeleteRequest(all->activities(0).name())), IsOk());
  ASSERT_EQ(SilentSinceOf(me_), start_);
  log();
  EXPECT_EQ(SilentSinceOf(me_), clock_.Now());
}

TEST_F(ChangeActivityTest, ChangesAtTheSameMomentEachLeaveARevision) {
  const std::string name = Logged();
  std::vector<std::thread> callers;
  for (int i = 0; i < 6; ++i) {
    callers.emplace_back(
        [&, request = CorrectRequest(name)] { EXPECT_THAT(Correct(request), IsOk()); });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(Count("activity_revision"), 6);
  EXPECT_EQ(Count("activity"), 1);
}

}  // namespace
}  // namespace dap::activity
