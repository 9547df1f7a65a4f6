#include "google/protobuf/util/time_util.h"
#include "libs/db/transaction.h"
#include "libs/status/macros.h"
#include "services/enrolment/jobs/turn_covers.h"
#include "services/enrolment/operations/staff_state_changed.h"
#include "services/enrolment/testing/service_test.h"

namespace dap::enrolment {
namespace {

using ::testing::AllOf;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class PatronCoversTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    cohort_ = MakeOpenCohort(10);
    person_ = AddStaff("Person");
    enrolment_ = *Accept(*Apply(cohort_, person_), person_);
    patron_ = AgreedPatron(cohort_);
    stand_in_ = AgreedPatron(cohort_);
    ASSERT_THAT(Assign(enrolment_, patron_), IsOk());
    NewEvents();
  }
  std::string Patron(const id::Uuid& staff) const {
    return absl::StrCat(cohort_.name(), "/patrons/", staff.ToString());
  }
  v1::PlanPatronCoverRequest Plan(absl::Duration from, absl::Duration until) {
    v1::PlanPatronCoverRequest request;
    request.set_parent(Patron(patron_));
    request.mutable_cover()->set_covering_patron(Staff(stand_in_));
    SetFrom(Now() + from, request);
    SetUntil(Now() + until, request);
    request.set_request_id(RequestId());
    return request;
  }
  static google::protobuf::Timestamp Stamp(absl::Time time) {
    return google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
  }
  static void SetFrom(absl::Time time, v1::PlanPatronCoverRequest& request) {
    *request.mutable_cover()->mutable_from_time() = Stamp(time);
  }
  static void SetUntil(absl::Time time, v1::PlanPatronCoverRequest& request) {
    *request.mutable_cover()->mutable_until_time() = Stamp(time);
  }
  absl::StatusOr<v1::PatronCover> Send(const v1::PlanPatronCoverRequest& request,
                                       const auth::Principal& principal) {
    auto planned = Call<v1::PlanPatronCoverResponse>("PlanPatronCover", request, principal);
    if (!planned.ok()) return planned.status();
    return planned->cover();
  }
  absl::StatusOr<v1::PatronCover> End(const v1::PatronCover& cover,
                                      const auth::Principal& principal) {
    v1::EndPatronCoverRequest request;
    request.set_name(cover.name());
    request.set_request_id(RequestId());
    auto ended = Call<v1::EndPatronCoverResponse>("EndPatronCover", request, principal);
    if (!ended.ok()) return ended.status();
    return ended->cover();
  }
  std::vector<v1::PatronCover> List() {
    v1::ListPatronCoversRequest request;
    request.set_parent(Patron(patron_));
    request.set_page_size(1);
    std::vector<v1::PatronCover> covers;
    do {
      auto page = Call<v1::ListPatronCoversResponse>("ListPatronCovers", request, Coach());
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) break;
      for (const auto& cover : page->covers()) covers.push_back(cover);
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return covers;
  }
  void Turn() {
    EXPECT_THAT(TurnCovers(world().pool(), world().feed(), world().clock(), Soon()), IsOk());
  }
  // As the staff sync does it.
  void Depart(const id::Uuid& staff, v1::StaffState state) {
    SetStaffState(staff, state);
    EXPECT_THAT(
        db::Transaction(world().pool(), Soon(),
                        [&](db::Connection& tx) -> absl::Status {
                          feed::Outbox outbox;
                          RETURN_IF_ERROR(FollowDeparture(tx, outbox, organisation_, staff, Now()));
                          return world().feed().Append(tx, outbox);
                        }),
        IsOk());
  }
  std::vector<v1::ParticipantToReassign> ToReassign() {
    v1::ListParticipantsToReassignRequest request;
    request.set_parent(cohort_.name());
    const auto found = Call<v1::ListParticipantsToReassignResponse>("ListParticipantsToReassign",
                                                                    request, Coach());
    EXPECT_THAT(found, IsOk());
    if (!found.ok()) return {};
    return {found->participants().begin(), found->participants().end()};
  }
  int PatronAway() {
    v1::GetCohortOverviewRequest request;
    request.set_name(cohort_.name());
    const auto read = Call<v1::GetCohortOverviewResponse>("GetCohortOverview", request, Coach());
    EXPECT_THAT(read, IsOk());
    return read.ok() ? read->overview().patron_away_count() : -1;
  }
  // Whom the roster names as patron in the one event there is.
  id::Uuid ToldPatron() {
    const auto entries = NewEntries();
    EXPECT_THAT(entries, SizeIs(1));
    return entries.empty() ? id::Uuid() : id::Uuid::FromBytes(entries[0].patron());
  }
  int64_t Load(const id::Uuid& patron) {
    return Count(
        "SELECT COALESCE(SUM(participants), 0) FROM patron_load WHERE organisation = ? "
        "AND staff_member = ?",
        {organisation_, patron});
  }

  v1::Cohort cohort_;
  id::Uuid person_, patron_, stand_in_;
  v1::Enrolment enrolment_;
};

TEST_F(PatronCoversTest, TheRosterNamesWhoStandsInFromTheStartToTheEnd) {
  const auto cover = Send(Plan(absl::Hours(1), absl::Hours(3)), PatronOf(patron_));
  ASSERT_THAT(cover, IsOk());
  EXPECT_EQ(cover->state(), v1::PATRON_COVER_STATE_PLANNED);
  EXPECT_EQ(cover->planned_by(), Staff(patron_));
  Turn();
  EXPECT_THAT(NewEntries(), IsEmpty());
  Advance(absl::Hours(1));
  Turn();
  Turn();
  EXPECT_EQ(ToldPatron(), stand_in_);
  v1::Enrolment now = Read(enrolment_);
  EXPECT_EQ(now.patron(), Staff(patron_));
  EXPECT_EQ(now.covering_patron(), Staff(stand_in_));
  Advance(absl::Hours(2));
  Turn();
  EXPECT_EQ(ToldPatron(), patron_);
  EXPECT_EQ(Read(enrolment_).covering_patron(), "");
  ASSERT_THAT(List(), SizeIs(1));
  EXPECT_EQ(List()[0].state(), v1::PATRON_COVER_STATE_OVER);
}

TEST_F(PatronCoversTest, ItCountsAgainstNobodysLimit) {
  ASSERT_THAT(Send(Plan(absl::ZeroDuration(), absl::Hours(3)), PatronOf(patron_)), IsOk());
  EXPECT_EQ(Load(stand_in_), 0);
  EXPECT_EQ(Load(patron_), 1);
}

TEST_F(PatronCoversTest, OneThatHasBegunIsOnAtOnceAndForThoseGivenMeanwhile) {
  const auto cover = Send(Plan(-absl::Hours(1), absl::Hours(3)), Coach());
  ASSERT_THAT(cover, IsOk());
  EXPECT_EQ(cover->state(), v1::PATRON_COVER_STATE_ON);
  EXPECT_EQ(ToldPatron(), stand_in_);
  const auto second = Apply(cohort_, AddStaff("Second"));
  NewEvents();
  ASSERT_THAT(Assign(*second, patron_), IsOk());
  EXPECT_EQ(ToldPatron(), stand_in_);
  ASSERT_THAT(End(*cover, PatronOf(patron_)), IsOk());
  const auto told = NewEntries();
  EXPECT_THAT(told, SizeIs(2));
  for (const auto& entry : told) EXPECT_EQ(id::Uuid::FromBytes(entry.patron()), patron_);
  EXPECT_EQ(End(*cover, Coach())->state(), v1::PATRON_COVER_STATE_OVER);
  EXPECT_THAT(NewEntries(), IsEmpty());
}

TEST_F(PatronCoversTest, NobodyIsTheirOwnPatronByStandingIn) {
  const auto own = Apply(cohort_, stand_in_);
  ASSERT_THAT(Assign(*own, patron_), IsOk());
  ASSERT_THAT(Send(Plan(absl::ZeroDuration(), absl::Hours(3)), Coach()), IsOk());
  EXPECT_EQ(Read(*own).covering_patron(), "");
  EXPECT_EQ(Read(enrolment_).covering_patron(), Staff(stand_in_));
}

TEST_F(PatronCoversTest, WhoCantStandInAnyMoreDoesNot) {
  ASSERT_THAT(Send(Plan(absl::Hours(1), absl::Hours(3)), Coach()), IsOk());
  SetStaffState(stand_in_, v1::STAFF_STATE_SUSPENDED);
  Advance(absl::Hours(1));
  Turn();
  EXPECT_THAT(NewEntries(), IsEmpty());
  EXPECT_EQ(List()[0].state(), v1::PATRON_COVER_STATE_OVER);
}

TEST_F(PatronCoversTest, WhoIsSuspendedWhileStandingInDoesNotAnyMoreAndTheCoachSeesWhoIsAlone) {
  ASSERT_THAT(Send(Plan(absl::ZeroDuration(), absl::Hours(3)), Coach()), IsOk());
  NewEvents();
  EXPECT_THAT(ToReassign(), IsEmpty());
  Depart(stand_in_, v1::STAFF_STATE_SUSPENDED);
  EXPECT_EQ(ToldPatron(), patron_) << "nobody is told to somebody who is not there";
  EXPECT_EQ(Read(enrolment_).covering_patron(), "");
  const auto covers = List();
  ASSERT_THAT(covers, SizeIs(1));
  EXPECT_EQ(covers[0].state(), v1::PATRON_COVER_STATE_OVER);
  const auto alone = ToReassign();
  ASSERT_THAT(alone, SizeIs(1));
  EXPECT_EQ(alone[0].enrolment(), enrolment_.name());
  EXPECT_EQ(alone[0].reason(), v1::REASSIGN_REASON_STAND_IN_GONE);
  EXPECT_EQ(PatronAway(), 1);
  Depart(stand_in_, v1::STAFF_STATE_LEFT);
  EXPECT_THAT(NewEntries(), IsEmpty());
  // Somebody else, until they go as well.
  auto next = Plan(absl::ZeroDuration(), absl::Hours(2));
  const id::Uuid third = AgreedPatron(cohort_);
  next.mutable_cover()->set_covering_patron(Staff(third));
  ASSERT_THAT(Send(next, Coach()), IsOk());
  EXPECT_THAT(ToReassign(), IsEmpty());
  EXPECT_EQ(PatronAway(), 0);
  Depart(third, v1::STAFF_STATE_LEFT);
  EXPECT_THAT(ToReassign(), SizeIs(1));
  Advance(absl::Hours(3));
  EXPECT_THAT(ToReassign(), IsEmpty()) << "the patron is back";
}

TEST_F(PatronCoversTest, EndingACoverThatLapsedSaysThatThePatronIsBack) {
  const auto cover = Send(Plan(absl::Hours(1), absl::Hours(3)), Coach());
  ASSERT_THAT(cover, IsOk());
  SetStaffState(stand_in_, v1::STAFF_STATE_SUSPENDED);
  Advance(absl::Hours(1));
  Turn();
  EXPECT_THAT(ToReassign(), SizeIs(1)) << "it never began";
  ASSERT_THAT(End(*cover, PatronOf(patron_)), IsOk());
  EXPECT_THAT(ToReassign(), IsEmpty());
}

TEST_F(PatronCoversTest, OneFollowsTheOtherAlsoWhereTheClockWasLate) {
  const auto first = Send(Plan(absl::ZeroDuration(), absl::Hours(1)), Coach());
  ASSERT_THAT(first, IsOk());
  const id::Uuid third = AgreedPatron(cohort_);
  auto next = Plan(absl::Hours(1), absl::Hours(2));
  next.mutable_cover()->set_covering_patron(Staff(third));
  ASSERT_THAT(Send(next, Coach()), IsOk());
  NewEvents();
  Advance(absl::Minutes(90));
  Turn();
  EXPECT_EQ(Read(enrolment_).covering_patron(), Staff(third));
  const auto told = NewEntries();
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(id::Uuid::FromBytes(told.back().patron()), third);
  EXPECT_THAT(List(), SizeIs(2));
}

TEST_F(PatronCoversTest, WhoStandsInCantSayNoUnheard) {
  const auto cover = Send(Plan(absl::Hours(1), absl::Hours(3)), Coach());
  ASSERT_THAT(cover, IsOk());
  EXPECT_THAT(Answer(cohort_, stand_in_, false), HasReason("PATRON_STATE"));
  ASSERT_THAT(End(*cover, Coach()), IsOk());
  EXPECT_THAT(Answer(cohort_, stand_in_, false), IsOk());
}

TEST_F(PatronCoversTest, BadInputIsNamedAndPlansNothing) {
  const auto invalid = [&](const v1::PlanPatronCoverRequest& request, const char* reason,
                           const char* field) {
    SCOPED_TRACE(reason);
    EXPECT_THAT(Send(request, Coach()), AllOf(StatusIs(absl::StatusCode::kInvalidArgument),
                                              HasReason(reason), NamesField(field)));
  };
  invalid(Plan(absl::Hours(2), absl::Hours(1)), "TIME_ORDER", "cover.until_time");
  invalid(Plan(-absl::Hours(2), -absl::Hours(1)), "TIME_ORDER", "cover.until_time");
  invalid(Plan(absl::Hours(1), absl::Hours(24 * 60 + 2)), "TIME_SPAN", "cover.until_time");
  auto request = Plan(absl::Hours(1), absl::Hours(2));
  request.mutable_cover()->set_covering_patron(Staff(patron_));
  invalid(request, "COVER_IS_PATRON", "cover.covering_patron");
  request = Plan(absl::Hours(1), absl::Hours(2));
  request.mutable_cover()->mutable_until_time()->set_seconds(-1);
  invalid(request, "TIME_RANGE", "cover.until_time");
  request = Plan(absl::Hours(1), absl::Hours(2));
  request.mutable_cover()->clear_from_time();
  invalid(request, "FIELD_REQUIRED", "cover.from_time");
  request = Plan(absl::Hours(1), absl::Hours(2));
  request.mutable_cover()->set_covering_patron(Staff(AddStaff("No patron")));
  EXPECT_THAT(Send(request, Coach()), AllOf(StatusIs(absl::StatusCode::kFailedPrecondition),
                                            HasReason("PATRON_NOT_AGREED")));
  request = Plan(absl::Hours(1), absl::Hours(2));
  request.set_parent(Patron(AddStaff("No patron")));
  EXPECT_THAT(Send(request, Coach()), HasReason("PATRON_NOT_FOUND"));
  SetStaffState(stand_in_, v1::STAFF_STATE_LEFT);
  EXPECT_THAT(Send(Plan(absl::Hours(1), absl::Hours(2)), Coach()),
              HasReason("STAFF_MEMBER_NOT_FOUND"));
  EXPECT_THAT(List(), IsEmpty());
  EXPECT_THAT(NewEvents(), IsEmpty());
}

TEST_F(PatronCoversTest, AtOneTimeThereIsOneAndNoneStandsInWhileAway) {
  ASSERT_THAT(Send(Plan(absl::Hours(1), absl::Hours(3)), Coach()), IsOk());
  EXPECT_THAT(Send(Plan(absl::Hours(2), absl::Hours(4)), Coach()),
              AllOf(StatusIs(absl::StatusCode::kFailedPrecondition), HasReason("COVER_OVERLAPS")));
  auto other = Plan(absl::Hours(2), absl::Hours(4));
  other.set_parent(Patron(stand_in_));
  other.mutable_cover()->set_covering_patron(Staff(AgreedPatron(cohort_)));
  EXPECT_THAT(Send(other, Coach()), HasReason("COVER_OVERLAPS"));
  EXPECT_THAT(Send(Plan(absl::Hours(3), absl::Hours(4)), Coach()), IsOk());
}

TEST_F(PatronCoversTest, ItIsForThePatronAndTheCoachOnly) {
  for (const auto& principal : {PatronOf(stand_in_), PatronOf(AddStaff("Other")),
                                As(AddStaff("Coach"), {options::v1::ROLE_COACH})}) {
    EXPECT_THAT(Send(Plan(absl::Hours(1), absl::Hours(2)), principal), HasReason("NOT_YOURS"));
    v1::ListPatronCoversRequest list;
    list.set_parent(Patron(patron_));
    EXPECT_THAT(Call<v1::ListPatronCoversResponse>("ListPatronCovers", list, principal),
                HasReason("NOT_YOURS"));
  }
  const auto cover = Send(Plan(absl::Hours(1), absl::Hours(2)), PatronOf(patron_));
  ASSERT_THAT(cover, IsOk());
  EXPECT_THAT(End(*cover, PatronOf(stand_in_)), HasReason("NOT_YOURS"));
  v1::PatronCover elsewhere = *cover;
  elsewhere.set_name(absl::StrCat(Patron(patron_), "/covers/", RequestId()));
  EXPECT_THAT(End(elsewhere, Coach()), HasReason("PATRON_COVER_NOT_FOUND"));
  EXPECT_EQ(List()[0].state(), v1::PATRON_COVER_STATE_PLANNED);
}

}  // namespace
}  // namespace dap::enrolment
