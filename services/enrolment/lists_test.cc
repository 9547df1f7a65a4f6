// Lists: their order, pages and filters, and that each uses an index.
#include "libs/db/transaction.h"
#include "services/enrolment/testing/service_test.h"

namespace dap::enrolment {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::SizeIs;

class ListsTest : public ServiceTest {
 protected:
  std::vector<std::string> StaffNamed(absl::string_view prefix) {
    v1::ListStaffRequest request;
    request.set_parent(organisation_name_);
    request.set_query_prefix(std::string(prefix));
    return InPages<v1::ListStaffResponse>("ListStaff", request, Admin(), [](const auto& page) {
      std::vector<std::string> names;
      for (const auto& member : page.staff()) names.push_back(member.display_name());
      return names;
    });
  }
};

TEST_F(ListsTest, StaffComeByNameAndAreFoundByTheStartOfNameOrAddress) {
  for (const char* name : {"Bea", "Ann", "bert", "Ann", "50% Bob", "Zoe"}) AddStaff(name);
  Execute(
      "UPDATE staff_member SET email = 'bella@example.org' WHERE organisation = ? AND "
      "display_name = 'Zoe'");
  EXPECT_THAT(StaffNamed(""),
              ElementsAre("50% Bob", "Admin", "Ann", "Ann", "Bea", "bert", "Coach", "Zoe"));
  EXPECT_THAT(StaffNamed("be"), ElementsAre("Bea", "bert", "Zoe"));
  EXPECT_THAT(StaffNamed("50%"), ElementsAre("50% Bob"));
  EXPECT_THAT(StaffNamed("5_"), ElementsAre());
  EXPECT_THAT(StaffNamed("%"), ElementsAre());
}

TEST_F(ListsTest, LeaversAreNotListed) {
  SetStaffState(AddStaff("Gone"), v1::STAFF_STATE_LEFT);
  EXPECT_THAT(StaffNamed("Gone"), SizeIs(0));
}

TEST_F(ListsTest, CohortsComeNewestFirstAndByState) {
  std::vector<v1::Cohort> cohorts;
  for (int i = 0; i < 5; ++i) cohorts.push_back(i % 2 == 0 ? MakeCohort(5) : MakeOpenCohort(5));
  v1::ListCohortsRequest request;
  request.set_parent(organisation_name_);
  const auto names = [](const auto& page) {
    std::vector<std::string> names;
    for (const auto& cohort : page.cohorts()) {
      EXPECT_EQ(cohort.coaches_size(), 1);
      names.push_back(cohort.name());
    }
    return names;
  };
  EXPECT_THAT(InPages<v1::ListCohortsResponse>("ListCohorts", request, Coach(), names),
              ElementsAre(cohorts[4].name(), cohorts[3].name(), cohorts[2].name(),
                          cohorts[1].name(), cohorts[0].name()));
  request.set_state(v1::COHORT_STATE_RECRUITING);
  EXPECT_THAT(InPages<v1::ListCohortsResponse>("ListCohorts", request, Coach(), names),
              ElementsAre(cohorts[3].name(), cohorts[1].name()));
}

TEST_F(ListsTest, EnrolmentsComeInOrderOfAskingAndOnesOwnNewestFirst) {
  const v1::Cohort cohort = MakeOpenCohort(3), other = MakeOpenCohort(3);
  const id::Uuid person = AddStaff("Person");
  std::vector<std::string> asked;
  for (int i = 0; i < 4; ++i) asked.push_back(Apply(cohort, AddStaff("Somebody"))->name());
  asked.push_back(Apply(cohort, person)->name());
  const std::string later = Apply(other, person)->name();
  const auto names = [](const auto& page) {
    std::vector<std::string> names;
    for (const auto& enrolment : page.enrolments()) names.push_back(enrolment.name());
    return names;
  };
  v1::ListEnrolmentsRequest request;
  request.set_parent(cohort.name());
  EXPECT_EQ(InPages<v1::ListEnrolmentsResponse>("ListEnrolments", request, Coach(), names), asked);
  request.set_state(v1::ENROLMENT_STATE_WAITLISTED);
  EXPECT_THAT(InPages<v1::ListEnrolmentsResponse>("ListEnrolments", request, Coach(), names),
              ElementsAre(asked[3], asked[4]));
  v1::ListMyEnrolmentsRequest mine;
  mine.set_parent(organisation_name_);
  EXPECT_THAT(
      InPages<v1::ListMyEnrolmentsResponse>("ListMyEnrolments", mine, Participant(person), names),
      ElementsAre(later, asked[4]));
}

// Who was named waits from when they accept, so the order of asking is not that of waiting.
TEST_F(ListsTest, PlacesInTheWaitlistAreRightOnEachPage) {
  const v1::Cohort cohort = MakeOpenCohort(1);
  ASSERT_THAT(Apply(cohort, AddStaff("First")), IsOk());
  const id::Uuid named = AddStaff("Named");
  const v1::Enrolment nominated = *Nominate(cohort, named);
  for (int i = 0; i < 3; ++i) ASSERT_THAT(Apply(cohort, AddStaff("Waits")), IsOk());
  ASSERT_THAT(Accept(nominated, named), IsOk());
  ASSERT_THAT(Apply(cohort, AddStaff("Last")), IsOk());
  const auto positions = [](const auto& page) {
    std::vector<std::string> positions;
    for (const auto& enrolment : page.enrolments()) {
      positions.push_back(absl::StrCat(enrolment.waitlist_position()));
    }
    return positions;
  };
  v1::ListEnrolmentsRequest request;
  request.set_parent(cohort.name());
  EXPECT_THAT(InPages<v1::ListEnrolmentsResponse>("ListEnrolments", request, Coach(), positions),
              ElementsAre("0", "4", "1", "2", "3", "5"));
}

TEST_F(ListsTest, SessionsComeByStartAndPatronsEachOnce) {
  const v1::Cohort cohort = MakeOpenCohort(3);
  std::vector<std::string> planned;
  for (int hours : {2, 0, 1, 1, 3}) {
    planned.push_back(Plan(cohort, v1::SESSION_KIND_DROP_IN, Now() + absl::Hours(hours))->name());
  }
  v1::ListSessionsRequest request;
  request.set_parent(cohort.name());
  const auto sessions =
      InPages<v1::ListSessionsResponse>("ListSessions", request, Coach(), [](const auto& page) {
        std::vector<std::string> names;
        for (const auto& session : page.sessions()) names.push_back(session.name());
        return names;
      });
  EXPECT_THAT(sessions, ElementsAre(planned[1], planned[2], planned[3], planned[0], planned[4]));
  for (int i = 0; i < 3; ++i) AgreedPatron(cohort);
  v1::ListPatronsRequest patrons;
  patrons.set_parent(cohort.name());
  const auto listed =
      InPages<v1::ListPatronsResponse>("ListPatrons", patrons, Coach(), [](const auto& page) {
        std::vector<std::string> names;
        for (const auto& patron : page.patrons()) names.push_back(patron.name());
        return names;
      });
  EXPECT_THAT(listed, SizeIs(3));
}

TEST_F(ListsTest, APageTokenBelongsToItsQuery) {
  for (int i = 0; i < 3; ++i) MakeCohort(5);
  v1::ListCohortsRequest request;
  request.set_parent(organisation_name_);
  request.set_page_size(1);
  const auto first = Call<v1::ListCohortsResponse>("ListCohorts", request, Coach());
  ASSERT_THAT(first, IsOk());
  request.set_page_token(first->next_page_token());
  request.set_state(v1::COHORT_STATE_DRAFT);
  EXPECT_THAT(Call<v1::ListCohortsResponse>("ListCohorts", request, Coach()),
              AllOf(StatusIs(absl::StatusCode::kInvalidArgument),
                    HasReason("PAGE_TOKEN_OF_ANOTHER_QUERY"), NamesField("page_token")));
}

TEST_F(ListsTest, ACoachsLookAtWhatIsPrivateIsRecordedAndOnesOwnIsNot) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid person = AddStaff("Person");
  const auto enrolment = Apply(cohort, person), other = Apply(cohort, AddStaff("Other"));
  const auto own = Apply(cohort, coach_);
  ASSERT_THAT(own, IsOk());
  const auto reads = [&](const v1::Enrolment& of) {
    return Count(
        "SELECT COALESCE(SUM(times), 0) FROM private_read WHERE organisation = ? "
        "AND enrolment = ? AND reader = ? AND subject = 1",
        {organisation_, LastId(of.name()), coach_});
  };
  Read(*enrolment);
  EXPECT_EQ(reads(*enrolment), 1);
  v1::ListEnrolmentsRequest list;
  list.set_parent(cohort.name());
  list.set_page_size(2);
  ASSERT_THAT(Call<v1::ListEnrolmentsResponse>("ListEnrolments", list, Coach()), IsOk());
  EXPECT_EQ(reads(*enrolment), 2);
  EXPECT_EQ(reads(*other), 1);
  list.set_page_size(50);
  ASSERT_THAT(Call<v1::ListEnrolmentsResponse>("ListEnrolments", list, Coach()), IsOk());
  EXPECT_EQ(reads(*own), 0) << "their own";
  v1::GetEnrolmentRequest get;
  get.set_name(enrolment->name());
  ASSERT_THAT(Call<v1::GetEnrolmentResponse>("GetEnrolment", get, Participant(person)), IsOk());
  EXPECT_EQ(Count("SELECT COUNT(*) FROM private_read WHERE organisation = ? AND reader = ?",
                  {organisation_, person}),
            0);
}

}  // namespace
}  // namespace dap::enrolment
