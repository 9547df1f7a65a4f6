// Naming many at once.
#include "absl/strings/ascii.h"
#include "google/rpc/error_details.pb.h"
#include "services/enrolment/testing/service_test.h"

namespace dap::enrolment {
namespace {

using ::testing::SizeIs;

class BatchNominateTest : public ServiceTest {
 protected:
  v1::BatchNominateRequest List(const v1::Cohort& cohort) {
    v1::BatchNominateRequest request;
    request.set_parent(cohort.name());
    request.set_request_id(RequestId());
    return request;
  }
  absl::StatusOr<v1::BatchNominateResponse> Nominate(const v1::BatchNominateRequest& request) {
    return Call<v1::BatchNominateResponse>("BatchNominate", request, Coach());
  }
  static std::string EmailOf(const id::Uuid& staff) {
    return absl::StrCat(staff.ToString(), "@example.org");
  }
  static std::string ReasonOf(const v1::NominationResult& result) {
    for (const auto& detail : result.error().details()) {
      google::rpc::ErrorInfo info;
      if (detail.UnpackTo(&info)) return info.reason();
    }
    return "";
  }
  static std::string FieldOf(const v1::NominationResult& result) {
    for (const auto& detail : result.error().details()) {
      google::rpc::BadRequest request;
      if (detail.UnpackTo(&request)) return request.field_violations(0).field();
    }
    return "";
  }
};

TEST_F(BatchNominateTest, EachLineHasItsResultAndABadOneStopsNoOther) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid by_name = AddStaff("By name"), by_email = AddStaff("By e-mail"),
                 enrolled = AddStaff("Enrolled"), gone = AddStaff("Gone"), last = AddStaff("Last");
  ASSERT_THAT(Apply(cohort, enrolled), IsOk());
  SetStaffState(gone, v1::STAFF_STATE_SUSPENDED);
  v1::BatchNominateRequest request = List(cohort);
  request.add_nominees()->set_staff_member(Staff(by_name));
  request.add_nominees()->set_email(absl::AsciiStrToUpper(EmailOf(by_email)));
  request.add_nominees()->set_staff_member(Staff(enrolled));
  request.add_nominees()->set_email(EmailOf(by_name));
  request.add_nominees();
  request.add_nominees()->set_staff_member("staff/1");
  request.add_nominees()->set_email("nobody@example.org");
  request.add_nominees()->set_email(std::string(10'000, 'x'));
  request.add_nominees()->set_staff_member(Staff(gone));
  request.add_nominees()->set_staff_member(
      absl::StrCat("organisations/", last.ToString(), "/staff/", last.ToString()));
  request.add_nominees()->set_staff_member(Staff(last));
  NewEvents();
  const auto named = Nominate(request);
  ASSERT_THAT(named, IsOk());
  struct Expected {
    int code;
    const char* reason;
    const char* field;
  };
  const Expected expected[] = {
      {0, "", ""},
      {0, "", ""},
      {6, "ENROLMENT_EXISTS", ""},
      {6, "ENROLMENT_EXISTS", ""},
      {3, "FIELD_REQUIRED", "nominees[4]"},
      {3, "FIELD_NOT_RESOURCE_NAME", "nominees[5].staff_member"},
      {5, "STAFF_MEMBER_NOT_FOUND", ""},
      {3, "FIELD_TOO_LONG", "nominees[7].email"},
      {5, "STAFF_MEMBER_NOT_FOUND", ""},
      {7, "OTHER_ORGANISATION", ""},
      {0, "", ""},
  };
  ASSERT_EQ(named->results_size(), 11);
  for (int i = 0; i < 11; ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(named->results(i).error().code(), expected[i].code);
    EXPECT_EQ(ReasonOf(named->results(i)), expected[i].reason);
    EXPECT_EQ(FieldOf(named->results(i)), expected[i].field);
    EXPECT_EQ(named->results(i).error().DebugString().find("example.org"), std::string::npos);
  }
  EXPECT_EQ(named->nominated(), 3);
  EXPECT_EQ(named->results(1).enrolment().participant_display_name(), "By e-mail");
  EXPECT_EQ(Read(named->results(10).enrolment()).state(), v1::ENROLMENT_STATE_NOMINATED);
  const auto entries = NewEntries();
  ASSERT_THAT(entries, SizeIs(3));
  EXPECT_EQ(entries[2].participant(), std::string(last.bytes()));
  EXPECT_EQ(entries[2].participant_display_name(), "Last");
}

TEST_F(BatchNominateTest, TheSameRequestAgainNamesNobodyTwice) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  v1::BatchNominateRequest request = List(cohort);
  request.add_nominees()->set_staff_member(Staff(AddStaff("One")));
  request.add_nominees()->set_email("nobody@example.org");
  const auto first = Nominate(request);
  ASSERT_THAT(first, IsOk());
  NewEvents();
  EXPECT_EQ(Nominate(request)->SerializeAsString(), first->SerializeAsString());
  EXPECT_THAT(NewEvents(), SizeIs(0));
  request.set_request_id(RequestId());
  EXPECT_EQ(Nominate(request)->nominated(), 0);
}

TEST_F(BatchNominateTest, ValidatingNamesNobody) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  v1::BatchNominateRequest request = List(cohort);
  request.add_nominees()->set_staff_member(Staff(AddStaff("One")));
  request.add_nominees()->set_email("nobody@example.org");
  request.set_validate_only(true);
  NewEvents();
  const auto would = Nominate(request);
  ASSERT_THAT(would, IsOk());
  EXPECT_EQ(would->nominated(), 1);
  EXPECT_EQ(would->results(0).enrolment().name(), "");
  EXPECT_THAT(NewEvents(), SizeIs(0));
  request.set_validate_only(false);
  EXPECT_EQ(Nominate(request)->nominated(), 1);
}

TEST_F(BatchNominateTest, AThousandLinesAreOneCallAndMoreAreRefused) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  v1::BatchNominateRequest request = List(cohort);
  for (int i = 0; i < 1000; ++i) {
    request.add_nominees()->set_staff_member(Staff(world().ids().Next()));
  }
  request.mutable_nominees(999)->set_staff_member(Staff(AddStaff("Last")));
  const auto named = Nominate(request);
  ASSERT_THAT(named, IsOk());
  EXPECT_EQ(named->results_size(), 1000);
  EXPECT_EQ(named->nominated(), 1);
  request.add_nominees()->set_staff_member(Staff(coach_));
  EXPECT_THAT(Nominate(request), NamesField("nominees"));
  EXPECT_THAT(Nominate(List(cohort)), NamesField("nominees")) << "none";
}

TEST_F(BatchNominateTest, ACohortThatDoesNotRecruitRefusesTheWholeList) {
  v1::BatchNominateRequest request = List(MakeCohort(5));
  request.add_nominees()->set_staff_member(Staff(AddStaff("One")));
  EXPECT_THAT(Nominate(request), HasReason("COHORT_NOT_RECRUITING"));
}

}  // namespace
}  // namespace dap::enrolment
