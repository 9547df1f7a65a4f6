// Changing a cohort, and joining by its code.
#include "absl/strings/ascii.h"
#include "services/enrolment/testing/service_test.h"

namespace dap::enrolment {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

class UpdateCohortTest : public ServiceTest {
 protected:
  v1::UpdateCohortRequest Change(const v1::Cohort& cohort, const std::vector<std::string>& mask) {
    v1::UpdateCohortRequest request;
    request.mutable_cohort()->set_name(cohort.name());
    for (const std::string& path : mask) request.mutable_update_mask()->add_paths(path);
    request.set_request_id(RequestId());
    return request;
  }
  absl::StatusOr<v1::Cohort> Update(const v1::UpdateCohortRequest& request,
                                    const auth::Principal& principal) {
    auto updated = Call<v1::UpdateCohortResponse>("UpdateCohort", request, principal);
    if (!updated.ok()) return updated.status();
    return updated->cohort();
  }
  absl::StatusOr<v1::Cohort> SetCapacity(const v1::Cohort& cohort, int capacity) {
    v1::UpdateCohortRequest request = Change(cohort, {"capacity"});
    request.mutable_cohort()->set_capacity(capacity);
    return Update(request, Coach());
  }
  std::string NewCode(const v1::Cohort& cohort) {
    v1::ResetCohortJoinCodeRequest request;
    request.set_name(cohort.name());
    request.set_request_id(RequestId());
    auto reset = Call<v1::ResetCohortJoinCodeResponse>("ResetCohortJoinCode", request, Coach());
    EXPECT_THAT(reset, IsOk());
    return reset.ok() ? reset->cohort().join_code() : "";
  }
  absl::StatusOr<v1::JoinCohortResponse> Join(const id::Uuid& staff, absl::string_view code) {
    v1::JoinCohortRequest request;
    request.set_parent(organisation_name_);
    request.set_join_code(std::string(code));
    request.set_way_in(v1::WAY_IN_ENCOURAGED);
    request.set_request_id(RequestId());
    return Call<v1::JoinCohortResponse>("JoinCohort", request, Participant(staff));
  }
};

TEST_F(UpdateCohortTest, OnlyWhatTheMaskNamesChangesAndTheEtagCountsIt) {
  const v1::Cohort cohort = MakeCohort(5);
  v1::UpdateCohortRequest request = Change(cohort, {"title", "blend"});
  request.mutable_cohort()->set_title("Summer");
  request.mutable_cohort()->mutable_blend()->set_online(100);
  request.mutable_cohort()->set_etag(cohort.etag());
  NewEvents();
  const auto updated = Update(request, Coach());
  ASSERT_THAT(updated, IsOk());
  v1::Cohort expected = cohort;
  expected.set_title("Summer");
  expected.mutable_blend()->Clear();
  expected.mutable_blend()->set_online(100);
  expected.set_etag(updated->etag());
  EXPECT_NE(updated->etag(), cohort.etag());
  EXPECT_EQ(updated->DebugString(), expected.DebugString());
  EXPECT_EQ(Read(cohort).DebugString(), expected.DebugString());
  const auto events = NewEvents();
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].cohort_changed().title(), "Summer");
  EXPECT_EQ(Update(request, Coach())->etag(), updated->etag()) << "the same request";
  request.set_request_id(RequestId());
  EXPECT_THAT(Update(request, Coach()),
              AllOf(StatusIs(absl::StatusCode::kAborted), HasReason("ETAG_MISMATCH")));
  request.mutable_cohort()->clear_etag();
  EXPECT_EQ(Update(request, Coach())->etag(), updated->etag()) << "nothing differs";
  EXPECT_THAT(NewEvents(), SizeIs(0));
}

TEST_F(UpdateCohortTest, MoreCapacityGoesToTheWaitlistInOrder) {
  const v1::Cohort cohort = MakeOpenCohort(1);
  std::vector<v1::Enrolment> asked;
  for (int i = 0; i < 4; ++i) asked.push_back(*Apply(cohort, AddStaff("Somebody")));
  NewEvents();
  const auto updated = SetCapacity(cohort, 3);
  ASSERT_THAT(updated, IsOk());
  EXPECT_EQ(updated->places_taken(), 3);
  EXPECT_THAT(NewEntries(), SizeIs(2));
  EXPECT_EQ(Read(asked[1]).state(), v1::ENROLMENT_STATE_APPLIED);
  EXPECT_EQ(Read(asked[2]).state(), v1::ENROLMENT_STATE_APPLIED);
  EXPECT_EQ(Read(asked[3]).waitlist_position(), 1);
  const auto refused = SetCapacity(cohort, 2);
  EXPECT_THAT(refused, AllOf(StatusIs(absl::StatusCode::kFailedPrecondition),
                             HasReason("COHORT_FIXED"), NamesField("cohort.capacity")));
  EXPECT_EQ(Read(cohort).capacity(), 3);
}

TEST_F(UpdateCohortTest, WhatOthersKeepOfItIsToldForEveryEnrolment) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const auto applied = Apply(cohort, AddStaff("One"));
  ASSERT_THAT(Nominate(cohort, AddStaff("Two")), IsOk());
  const id::Uuid other = AddStaff("Other coach");
  NewEvents();
  v1::UpdateCohortRequest request = Change(cohort, {"coaches", "balance_target"});
  request.mutable_cohort()->add_coaches(Staff(other));
  request.mutable_cohort()->mutable_balance_target()->set_target(0.4);
  request.mutable_cohort()->mutable_balance_target()->set_tolerance(0.1);
  ASSERT_THAT(Update(request, Coach()), IsOk());
  const auto entries = NewEntries();
  ASSERT_THAT(entries, SizeIs(2));
  for (const v1::RosterEntry& entry : entries) {
    EXPECT_THAT(entry.coaches(), ElementsAre(std::string(other.bytes())));
    EXPECT_EQ(entry.balance_target(), 0.4);
    EXPECT_EQ(entry.version(), 2);
  }
  request.set_request_id(RequestId());
  EXPECT_THAT(Update(request, Coach()), HasReason("NOT_A_COACH")) << "no longer";
  v1::GetEnrolmentRequest get;
  get.set_name(applied->name());
  EXPECT_THAT(
      Call<v1::GetEnrolmentResponse>("GetEnrolment", get, As(other, {options::v1::ROLE_COACH})),
      IsOk());
}

TEST_F(UpdateCohortTest, AnAdministratorChangesTheCoachesAndNothingElse) {
  const v1::Cohort cohort = MakeCohort(5);
  const id::Uuid other = AddStaff("Other coach");
  v1::UpdateCohortRequest request = Change(cohort, {"coaches"});
  request.mutable_cohort()->add_coaches(Staff(other));
  EXPECT_THAT(Update(request, Admin()), IsOk());
  EXPECT_THAT(Read(cohort).coaches(), ElementsAre(Staff(other)));
  request = Change(cohort, {"coaches", "title"});
  request.mutable_cohort()->set_title("Mine");
  request.mutable_cohort()->add_coaches(Staff(admin_));
  EXPECT_THAT(Update(request, Admin()), HasReason("NOT_A_COACH"));
}

TEST_F(UpdateCohortTest, ANewCoachWorksThereAndOneWhoLeftMayStayNamed) {
  const v1::Cohort cohort = MakeCohort(5);
  const id::Uuid gone = AddStaff("Gone");
  v1::UpdateCohortRequest request = Change(cohort, {"coaches"});
  request.mutable_cohort()->add_coaches(Staff(coach_));
  request.mutable_cohort()->add_coaches(Staff(gone));
  ASSERT_THAT(Update(request, Coach()), IsOk());
  SetStaffState(gone, v1::STAFF_STATE_LEFT);
  request.mutable_cohort()->add_coaches(Staff(AddStaff("New")));
  request.set_request_id(RequestId());
  EXPECT_THAT(Update(request, Coach()), IsOk());
  const id::Uuid suspended = AddStaff("Suspended");
  SetStaffState(suspended, v1::STAFF_STATE_SUSPENDED);
  request.mutable_cohort()->add_coaches(Staff(suspended));
  request.set_request_id(RequestId());
  EXPECT_THAT(Update(request, Coach()),
              AllOf(HasReason("STAFF_MEMBER_UNKNOWN"), NamesField("cohort.coaches[3]")));
}

TEST_F(UpdateCohortTest, ValidatingChangesNothingAndLeavesTheRequestsId) {
  const v1::Cohort cohort = MakeOpenCohort(1);
  Apply(cohort, AddStaff("One")).IgnoreError();
  const auto waiting = Apply(cohort, AddStaff("Two"));
  v1::UpdateCohortRequest request = Change(cohort, {"capacity"});
  request.mutable_cohort()->set_capacity(2);
  request.set_validate_only(true);
  NewEvents();
  const auto would = Update(request, Coach());
  ASSERT_THAT(would, IsOk());
  EXPECT_EQ(would->capacity(), 2);
  EXPECT_EQ(Read(cohort).capacity(), 1);
  EXPECT_EQ(Read(*waiting).state(), v1::ENROLMENT_STATE_WAITLISTED);
  EXPECT_THAT(NewEvents(), SizeIs(0));
  request.mutable_cohort()->set_capacity(0);
  EXPECT_THAT(Update(request, Coach()), NamesField("cohort.capacity"));
  request.mutable_cohort()->set_capacity(2);
  request.set_validate_only(false);
  EXPECT_THAT(Update(request, Coach()), IsOk());
}

TEST_F(UpdateCohortTest, ACodeOfEightLettersLetsPeopleInWhoDoNotKnowTheCohort) {
  const v1::Cohort cohort = MakeOpenCohort(1);
  const std::string code = NewCode(cohort);
  EXPECT_THAT(code, MatchesRegex("[2-9A-HJ-NP-Z]+"));
  EXPECT_EQ(code.size(), 8u);
  const id::Uuid person = AddStaff("Person");
  const auto joined = Join(person, absl::StrCat(" ", absl::AsciiStrToLower(code), " "));
  ASSERT_THAT(joined, IsOk());
  EXPECT_EQ(joined->enrolment().state(), v1::ENROLMENT_STATE_APPLIED);
  EXPECT_EQ(joined->enrolment().way_in(), v1::WAY_IN_ENCOURAGED);
  EXPECT_EQ(joined->enrolment().participant(), Staff(person));
  EXPECT_EQ(Join(AddStaff("Next"), code)->enrolment().state(), v1::ENROLMENT_STATE_WAITLISTED);
  EXPECT_THAT(Join(person, code), HasReason("ENROLMENT_EXISTS"));
  // Only its coaches see the code.
  v1::GetCohortRequest get;
  get.set_name(cohort.name());
  const auto read_by = [&](const auth::Principal& principal) {
    return Call<v1::GetCohortResponse>("GetCohort", get, principal)->cohort().join_code();
  };
  EXPECT_EQ(read_by(Coach()), code);
  EXPECT_EQ(read_by(Participant(person)), "");
  EXPECT_EQ(read_by(Admin()), "");
  EXPECT_EQ(read_by(As(person, {options::v1::ROLE_COACH})), "");
}

TEST_F(UpdateCohortTest, AResetCodeEndsTheOneBeforeAndARevokedOneIsGone) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const std::string first = NewCode(cohort), second = NewCode(cohort);
  EXPECT_NE(first, second);
  EXPECT_THAT(Join(AddStaff("One"), first),
              AllOf(StatusIs(absl::StatusCode::kFailedPrecondition), HasReason("JOIN_CODE_WRONG")));
  EXPECT_THAT(Join(AddStaff("Two"), second), IsOk());
  v1::RevokeCohortJoinCodeRequest revoke;
  revoke.set_name(cohort.name());
  revoke.set_request_id(RequestId());
  const auto revoked =
      Call<v1::RevokeCohortJoinCodeResponse>("RevokeCohortJoinCode", revoke, Coach());
  ASSERT_THAT(revoked, IsOk());
  EXPECT_EQ(revoked->cohort().join_code(), "");
  EXPECT_THAT(Join(AddStaff("Three"), second), HasReason("JOIN_CODE_WRONG"));
  for (const char* hostile : {"%", "________", "' OR 1=1", "\xF0\x9F\x98\x80", "NULL"}) {
    EXPECT_THAT(Join(AddStaff("Four"), hostile), HasReason("JOIN_CODE_WRONG"));
  }
}

TEST_F(UpdateCohortTest, WrongCodesAreLimitedAPersonAndARightOneGivesThemBack) {
  const v1::Cohort cohort = MakeOpenCohort(5), other = MakeOpenCohort(5);
  const std::string code = NewCode(cohort), others = NewCode(other);
  const id::Uuid person = AddStaff("Person");
  for (int i = 0; i < 9; ++i) EXPECT_THAT(Join(person, "WRONGONE"), HasReason("JOIN_CODE_WRONG"));
  EXPECT_THAT(Join(person, code), IsOk());
  for (int i = 0; i < 10; ++i) EXPECT_THAT(Join(person, "WRONGONE"), HasReason("JOIN_CODE_WRONG"));
  EXPECT_THAT(Join(person, others),
              AllOf(StatusIs(absl::StatusCode::kResourceExhausted), HasReason("JOIN_CODE_TRIES")));
  EXPECT_THAT(Join(AddStaff("Somebody else"), others), IsOk());
  Advance(absl::Hours(1));
  EXPECT_THAT(Join(person, others), IsOk());
}

TEST_F(UpdateCohortTest, ARightCodeIsNoWrongTryWhateverElseIsRefused) {
  const v1::Cohort draft = MakeCohort(5), open = MakeOpenCohort(5);
  const std::string early = NewCode(draft), code = NewCode(open);
  const id::Uuid person = AddStaff("Person");
  for (int i = 0; i < 12; ++i) {
    EXPECT_THAT(Join(person, early), HasReason("COHORT_NOT_RECRUITING"));
  }
  EXPECT_THAT(Join(person, code), IsOk());
}

TEST_F(UpdateCohortTest, ACodeOpensNothingBeforeTheCallAndNoneIsMadeForWhatIsOver) {
  const v1::Cohort cohort = MakeCohort(5);
  const std::string code = NewCode(cohort);
  EXPECT_THAT(Join(AddStaff("Early"), code), HasReason("COHORT_NOT_RECRUITING"));
  ASSERT_THAT(Step("CancelCohort", cohort), IsOk());
  v1::ResetCohortJoinCodeRequest request;
  request.set_name(cohort.name());
  request.set_request_id(RequestId());
  EXPECT_THAT(Call<v1::ResetCohortJoinCodeResponse>("ResetCohortJoinCode", request, Coach()),
              HasReason("COHORT_STATE"));
}

}  // namespace
}  // namespace dap::enrolment
