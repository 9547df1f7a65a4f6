#include <limits>

#include "services/enrolment/testing/service_test.h"

namespace dap::enrolment {
namespace {

using google::type::FRIDAY;
using google::type::TUESDAY;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ArrangeTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    person_ = AddStaff("Person");
    cohort_ = MakeOpenCohort(5);
    const auto applied = Apply(cohort_, person_);
    ASSERT_THAT(applied, IsOk());
    enrolment_ = *applied;
    ASSERT_THAT(Accept(enrolment_, person_), IsOk());
    NewEvents();
  }
  std::string Name() const { return absl::StrCat(enrolment_.name(), "/arrangement"); }
  v1::UpdateArrangementRequest Update(std::initializer_list<const char*> paths = {}) {
    v1::UpdateArrangementRequest request;
    request.mutable_arrangement()->set_name(Name());
    for (const char* path : paths) request.mutable_update_mask()->add_paths(std::string(path));
    request.set_request_id(RequestId());
    return request;
  }
  absl::StatusOr<v1::Arrangement> Send(const v1::UpdateArrangementRequest& request,
                                       const auth::Principal& principal) {
    auto updated = Call<v1::UpdateArrangementResponse>("UpdateArrangement", request, principal);
    if (!updated.ok()) return updated.status();
    return updated->arrangement();
  }
  v1::Arrangement Get(const auth::Principal& principal) {
    v1::GetArrangementRequest request;
    request.set_name(Name());
    auto got = Call<v1::GetArrangementResponse>("GetArrangement", request, principal);
    EXPECT_THAT(got, IsOk());
    return got.ok() ? got->arrangement() : v1::Arrangement();
  }
  std::vector<v1::ArrangementChange> Changes(const auth::Principal& principal) {
    v1::ListArrangementChangesRequest request;
    request.set_parent(Name());
    request.set_page_size(1);  // so that paging is tried as well
    std::vector<v1::ArrangementChange> changes;
    do {
      auto page =
          Call<v1::ListArrangementChangesResponse>("ListArrangementChanges", request, principal);
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) break;
      for (const auto& change : page->changes()) changes.push_back(change);
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return changes;
  }

  id::Uuid person_;
  v1::Cohort cohort_;
  v1::Enrolment enrolment_;
};

TEST_F(ArrangeTest, WhatTheyAgreeToBeginsTheHistory) {
  const auto changes = Changes(Participant(person_));
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_FALSE(changes[0].has_from());
  EXPECT_EQ(changes[0].to().commitment().minutes_per_week(), 60);
  EXPECT_EQ(changes[0].changed_by(), Staff(person_));
  EXPECT_EQ(changes[0].changed_as(), v1::CHANGED_AS_PARTICIPANT);
}

TEST_F(ArrangeTest, TheParticipantChangesTheCommitmentAndPicksDays) {
  auto request = Update();
  request.mutable_arrangement()->mutable_commitment()->set_minutes_per_week(30);
  request.mutable_arrangement()->mutable_commitment()->set_sessions_per_week(1);
  request.mutable_arrangement()->add_preferred_days(FRIDAY);
  request.mutable_arrangement()->add_preferred_days(TUESDAY);
  const auto changed = Send(request, Participant(person_));
  ASSERT_THAT(changed, IsOk());
  EXPECT_EQ(changed->commitment().minutes_per_week(), 30);
  EXPECT_THAT(changed->preferred_days(), ElementsAre(TUESDAY, FRIDAY));
  EXPECT_FALSE(changed->own_blend());
  const auto told = NewEntries();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].minutes_per_week(), 30);
  EXPECT_EQ(told[0].sessions_per_week(), 1);
  const auto changes = Changes(Participant(person_));
  ASSERT_THAT(changes, SizeIs(2));
  EXPECT_EQ(changes[0].from().commitment().minutes_per_week(), 60);
  EXPECT_EQ(changes[0].to().commitment().minutes_per_week(), 30);
  EXPECT_THAT(changes[0].from().preferred_days(), IsEmpty());
  EXPECT_THAT(changes[0].to().preferred_days(), ElementsAre(TUESDAY, FRIDAY));
}

TEST_F(ArrangeTest, ACoachArrangesBlendAndBalanceUntilTheyAreTheCohortsAgain) {
  auto request = Update({"blend", "balance_target"});
  v1::Blend& blend = *request.mutable_arrangement()->mutable_blend();
  blend.set_one_to_one(70);
  blend.set_online(30);
  request.mutable_arrangement()->mutable_balance_target()->set_target(0.25);
  request.mutable_arrangement()->mutable_balance_target()->set_tolerance(0.1);
  const auto arranged = Send(request, Coach());
  ASSERT_THAT(arranged, IsOk());
  EXPECT_TRUE(arranged->own_blend());
  EXPECT_TRUE(arranged->own_balance_target());
  auto told = NewEntries();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].balance_target(), 0.25);
  EXPECT_EQ(told[0].balance_tolerance(), 0.1);
  EXPECT_EQ(told[0].minutes_per_week(), 60);
  EXPECT_EQ(Changes(Participant(person_))[0].changed_as(), v1::CHANGED_AS_COACH);
  const auto again = Send(Update({"balance_target"}), Coach());
  ASSERT_THAT(again, IsOk());
  EXPECT_FALSE(again->own_balance_target());
  EXPECT_TRUE(again->own_blend());
  EXPECT_EQ(again->balance_target().target(), 0.5);
  told = NewEntries();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].balance_target(), 0.5);
}

TEST_F(ArrangeTest, WhatChangesNothingIsNotRecorded) {
  auto request = Update({"commitment"});
  request.mutable_arrangement()->mutable_commitment()->set_minutes_per_week(60);
  request.mutable_arrangement()->mutable_commitment()->set_sessions_per_week(2);
  ASSERT_THAT(Send(request, Participant(person_)), IsOk());
  EXPECT_THAT(NewEntries(), IsEmpty());
  EXPECT_THAT(Changes(Participant(person_)), SizeIs(1));
}

TEST_F(ArrangeTest, AStaleEtagIsTold) {
  const std::string etag = Get(Participant(person_)).etag();
  auto request = Update();
  request.mutable_arrangement()->mutable_commitment()->set_minutes_per_week(30);
  request.mutable_arrangement()->mutable_commitment()->set_sessions_per_week(1);
  request.mutable_arrangement()->set_etag(etag);
  ASSERT_THAT(Send(request, Participant(person_)), IsOk());
  request.mutable_arrangement()->mutable_commitment()->set_minutes_per_week(90);
  request.set_request_id(RequestId());
  EXPECT_THAT(Send(request, Coach()),
              AllOf(StatusIs(absl::StatusCode::kAborted), HasReason("ETAG_MISMATCH")));
  EXPECT_EQ(Get(Participant(person_)).commitment().minutes_per_week(), 30);
}

TEST_F(ArrangeTest, BadInputIsNamedAndChangesNothing) {
  const auto before = Read(enrolment_).etag();
  const auto refused = [&](const v1::UpdateArrangementRequest& request, const char* reason,
                           const char* field, const auth::Principal& principal) {
    SCOPED_TRACE(absl::StrCat(reason, " ", field));
    EXPECT_THAT(Send(request, principal), AllOf(StatusIs(absl::StatusCode::kInvalidArgument),
                                                HasReason(reason), NamesField(field)));
  };
  const auth::Principal self = Participant(person_);
  auto request = Update();
  request.mutable_arrangement()->mutable_blend()->set_online(99);
  refused(request, "BLEND_SUM", "arrangement.blend", self);
  request.mutable_arrangement()->mutable_blend()->set_online(101);
  refused(request, "FIELD_OUT_OF_RANGE", "arrangement.blend.online", self);
  for (double target : {-0.01, 1.01, std::numeric_limits<double>::quiet_NaN()}) {
    request = Update();
    request.mutable_arrangement()->mutable_balance_target()->set_target(target);
    refused(request, "BALANCE_RANGE", "arrangement.balance_target.target", self);
  }
  request = Update();
  request.mutable_arrangement()->mutable_balance_target()->set_tolerance(0.6);
  refused(request, "BALANCE_RANGE", "arrangement.balance_target.tolerance", self);
  request = Update();
  request.mutable_arrangement()->mutable_commitment()->set_minutes_per_week(9);
  request.mutable_arrangement()->mutable_commitment()->set_sessions_per_week(2);
  refused(request, "FIELD_OUT_OF_RANGE", "arrangement.commitment.minutes_per_week", self);
  refused(Update({"commitment"}), "FIELD_REQUIRED", "arrangement.commitment", self);
  refused(Update({"etag"}), "MASK_PATH", "update_mask", self);
  request = Update();
  request.mutable_arrangement()->add_preferred_days(FRIDAY);
  refused(request, "DAYS_NOT_YOURS", "arrangement.preferred_days", Coach());
  request.mutable_arrangement()->add_preferred_days(FRIDAY);
  refused(request, "DAY_REPEATED", "arrangement.preferred_days", self);
  request = Update();
  request.mutable_arrangement()->set_name(enrolment_.name());
  refused(request, "FIELD_NOT_RESOURCE_NAME", "arrangement.name", self);
  EXPECT_EQ(Read(enrolment_).etag(), before);
  EXPECT_THAT(Changes(self), SizeIs(1));
}

TEST_F(ArrangeTest, ItNeedsAPlaceThatIsTheirsAndNotOver) {
  const id::Uuid other = AddStaff("Other");
  const auto applied = Apply(cohort_, other);
  auto request = Update();
  request.mutable_arrangement()->set_name(absl::StrCat(applied->name(), "/arrangement"));
  request.mutable_arrangement()->mutable_balance_target()->set_target(0.2);
  EXPECT_THAT(Send(request, Participant(other)),
              AllOf(StatusIs(absl::StatusCode::kFailedPrecondition), HasReason("ENROLMENT_STATE")));
  ASSERT_THAT(Withdraw(*applied, other), IsOk());
  request.set_request_id(RequestId());
  EXPECT_THAT(Send(request, Coach()), HasReason("ENROLMENT_STATE"));
}

TEST_F(ArrangeTest, ACoachsLookIsShownToTheParticipant) {
  Get(Coach());
  Changes(Coach());
  Get(Participant(person_));
  v1::ListPrivateReadsRequest request;
  request.set_parent(enrolment_.name());
  const auto reads =
      Call<v1::ListPrivateReadsResponse>("ListPrivateReads", request, Participant(person_));
  ASSERT_THAT(reads, IsOk());
  ASSERT_THAT(reads->reads(), SizeIs(1));
  EXPECT_EQ(reads->reads(0).reader(), Staff(coach_));
  EXPECT_EQ(reads->reads(0).reader_display_name(), "Coach");
  EXPECT_EQ(reads->reads(0).subject(), v1::PRIVATE_SUBJECT_ARRANGEMENT);
  EXPECT_EQ(reads->reads(0).times(), 2);
}

TEST_F(ArrangeTest, DaysCanBePickedOnAccepting) {
  const id::Uuid other = AddStaff("Other");
  const auto applied = Apply(cohort_, other);
  v1::AcceptEnrolmentRequest request;
  request.set_name(applied->name());
  request.add_preferred_days(FRIDAY);
  request.add_preferred_days(FRIDAY);
  request.set_request_id(RequestId());
  EXPECT_THAT(Call<v1::AcceptEnrolmentResponse>("AcceptEnrolment", request, Participant(other)),
              AllOf(HasReason("DAY_REPEATED"), NamesField("preferred_days")));
  request.mutable_preferred_days()->RemoveLast();
  ASSERT_THAT(Call<v1::AcceptEnrolmentResponse>("AcceptEnrolment", request, Participant(other)),
              IsOk());
  v1::GetArrangementRequest get;
  get.set_name(absl::StrCat(applied->name(), "/arrangement"));
  const auto got = Call<v1::GetArrangementResponse>("GetArrangement", get, Participant(other));
  ASSERT_THAT(got, IsOk());
  EXPECT_THAT(got->arrangement().preferred_days(), ElementsAre(FRIDAY));
}

}  // namespace
}  // namespace dap::enrolment
