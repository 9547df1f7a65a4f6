// Corrections of attendance, and who is to be offered a catch-up.
#include "services/enrolment/testing/service_test.h"

namespace dap::enrolment {
namespace {

using ::testing::SizeIs;

class AttendanceTest : public ServiceTest {
 protected:
  v1::Enrolment Accepted(const v1::Cohort& cohort, const id::Uuid& staff) {
    return *Accept(*Apply(cohort, staff), staff);
  }
  absl::StatusOr<v1::Session> Remove(const v1::Session& session, const v1::Enrolment& enrolment) {
    v1::RemoveAttendanceRequest request;
    request.set_name(session.name());
    request.add_enrolments(enrolment.name());
    request.set_request_id(RequestId());
    auto removed = Call<v1::RemoveAttendanceResponse>("RemoveAttendance", request, Coach());
    if (!removed.ok()) return removed.status();
    return removed->session();
  }
  v1::ListSessionAttendanceResponse Attendance(const v1::Session& session) {
    v1::ListSessionAttendanceRequest request;
    request.set_parent(session.name());
    const auto listed =
        Call<v1::ListSessionAttendanceResponse>("ListSessionAttendance", request, Coach());
    EXPECT_THAT(listed, IsOk());
    return listed.value_or(v1::ListSessionAttendanceResponse());
  }
  v1::ListAbsenteesResponse Absentees(const v1::Cohort& cohort) {
    v1::ListAbsenteesRequest request;
    request.set_parent(cohort.name());
    const auto listed = Call<v1::ListAbsenteesResponse>("ListAbsentees", request, Coach());
    EXPECT_THAT(listed, IsOk());
    return listed.value_or(v1::ListAbsenteesResponse());
  }
};

TEST_F(AttendanceTest, WhoWasRecordedByMistakeIsAwaitingTheKickOffAgain) {
  v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid person = AddStaff("Person");
  const v1::Enrolment active = ActiveIn(cohort, person);
  ASSERT_EQ(Read(active).state(), v1::ENROLMENT_STATE_ACTIVE);
  v1::ListSessionsRequest list;
  list.set_parent(cohort.name());
  const v1::Session kick_off =
      Call<v1::ListSessionsResponse>("ListSessions", list, Coach())->sessions(0);
  const auto listed = Attendance(kick_off);
  ASSERT_THAT(listed.attendance(), SizeIs(1));
  EXPECT_EQ(listed.attendance(0).enrolment(), active.name());
  EXPECT_EQ(listed.attendance(0).participant_display_name(), "Person");
  EXPECT_EQ(listed.attendance(0).recorded_by(), Staff(coach_));
  NewEvents();
  const auto removed = Remove(kick_off, active);
  ASSERT_THAT(removed, IsOk());
  EXPECT_EQ(removed->attended(), 0);
  EXPECT_EQ(Read(active).state(), v1::ENROLMENT_STATE_AWAITING_KICKOFF);
  const auto told = NewEvents();
  ASSERT_THAT(told, SizeIs(2));
  EXPECT_EQ(told[0].enrolment_changed().entry().state(), v1::ENROLMENT_STATE_AWAITING_KICKOFF);
  EXPECT_EQ(id::Uuid::FromBytes(told[1].session_attendance_removed().enrolment()),
            LastId(active.name()));
  EXPECT_THAT(Remove(kick_off, active), IsOk());
  EXPECT_THAT(NewEvents(), SizeIs(0)) << "there was nothing to take back";
}

TEST_F(AttendanceTest, WhoWasAtAnotherStartStaysActiveAndWhoIsPausedIsRefused) {
  v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid person = AddStaff("Person");
  const v1::Enrolment active = ActiveIn(cohort, person);
  v1::ListSessionsRequest list;
  list.set_parent(cohort.name());
  const v1::Session kick_off =
      Call<v1::ListSessionsResponse>("ListSessions", list, Coach())->sessions(0);
  const v1::Session catch_up = *Plan(cohort, v1::SESSION_KIND_DROP_IN, Now());
  ASSERT_THAT(Record(catch_up, {active}), IsOk());
  ASSERT_THAT(Remove(kick_off, active), IsOk());
  EXPECT_EQ(Read(active).state(), v1::ENROLMENT_STATE_ACTIVE);
  v1::PauseEnrolmentRequest pause;
  pause.set_name(active.name());
  pause.mutable_pause()->set_reason(v1::PAUSE_REASON_LEAVE);
  pause.set_request_id(RequestId());
  ASSERT_THAT(Call<v1::PauseEnrolmentResponse>("PauseEnrolment", pause, Participant(person)),
              IsOk());
  EXPECT_THAT(Remove(catch_up, active), HasReason("ENROLMENT_STATE"));
  EXPECT_THAT(Attendance(catch_up).attendance(), SizeIs(1)) << "nothing changed";
}

TEST_F(AttendanceTest, ADropInBeforeTheStartStandsForNoKickOff) {
  v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid person = AddStaff("Person");
  const v1::Enrolment early = Accepted(cohort, person);
  ASSERT_THAT(Assign(early, AgreedPatron(cohort)), IsOk());
  const auto kick_off = Plan(cohort, v1::SESSION_KIND_KICK_OFF, Now());
  ASSERT_THAT(kick_off, IsOk());
  ASSERT_THAT(Step("CloseRecruitment", cohort), IsOk());
  const auto drop_in = Plan(cohort, v1::SESSION_KIND_DROP_IN, Now());
  ASSERT_THAT(Record(*drop_in, {early}), IsOk());
  ASSERT_THAT(Record(*kick_off, {early}), IsOk());
  ASSERT_THAT(Remove(*kick_off, early), IsOk());
  EXPECT_EQ(Count("SELECT COUNT(*) FROM enrolment WHERE organisation = ? AND "
                  "start_attend_time IS NOT NULL",
                  {organisation_}),
            0);
  ASSERT_THAT(StartCohort(cohort, "They all come later."), IsOk());
  EXPECT_EQ(Read(early).state(), v1::ENROLMENT_STATE_AWAITING_KICKOFF);
}

TEST_F(AttendanceTest, AbsenteesAreToBeOfferedACatchUpWithinTenWorkingDays) {
  v1::Cohort cohort = MakeOpenCohort(5);
  const v1::Enrolment absent = Accepted(cohort, AddStaff("Absent"));
  ASSERT_THAT(Assign(absent, AgreedPatron(cohort)), IsOk());
  EXPECT_THAT(Absentees(cohort).absentees(), SizeIs(0)) << "it does not run yet";
  ActiveIn(cohort, AddStaff("Present"));
  auto listed = Absentees(cohort);
  ASSERT_THAT(listed.absentees(), SizeIs(1));
  EXPECT_EQ(listed.absentees(0).enrolment(), absent.name());
  EXPECT_EQ(listed.absentees(0).participant_display_name(), "Absent");
  EXPECT_EQ(listed.absentees(0).catch_up(), "");
  const google::type::Date by = listed.absentees(0).catch_up_by();
  const absl::CivilDay last(by.year(), by.month(), by.day());
  const absl::TimeZone utc = absl::UTCTimeZone();
  const absl::CivilDay today = absl::ToCivilDay(Now(), utc);
  EXPECT_GE(last, today + 14);
  EXPECT_LE(last, today + 18) << "with holidays and the weekend in which the test may begin";
  ASSERT_THAT(
      Plan(cohort, v1::SESSION_KIND_DROP_IN, absl::FromCivil(last + 1, utc) + absl::Hours(9)),
      IsOk());
  EXPECT_EQ(Absentees(cohort).absentees(0).catch_up(), "") << "too late";
  const auto in_time =
      Plan(cohort, v1::SESSION_KIND_DROP_IN, absl::FromCivil(last, utc) + absl::Hours(9));
  ASSERT_THAT(in_time, IsOk());
  EXPECT_EQ(Absentees(cohort).absentees(0).catch_up(), in_time->name());
}

}  // namespace
}  // namespace dap::enrolment
