// What comes in wrong is refused with the exact code and detail, and nothing is written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/auth/principal.h"
#include "libs/rpc/testing/certificates.h"
#include "libs/status/matchers.h"
#include "tests/faults/raw_call.h"
#include "tests/faults/team.h"

namespace dap::tests {
namespace {

using absl::StatusCode;
using options::v1::ROLE_COACH;
using options::v1::ROLE_PARTICIPANT;
using status::HasReason;
using status::IsOk;
using status::NamesField;
using status::StatusIs;
using testing::SizeIs;

absl::StatusOr<enrolment::v1::CreateCohortResponse> Create(
    const Client& client, const enrolment::v1::CreateCohortRequest& request) {
  return client.Call<enrolment::v1::CreateCohortResponse>(
      absl::StrCat(kEnrolmentService, "CreateCohort"), request);
}

class BadInputTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(SharedTeam(), nullptr);
    written_ = Rows();
  }
  void TearDown() override {
    if (SharedTeam() == nullptr) return;
    EXPECT_EQ(Rows(), written_) << "rows of enrolment and activity";
  }

  static Team& team() { return *SharedTeam(); }
  static Client Coach() { return team().As(ROLE_COACH, team().coach()); }
  static Client Participant() { return team().As(ROLE_PARTICIPANT, team().participant(0)); }
  // What was written so far is meant to be.
  void Settle() { written_ = Rows(); }
  static std::vector<int64_t> Rows() {
    std::vector<int64_t> rows;
    for (const char* service : {"enrolment", "activity"}) {
      auto count = team().CountRows(service);
      EXPECT_THAT(count, IsOk());
      rows.push_back(count.ok() ? *count : -1);
    }
    return rows;
  }

 private:
  std::vector<int64_t> written_;
};

TEST_F(BadInputTest, AMethodThereIsNotIsUnimplemented) {
  const Client coach = Coach();
  for (const char* method : {"dap.enrolment.v1.EnrolmentService/MakeTea",
                             "dap.tea.v1.TeaService/Make", "dap.tea.v1.TeaService", "x"}) {
    EXPECT_THAT(RawCall(coach.channel(), method, "", Bearer(coach)),
                StatusIs(StatusCode::kUnimplemented))
        << method;
  }
}

TEST_F(BadInputTest, WhatOnlyServicesAskEachOtherIsNotThere) {
  for (int role = options::v1::Role_MIN; role <= options::v1::Role_MAX; ++role) {
    if (role == 0 || !options::v1::Role_IsValid(role)) continue;
    auto client = team().system().As(static_cast<options::v1::Role>(role), team().coach().id,
                                     team().organisation_id());
    ASSERT_THAT(client, IsOk());
    for (const char* method :
         {"dap.events.v1.EventFeedService/ReadEvents", "dap.events.v1.EventFeedService/GetFeed",
          "dap.enrolment.v1.RosterService/GetRosterEntry",
          "dap.enrolment.v1.StaffStateService/ListStaffStateChanges"}) {
      EXPECT_THAT(RawCall(client->channel(), method, "", Bearer(*client)),
                  StatusIs(StatusCode::kUnimplemented))
          << method << " as " << role;
    }
  }
}

TEST_F(BadInputTest, BytesThatAreNoMessageAreMalformed) {
  const Client coach = Coach();
  for (absl::string_view bytes : {
           absl::string_view("\xff\xff\xff\xff"),  // no field begins so
           absl::string_view("\x0a\x7f\x41"),      // a string that ends too soon
           absl::string_view("\x0a\x02\xc3\x28"),  // a string that is no UTF-8
       }) {
    const auto answer = RawCall(coach.channel(), absl::StrCat(kEnrolmentService, "CreateCohort"),
                                bytes, Bearer(coach));
    EXPECT_THAT(answer, StatusIs(StatusCode::kInvalidArgument));
    EXPECT_THAT(answer, HasReason("MESSAGE_MALFORMED"));
  }
}

TEST_F(BadInputTest, EveryFieldOutOfItsRuleIsNamedAtOnce) {
  enrolment::v1::CreateCohortRequest request = NewCohort(team());
  request.set_parent("organisations/of-mine");
  request.mutable_cohort()->set_title(std::string(201, 'x'));
  request.mutable_cohort()->set_capacity(501);
  request.mutable_cohort()->clear_start_date();
  request.set_request_id("");
  const auto answer = Create(Coach(), request);
  EXPECT_THAT(answer, StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(status::Violations(answer.status()), SizeIs(5));
  for (const char* field :
       {"parent", "cohort.title", "cohort.capacity", "cohort.start_date", "request_id"}) {
    EXPECT_THAT(answer, NamesField(field));
  }

  activity::v1::LogActivityRequest log;
  log.set_parent(team().enrolment(0));
  log.mutable_activity()->set_minutes(601);
  log.set_request_id(team().journey().NewRequestId());
  const auto logged = Participant().Call<activity::v1::LogActivityResponse>(
      absl::StrCat(kActivityService, "LogActivity"), log);
  EXPECT_THAT(logged, StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(logged, NamesField("activity.minutes"));
}

TEST_F(BadInputTest, APageTokenIsGoodForItsOwnQueryOnly) {
  const Client coach = Coach();
  enrolment::v1::ListStaffRequest staff;
  staff.set_parent(team().journey().organisation());
  staff.set_page_size(1);
  const auto first = coach.Call<enrolment::v1::ListStaffResponse>(
      absl::StrCat(kEnrolmentService, "ListStaff"), staff);
  ASSERT_THAT(first, IsOk());
  ASSERT_NE(first->next_page_token(), "");

  struct Row {
    std::string token;
    const char* reason;
  };
  std::string changed = first->next_page_token();
  changed[changed.size() / 2] = changed[changed.size() / 2] == 'A' ? 'B' : 'A';
  for (const Row& row :
       {Row{first->next_page_token(), "PAGE_TOKEN_OF_ANOTHER_QUERY"},
        Row{changed, "PAGE_TOKEN_MALFORMED"}, Row{"garbage", "PAGE_TOKEN_MALFORMED"}}) {
    enrolment::v1::ListCohortsRequest cohorts;
    cohorts.set_parent(team().journey().organisation());
    cohorts.set_page_token(row.token);
    const auto answer = coach.Call<enrolment::v1::ListCohortsResponse>(
        absl::StrCat(kEnrolmentService, "ListCohorts"), cohorts);
    EXPECT_THAT(answer, StatusIs(StatusCode::kInvalidArgument));
    EXPECT_THAT(answer, HasReason(row.reason));
    EXPECT_THAT(answer, NamesField("page_token"));
  }
}

TEST_F(BadInputTest, ARequestIdStandsForOneRequest) {
  const Client coach = Coach();
  const enrolment::v1::CreateCohortRequest request = NewCohort(team());
  const auto first = Create(coach, request);
  ASSERT_THAT(first, IsOk());
  Settle();

  const auto again = Create(coach, request);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());

  enrolment::v1::CreateCohortRequest other = request;
  other.mutable_cohort()->set_title("Autumn");
  const auto answer = Create(coach, other);
  EXPECT_THAT(answer, StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(answer, HasReason("REQUEST_ID_REUSED"));
}

TEST_F(BadInputTest, AServiceTalksToServicesOnly) {
  enrolment::v1::GetCohortRequest get;
  get.set_name(team().cohort());
  const auto ask = [&](rpc::Channel& channel) {
    return channel.Call<enrolment::v1::GetCohortResponse>(
        absl::StrCat(kEnrolmentService, "GetCohort"), get, Coach().Context(absl::Seconds(20)));
  };
  // Without a certificate, or with one that nobody here has signed, there is no connection.
  auto nobody = team().Direct("enrolment", "");
  ASSERT_THAT(nobody, IsOk());
  EXPECT_THAT(ask(**nobody), StatusIs(StatusCode::kUnavailable));
  rpc::testing::TestCa strangers_ca;
  const auto forged = strangers_ca.IssueService("gateway");
  rpc::ChannelOptions options;
  options.target = team().system().Address("ENROLMENT");
  options.service = "enrolment";
  options.tls_ca_file = team().system().ca_file();
  options.tls_cert_file = forged.cert;
  options.tls_key_file = forged.key;
  options.max_attempts = 1;
  auto stranger = rpc::Channel::Open(options);
  ASSERT_THAT(stranger, IsOk());
  EXPECT_THAT(ask(**stranger), StatusIs(StatusCode::kUnavailable));
  // The database has a certificate of ours, and is no service.
  auto database = team().Direct("enrolment", "mariadb");
  ASSERT_THAT(database, IsOk());
  EXPECT_THAT(ask(**database), HasReason("PEER_NOT_A_SERVICE"));
  // The gateway is, but a token says nothing to a service: only the gateway reads them.
  auto gateway = team().Direct("enrolment", "gateway");
  ASSERT_THAT(gateway, IsOk());
  EXPECT_THAT(ask(**gateway), StatusIs(StatusCode::kUnauthenticated));
}

TEST_F(BadInputTest, APrincipalThatAClientMakesUpIsNotBelieved) {
  const Client participant = Participant();
  auth::Principal made_up;
  made_up.subject = team().participant(1).id;
  made_up.organisation = *id::Uuid::Parse(team().organisation_id());
  made_up.roles = {ROLE_PARTICIPANT, ROLE_COACH};
  made_up.expires = time::SystemClock().Now() + absl::Hours(1);
  const Metadata forged = {{auth::kPrincipalMetadata, auth::Serialize(made_up)}};
  Metadata both = Bearer(participant);
  both.insert(both.end(), forged.begin(), forged.end());

  enrolment::v1::ListMyEnrolmentsRequest mine;
  mine.set_parent(team().journey().organisation());
  const std::string list = absl::StrCat(kEnrolmentService, "ListMyEnrolments");
  EXPECT_THAT(RawCall(participant.channel(), list, mine.SerializeAsString(), forged),
              StatusIs(StatusCode::kUnauthenticated));
  const auto answer = RawCall(participant.channel(), list, mine.SerializeAsString(), both);
  ASSERT_THAT(answer, IsOk());
  enrolment::v1::ListMyEnrolmentsResponse enrolments;
  ASSERT_TRUE(enrolments.ParseFromString(*answer));
  ASSERT_EQ(enrolments.enrolments_size(), 1);
  EXPECT_EQ(enrolments.enrolments(0).name(), team().enrolment(0));

  const auto denied =
      RawCall(participant.channel(), absl::StrCat(kEnrolmentService, "CreateCohort"),
              NewCohort(team()).SerializeAsString(), both);
  EXPECT_THAT(denied, StatusIs(StatusCode::kPermissionDenied));
  EXPECT_THAT(denied, HasReason("ROLE_MISSING"));
}

}  // namespace
}  // namespace dap::tests
