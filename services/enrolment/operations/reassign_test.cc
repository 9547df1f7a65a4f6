#include <thread>

#include "services/enrolment/testing/service_test.h"

namespace dap::enrolment {
namespace {

using ::testing::AllOf;
using ::testing::SizeIs;

class ReassignTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    cohort_ = MakeOpenCohort(50);
    patron_ = AgreedPatron(cohort_);
  }
  v1::Enrolment WithPatron(const id::Uuid& patron) {
    auto applied = Apply(cohort_, AddStaff("Person"));
    EXPECT_THAT(applied, IsOk());
    EXPECT_THAT(Assign(*applied, patron), IsOk());
    return applied.value_or(v1::Enrolment());
  }
  std::vector<v1::ParticipantToReassign> List() {
    v1::ListParticipantsToReassignRequest request;
    request.set_parent(cohort_.name());
    request.set_page_size(1);
    std::vector<v1::ParticipantToReassign> found;
    do {
      auto page = Call<v1::ListParticipantsToReassignResponse>("ListParticipantsToReassign",
                                                               request, Coach());
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) break;
      for (const auto& one : page->participants()) found.push_back(one);
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return found;
  }
  v1::ReassignParticipantsRequest Request(const std::vector<v1::Enrolment>& enrolments,
                                          const id::Uuid& patron) {
    v1::ReassignParticipantsRequest request;
    request.set_parent(cohort_.name());
    for (const v1::Enrolment& enrolment : enrolments) {
      v1::Reassignment& one = *request.add_reassignments();
      one.set_enrolment(enrolment.name());
      one.set_patron(Staff(patron));
    }
    request.set_request_id(RequestId());
    return request;
  }
  absl::StatusOr<v1::ReassignParticipantsResponse> Send(
      const v1::ReassignParticipantsRequest& request) {
    return Call<v1::ReassignParticipantsResponse>("ReassignParticipants", request, Coach());
  }
  int64_t Load(const id::Uuid& patron) {
    return Count(
        "SELECT COALESCE(SUM(participants), 0) FROM patron_load WHERE organisation = ? "
        "AND staff_member = ?",
        {organisation_, patron});
  }

  v1::Cohort cohort_;
  id::Uuid patron_;
};

TEST_F(ReassignTest, TheParticipantsOfWhoeverIsGoneAreListedAndGivenOnInOneCall) {
  const id::Uuid gone = AgreedPatron(cohort_), away = AgreedPatron(cohort_);
  const v1::Enrolment a = WithPatron(gone), b = WithPatron(away), kept = WithPatron(patron_);
  const id::Uuid alone = AddStaff("Alone");
  const auto c = Apply(cohort_, alone);
  EXPECT_THAT(List(), SizeIs(0));
  ASSERT_THAT(Accept(*c, alone), IsOk());
  SetStaffState(gone, v1::STAFF_STATE_LEFT);
  SetStaffState(away, v1::STAFF_STATE_SUSPENDED);
  const auto found = List();
  ASSERT_THAT(found, SizeIs(3));
  EXPECT_EQ(found[0].enrolment(), a.name());
  EXPECT_EQ(found[0].reason(), v1::REASSIGN_REASON_PATRON_LEFT);
  EXPECT_EQ(found[0].patron(), Staff(gone));
  EXPECT_EQ(found[0].patron_display_name(), "Patron");
  EXPECT_EQ(found[1].reason(), v1::REASSIGN_REASON_PATRON_SUSPENDED);
  EXPECT_EQ(found[2].reason(), v1::REASSIGN_REASON_NO_PATRON);
  EXPECT_EQ(found[2].participant_display_name(), "Alone");
  NewEvents();
  const auto given = Send(Request({a, b, *c}, patron_));
  ASSERT_THAT(given, IsOk());
  ASSERT_THAT(given->enrolments(), SizeIs(3));
  for (const v1::Enrolment& enrolment : given->enrolments()) {
    EXPECT_EQ(enrolment.patron(), Staff(patron_));
    EXPECT_EQ(enrolment.way_in(), v1::WAY_IN_UNSPECIFIED) << "a look at it would be recorded";
  }
  EXPECT_THAT(NewEntries(), SizeIs(3));
  EXPECT_THAT(List(), SizeIs(0));
  EXPECT_EQ(Load(patron_), 4);
  EXPECT_EQ(Load(gone), 0);
}

TEST_F(ReassignTest, AllOrNobody) {
  const v1::Enrolment a = WithPatron(patron_), b = WithPatron(patron_);
  const id::Uuid next = AgreedPatron(cohort_);
  Execute("UPDATE organisation_settings SET patron_limit = 1 WHERE organisation = ?");
  const auto refused = Send(Request({a, b}, next));
  EXPECT_THAT(refused, AllOf(StatusIs(absl::StatusCode::kFailedPrecondition),
                             HasReason("PATRON_AT_LIMIT"), NamesField(b.name())));
  EXPECT_EQ(Load(next), 0);
  EXPECT_EQ(Load(patron_), 2);
  EXPECT_EQ(Read(a).patron(), Staff(patron_));
}

TEST_F(ReassignTest, BadInputIsNamedAndChangesNothing) {
  const v1::Enrolment a = WithPatron(patron_);
  const id::Uuid next = AgreedPatron(cohort_);
  EXPECT_THAT(Send(Request({a, a}, next)),
              AllOf(StatusIs(absl::StatusCode::kInvalidArgument), HasReason("ENROLMENT_REPEATED"),
                    NamesField("reassignments[1].enrolment")));
  EXPECT_THAT(Send(Request({}, next)),
              AllOf(HasReason("LIST_TOO_SHORT"), NamesField("reassignments")));
  const auto own = Apply(cohort_, next);
  EXPECT_THAT(Send(Request({a, *own}, next)),
              AllOf(StatusIs(absl::StatusCode::kInvalidArgument),
                    HasReason("PATRON_IS_PARTICIPANT"), NamesField("reassignments[1].patron")));
  v1::Enrolment unknown;
  unknown.set_name(absl::StrCat(cohort_.name(), "/enrolments/", RequestId()));
  EXPECT_THAT(Send(Request({a, unknown}, next)), HasReason("ENROLMENT_NOT_FOUND"));
  const v1::Cohort other = MakeOpenCohort(5);
  const auto elsewhere = Apply(other, AddStaff("Person"));
  EXPECT_THAT(Send(Request({a, *elsewhere}, next)), HasReason("ENROLMENT_NOT_FOUND"));
  EXPECT_THAT(Send(Request({a}, AddStaff("Nobody"))), HasReason("PATRON_NOT_AGREED"));
  EXPECT_EQ(Read(a).patron(), Staff(patron_));
  EXPECT_EQ(Load(next), 0);
}

TEST_F(ReassignTest, TheLimitHoldsHoweverManyReassignAtOnce) {
  std::vector<v1::Enrolment> enrolments;
  const id::Uuid others[] = {AgreedPatron(cohort_), AgreedPatron(cohort_)};
  for (int i = 0; i < 30; ++i) enrolments.push_back(WithPatron(others[i % 2]));
  const id::Uuid next = AgreedPatron(cohort_);
  std::vector<absl::Status> answers(10);
  std::vector<std::thread> threads;
  for (int i = 0; i < 10; ++i) {
    threads.emplace_back([&, i] {
      answers[i] =
          Send(Request({enrolments[3 * i], enrolments[3 * i + 1], enrolments[3 * i + 2]}, next))
              .status();
    });
  }
  for (std::thread& thread : threads) thread.join();
  int given = 0;
  for (const absl::Status& answer : answers) {
    if (answer.ok()) {
      ++given;
    } else {
      EXPECT_THAT(answer, HasReason("PATRON_AT_LIMIT"));
    }
  }
  EXPECT_EQ(given, 6) << "20 is the limit; they come in threes";
  EXPECT_EQ(Load(next), 18);
  EXPECT_EQ(Load(others[0]) + Load(others[1]), 12);
}

}  // namespace
}  // namespace dap::enrolment
