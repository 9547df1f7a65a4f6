#include "services/enrolment/testing/service_test.h"

namespace dap::enrolment {
namespace {

using ::testing::AllOf;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class OwnWordTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    person_ = AddStaff("Person");
    cohort_ = MakeOpenCohort(5);
  }
  absl::StatusOr<v1::Enrolment> SetWayIn(const v1::Enrolment& enrolment, v1::WayIn way_in,
                                         const auth::Principal& principal) {
    v1::SetWayInRequest request;
    request.set_name(enrolment.name());
    request.set_way_in(way_in);
    request.set_request_id(RequestId());
    auto set = Call<v1::SetWayInResponse>("SetWayIn", request, principal);
    if (!set.ok()) return set.status();
    return set->enrolment();
  }
  absl::StatusOr<v1::Enrolment> Complete(const v1::Enrolment& enrolment, const std::string& words,
                                         const std::string& request_id) {
    v1::CompleteEnrolmentRequest request;
    request.set_name(enrolment.name());
    request.set_reflection(words);
    request.set_request_id(request_id);
    auto done =
        Call<v1::CompleteEnrolmentResponse>("CompleteEnrolment", request, Participant(person_));
    if (!done.ok()) return done.status();
    return done->enrolment();
  }
  absl::StatusOr<v1::Enrolment> Reflect(const v1::Enrolment& enrolment, const std::string& words) {
    v1::WriteReflectionRequest request;
    request.set_name(enrolment.name());
    request.set_reflection(words);
    request.set_request_id(RequestId());
    auto written =
        Call<v1::WriteReflectionResponse>("WriteReflection", request, Participant(person_));
    if (!written.ok()) return written.status();
    return written->enrolment();
  }
  int64_t Load(const std::string& patron) {
    return Count("SELECT participants FROM patron_load WHERE organisation = ? AND staff_member = ?",
                 {organisation_, LastId(patron)});
  }

  id::Uuid person_;
  v1::Cohort cohort_;
};

TEST_F(OwnWordTest, TheWayInIsSaidByThemselvesWheneverTheyLike) {
  const auto applied = Apply(cohort_, person_);
  ASSERT_THAT(applied, IsOk());
  NewEvents();
  const auto said = SetWayIn(*applied, v1::WAY_IN_TOLD_TO, Participant(person_));
  ASSERT_THAT(said, IsOk());
  EXPECT_EQ(said->way_in(), v1::WAY_IN_TOLD_TO);
  const auto told = NewEntries();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].way_in(), v1::WAY_IN_TOLD_TO);
  ASSERT_THAT(Accept(*applied, person_), IsOk());
  EXPECT_EQ(Read(*applied).way_in(), v1::WAY_IN_TOLD_TO) << "accepting without a word keeps it";
}

TEST_F(OwnWordTest, NobodyElseSaysIt) {
  const auto applied = Apply(cohort_, person_);
  for (const auto& principal : {Participant(AddStaff("Other")), Participant(coach_)}) {
    EXPECT_THAT(SetWayIn(*applied, v1::WAY_IN_TOLD_TO, principal), HasReason("NOT_YOURS"));
  }
  EXPECT_EQ(Read(*applied).etag(), applied->etag());
}

TEST_F(OwnWordTest, AWayInIsOneOfThree) {
  const auto applied = Apply(cohort_, person_);
  EXPECT_THAT(SetWayIn(*applied, v1::WAY_IN_UNSPECIFIED, Participant(person_)),
              AllOf(HasReason("FIELD_REQUIRED"), NamesField("way_in")));
  EXPECT_THAT(SetWayIn(*applied, static_cast<v1::WayIn>(4), Participant(person_)),
              AllOf(HasReason("FIELD_OUT_OF_RANGE"), NamesField("way_in")));
  ASSERT_THAT(Withdraw(*applied, person_), IsOk());
  const v1::Enrolment ended = Read(*applied);
  EXPECT_THAT(SetWayIn(*applied, v1::WAY_IN_TOLD_TO, Participant(person_)),
              AllOf(StatusIs(absl::StatusCode::kFailedPrecondition), HasReason("ENROLMENT_STATE")));
  EXPECT_EQ(Read(*applied).etag(), ended.etag());
}

TEST_F(OwnWordTest, WhoIsDoneCompletesWithTheirOwnReflectionOnce) {
  const v1::Enrolment active = ActiveIn(cohort_, person_);
  NewEvents();
  const std::string id = RequestId();
  const auto done = Complete(active, "I ask in public now.", id);
  ASSERT_THAT(done, IsOk());
  EXPECT_EQ(done->state(), v1::ENROLMENT_STATE_COMPLETED);
  EXPECT_EQ(done->reflection(), "I ask in public now.");
  EXPECT_TRUE(done->has_end_time());
  EXPECT_EQ(Load(active.patron()), 0);
  EXPECT_THAT(NewEntries(), SizeIs(1));
  EXPECT_EQ(Complete(active, "I ask in public now.", id)->etag(), done->etag());
  EXPECT_THAT(Complete(active, "Again", RequestId()), HasReason("ENROLMENT_STATE"));
  EXPECT_THAT(NewEntries(), IsEmpty());
  EXPECT_EQ(Load(active.patron()), 0) << "released once";
  EXPECT_EQ(Read(cohort_).places_taken(), 1);
}

TEST_F(OwnWordTest, APausedPersonCompletesToo) {
  const v1::Enrolment active = ActiveIn(cohort_, person_);
  v1::PauseEnrolmentRequest pause;
  pause.set_name(active.name());
  pause.mutable_pause()->set_reason(v1::PAUSE_REASON_LEAVE);
  pause.set_request_id(RequestId());
  ASSERT_THAT(Call<v1::PauseEnrolmentResponse>("PauseEnrolment", pause, Participant(person_)),
              IsOk());
  const auto done = Complete(active, "Done.", RequestId());
  ASSERT_THAT(done, IsOk());
  EXPECT_FALSE(done->has_pause());
}

TEST_F(OwnWordTest, ACompletionNeedsAReflectionAndAStart) {
  const auto applied = Apply(cohort_, person_);
  EXPECT_THAT(Complete(*applied, "Done.", RequestId()), HasReason("ENROLMENT_STATE"));
  EXPECT_THAT(Complete(*applied, "", RequestId()),
              AllOf(HasReason("FIELD_REQUIRED"), NamesField("reflection")));
  EXPECT_THAT(Complete(*applied, std::string(5001, 'x'), RequestId()),
              AllOf(HasReason("FIELD_TOO_LONG"), NamesField("reflection")));
  EXPECT_EQ(Read(*applied).etag(), applied->etag());
}

TEST_F(OwnWordTest, AReflectionCanBeAddedHoweverItEnded) {
  const v1::Enrolment active = ActiveIn(cohort_, person_);
  EXPECT_THAT(Reflect(active, "Too early"), HasReason("ENROLMENT_STATE"));
  ASSERT_THAT(Step("FinishCohort", cohort_), IsOk());
  EXPECT_EQ(Read(active).reflection(), "");
  EXPECT_EQ(Reflect(active, "First thought")->reflection(), "First thought");
  EXPECT_EQ(Reflect(active, "Second thought")->state(), v1::ENROLMENT_STATE_COMPLETED);
  v1::Cohort second = MakeOpenCohort(5);
  const auto withdrawn = Apply(second, person_);
  ASSERT_THAT(Withdraw(*withdrawn, person_), IsOk());
  EXPECT_EQ(Reflect(*withdrawn, "Not now, gladly later")->state(), v1::ENROLMENT_STATE_WITHDRAWN);
}

}  // namespace
}  // namespace dap::enrolment
