// The sync against an in-process service, which breaks where it is told to.
#include "tools/dapctl/hr_sync.h"

#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "dap/enrolment/v1/staff_sync_service.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/rpc/server.h"
#include "libs/status/error.h"
#include "libs/status/matchers.h"
#include "libs/time/clock.h"
#include "tools/dapctl/id_digest.h"

namespace dap::ctl {
namespace {

namespace v1 = enrolment::v1;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kOrganisation[] = "organisations/0190a1b2-0000-7000-8000-000000000002";
constexpr char kRun[] =
    "organisations/0190a1b2-0000-7000-8000-000000000002/syncRuns/"
    "0190a1b2-0000-7000-8000-000000000003";

// Keeps what is durable, acknowledges every two records, and answers as the real one.
struct FakeService {
  std::vector<std::string> records;  // durable external ids
  std::vector<v1::SyncBegin> begins;
  v1::SyncEnd end;
  std::vector<int> break_after;  // records of each stream, in turn; -1: after the end was read
  absl::Status break_with = absl::UnavailableError("gone");
  v1::SyncRun run;

  absl::Status Sync(rpc::Stream<v1::SyncStaffRequest, v1::SyncStaffResponse>& stream) {
    v1::SyncStaffRequest request;
    if (!stream.Read(&request)) return absl::OkStatus();
    begins.push_back(request.begin());
    const size_t streams = begins.size();
    const int limit = streams <= break_after.size() ? break_after[streams - 1] : 1'000'000;
    if (run.state() > v1::SYNC_RUN_STATE_RECEIVING && ended) {
      return status::Precondition("SYNC_RUN_STATE", "It has ended.");
    }
    if (!request.begin().sync_run().empty()) Acknowledge(stream);
    for (int count = 0; stream.Read(&request);) {
      if (request.has_end()) {
        end = request.end();
        ended = true;
        if (limit < 0) return absl::UnavailableError("gone");
        v1::SyncStaffResponse response;
        *response.mutable_sync_run() = run;
        stream.Write(response);
        return absl::OkStatus();
      }
      largest = std::max(largest, request.records().records_size());
      for (const v1::StaffRecord& record : request.records().records()) {
        if (count++ == limit) return break_with;
        records.push_back(ExternalId(record));
        if (records.size() % 2 == 0) Acknowledge(stream);
      }
    }
    return absl::OkStatus();
  }

  void Acknowledge(rpc::Stream<v1::SyncStaffRequest, v1::SyncStaffResponse>& stream) {
    v1::SyncStaffResponse response;
    response.mutable_acknowledgement()->set_sync_run(kRun);
    response.mutable_acknowledgement()->set_watermark(static_cast<int64_t>(records.size()));
    stream.Write(response);
  }

  bool ended = false;
  int largest = 0;  // records of one message
};

class HrSyncTest : public ::testing::Test {
 protected:
  HrSyncTest() {
    fake_.run.set_name(kRun);
    fake_.run.set_state(v1::SYNC_RUN_STATE_APPLIED);
    fake_.run.mutable_counts()->set_received(5);
    path_ = absl::StrCat(::testing::TempDir(), "/hr_sync_test_", getpid(), ".csv");
    options_.file = path_;
    options_.organisation = kOrganisation;
    options_.source = "hr";
    options_.apply = true;
    options_.first_pause = absl::Milliseconds(1);
    Write(
        "kind,external_id,display_name\nteam,t1,Team\nperson,a,A\nperson,b,B\nperson,c,C\nperson,d,"
        "D\n");
    Bind();
    Start();
  }
  ~HrSyncTest() override { unlink(path_.c_str()); }

  void Write(const std::string& text) { std::ofstream(path_, std::ios::binary) << text; }

  void Bind() {
    service_.Bidi<v1::SyncStaffRequest, v1::SyncStaffResponse>(
        "SyncStaff", [this](const rpc::Call&, auto& stream) { return fake_.Sync(stream); });
    service_.Unary<v1::ApplySyncRunRequest, v1::ApplySyncRunResponse>(
        "ApplySyncRun", [this](const rpc::Call&, const auto&) {
          fake_.run.set_state(v1::SYNC_RUN_STATE_APPLIED);
          v1::ApplySyncRunResponse response;
          *response.mutable_sync_run() = fake_.run;
          return response;
        });
    service_.Unary<v1::ApproveSyncRunRequest, v1::ApproveSyncRunResponse>(
        "ApproveSyncRun",
        [](const rpc::Call&, const auto&) { return v1::ApproveSyncRunResponse(); });
    service_.Unary<v1::GetSyncRunRequest, v1::GetSyncRunResponse>(
        "GetSyncRun", [this](const rpc::Call&, const auto&) {
          v1::GetSyncRunResponse response;
          *response.mutable_sync_run() = fake_.run;
          return response;
        });
    service_.Unary<v1::ListSyncRunsRequest, v1::ListSyncRunsResponse>(
        "ListSyncRuns", [](const rpc::Call&, const auto&) { return v1::ListSyncRunsResponse(); });
    service_.Unary<v1::ListRejectedRecordsRequest, v1::ListRejectedRecordsResponse>(
        "ListRejectedRecords", [](const rpc::Call&, const v1::ListRejectedRecordsRequest& request) {
          v1::ListRejectedRecordsResponse response;  // two pages of one
          auto& record = *response.add_rejected_records();
          record.set_sequence(request.page_token().empty() ? 2 : 4);
          record.set_external_id(request.page_token().empty() ? "a" : "c");
          record.set_reason("EMAIL_TAKEN");
          record.set_field("email");
          if (request.page_token().empty()) response.set_next_page_token("more");
          return response;
        });
  }

  void Start() {
    rpc::ServerOptions options;
    options.security = rpc::Security::kInsecureForTests;
    options.authenticate = [](const grpc::CallbackServerContext&) {
      auth::Principal principal;
      principal.subject = "hr";
      principal.organisation = *id::Uuid::Parse("0190a1b2-0000-7000-8000-000000000002");
      principal.roles = {options::v1::ROLE_HR_SYSTEM};
      principal.expires = time::SystemClock().Now() + absl::Hours(1);
      return std::optional<auth::Principal>(principal);
    };
    auto server = rpc::Server::Start(options, {&service_});
    ASSERT_THAT(server, status::IsOk());
    server_ = *std::move(server);
    rpc::ChannelOptions channel;
    channel.target = absl::StrCat("127.0.0.1:", server_->port());
    channel.insecure_for_tests = true;
    gateway_.channel = *rpc::Channel::Open(channel);
  }

  absl::Status Sync(const std::string& rejected = "") {
    return SyncAndTell(gateway_, options_, rejected, streams_);
  }

  FakeService fake_;
  std::string path_;
  StaffSyncOptions options_;
  rpc::Service service_{"dap.enrolment.v1.StaffSyncService"};
  std::unique_ptr<rpc::Server> server_;
  Gateway gateway_;
  std::ostringstream out_;
  std::ostringstream err_;
  Streams streams_{-1, out_, err_, false};
};

std::string DigestOf(const std::vector<std::string>& ids) {
  IdDigest digest;
  for (const std::string& id : ids) digest.Add(id);
  return digest.Finish();
}

TEST_F(HrSyncTest, SendsEveryRecordWithCountAndChecksum) {
  ASSERT_THAT(Sync(), status::IsOk()) << err_.str();
  EXPECT_THAT(fake_.records, ElementsAre("t1", "a", "b", "c", "d"));
  ASSERT_EQ(fake_.begins.size(), 1u);
  EXPECT_EQ(fake_.begins[0].parent(), kOrganisation);
  EXPECT_EQ(fake_.begins[0].expected_count(), 5);
  EXPECT_TRUE(fake_.begins[0].apply());
  EXPECT_EQ(fake_.end.count(), 5);
  EXPECT_EQ(fake_.end.checksum(), DigestOf({"t1", "a", "b", "c", "d"}));
  EXPECT_EQ(fake_.end.checksum().size(), 32u);
  EXPECT_THAT(out_.str(), HasSubstr("state      APPLIED"));
}

TEST_F(HrSyncTest, GoesOnAfterBreaksWithEachRecordOnce) {
  fake_.break_after = {2, 0, 2};
  ASSERT_THAT(Sync(), status::IsOk()) << err_.str();
  EXPECT_THAT(fake_.records, ElementsAre("t1", "a", "b", "c", "d"));
  ASSERT_EQ(fake_.begins.size(), 4u);
  EXPECT_EQ(fake_.begins[0].sync_run(), "");
  EXPECT_EQ(fake_.begins[1].sync_run(), kRun);
  EXPECT_EQ(fake_.end.checksum(), DigestOf({"t1", "a", "b", "c", "d"}));
}

TEST_F(HrSyncTest, GoesOnWhereAnotherStreamOfTheRunTookOver) {
  fake_.break_with = status::Aborted("SYNC_TAKEN_OVER", "Another stream goes on with it.");
  fake_.break_after = {2, 2};
  ASSERT_THAT(Sync(), status::IsOk()) << err_.str();
  EXPECT_THAT(fake_.records, ElementsAre("t1", "a", "b", "c", "d"));
  EXPECT_EQ(fake_.begins.size(), 3u);
}

TEST_F(HrSyncTest, AnotherAbortIsNoBreak) {
  fake_.break_with = status::Aborted("SOMETHING_ELSE", "Begin again.");
  fake_.break_after = {2};
  EXPECT_THAT(Sync(), status::HasReason("SOMETHING_ELSE"));
  EXPECT_EQ(fake_.begins.size(), 1u);
}

TEST_F(HrSyncTest, SendsBatches) {
  std::string text = "kind,external_id,display_name\n";
  for (int i = 0; i < 600; ++i) absl::StrAppend(&text, "person,p", i, ",P\n");
  Write(text);
  fake_.break_after = {300};
  ASSERT_THAT(Sync(), status::IsOk()) << err_.str();
  EXPECT_EQ(fake_.records.size(), 600u);
  EXPECT_EQ(fake_.largest, 250);
}

TEST_F(HrSyncTest, ACellThatSaysNoneClearsAReferenceAndNothingElse) {
  Write(
      "kind,external_id,team_external_id,manager_external_id,parent_external_id\n"
      "person,a,(none),(none),\nperson,b,,,\nteam,t,,,(none)\n");
  const auto file = StaffFile::Open(path_, {});
  v1::StaffRecord record;
  ASSERT_TRUE(*(*file)->Next(&record));
  EXPECT_TRUE(record.person().has_team_external_id());
  EXPECT_EQ(record.person().team_external_id(), "");
  EXPECT_TRUE(record.person().has_manager_external_id());
  EXPECT_EQ(record.person().manager_external_id(), "");
  ASSERT_TRUE(*(*file)->Next(&record));
  EXPECT_FALSE(record.person().has_team_external_id());
  EXPECT_FALSE(record.person().has_manager_external_id());
  ASSERT_TRUE(*(*file)->Next(&record));
  EXPECT_TRUE(record.team().has_parent_external_id());
  EXPECT_EQ(record.team().parent_external_id(), "");
  Write("kind,external_id,email,display_name\nperson,a,(none),\nperson,b,,(none)\n");
  const absl::Status status = Sync();
  EXPECT_THAT(status, status::NamesField("line 2, email"));
  EXPECT_THAT(status, status::NamesField("line 3, display_name"));
}

TEST_F(HrSyncTest, FetchesTheAnswerThatWasLost) {
  fake_.break_after = {-1};
  ASSERT_THAT(Sync(), status::IsOk()) << err_.str();
  EXPECT_EQ(fake_.begins.size(), 2u);
  EXPECT_THAT(out_.str(), HasSubstr("state      APPLIED"));
}

TEST_F(HrSyncTest, AppliesThePlanWhoseStreamBrokeBeforeItWasApplied) {
  fake_.break_after = {-1};
  fake_.run.set_state(v1::SYNC_RUN_STATE_PLANNED);
  ASSERT_THAT(Sync(), status::IsOk()) << err_.str();
  EXPECT_THAT(out_.str(), HasSubstr("state      APPLIED"));
}

TEST_F(HrSyncTest, GivesUpWhereNothingGetsFurther) {
  options_.most_breaks = 2;
  fake_.break_after = {0, 0, 0, 0, 0, 0};
  EXPECT_THAT(Sync(), status::StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(fake_.begins.size(), 3u);
}

TEST_F(HrSyncTest, ARefusalIsAnErrorWithItsReasons) {
  fake_.run.set_state(v1::SYNC_RUN_STATE_REFUSED);
  auto& refusal = *fake_.run.add_refusals();
  refusal.set_reason("TOO_MANY_SUSPENSIONS");
  refusal.set_message("It would suspend 40 of 50 people.");
  const absl::Status status = Sync();
  EXPECT_THAT(status, status::HasReason("SYNC_REFUSED"));
  ASSERT_EQ(status::Violations(status).size(), 1u);
  EXPECT_EQ(status::Violations(status)[0].reason, "TOO_MANY_SUSPENSIONS");
}

TEST_F(HrSyncTest, WritesRejectedRecordsWithTheirLines) {
  fake_.run.mutable_counts()->set_rejected(2);
  const std::string rejected = path_ + ".rejected";
  ASSERT_THAT(Sync(rejected), status::IsOk());
  std::ostringstream text;
  text << std::ifstream(rejected).rdbuf();
  unlink(rejected.c_str());
  EXPECT_EQ(text.str(),
            "sequence,line,external_id,reason,field\r\n"
            "2,3,a,EMAIL_TAKEN,email\r\n"
            "4,5,c,EMAIL_TAKEN,email\r\n");
}

TEST_F(HrSyncTest, SendsNothingOfAFileThatIsWrongAndNamesEachLine) {
  Write(
      "kind,external_id,left,update_time\nperson,a,yes,\nteam,t,true,\nrobot,r,,\nperson,b,,today\n"
      "person,c\nperson,d,true,2026-11-24T09:30:00Z\n");
  const absl::Status status = Sync();
  for (const char* place :
       {"line 2, left", "line 3, left", "line 4, kind", "line 5, update_time", "line 6, cells"}) {
    EXPECT_THAT(status, status::NamesField(place));
  }
  EXPECT_EQ(status::Violations(status).size(), 5u);
  EXPECT_TRUE(fake_.begins.empty());
}

TEST_F(HrSyncTest, ReadsColumnsByOtherNamesAndLeavesTheRest) {
  Write("type,employee,mail,salary\nperson,a,a@b.example,9\nperson,b,,9\n");
  options_.columns = *ParseColumns("kind=type,external_id=employee,email=mail");
  ASSERT_THAT(Sync(), status::IsOk()) << err_.str();
  EXPECT_THAT(fake_.records, ElementsAre("a", "b"));
  const auto file = StaffFile::Open(path_, options_.columns);
  v1::StaffRecord record;
  ASSERT_TRUE(*(*file)->Next(&record));
  EXPECT_EQ(record.person().email(), "a@b.example");
  ASSERT_TRUE(*(*file)->Next(&record));
  EXPECT_FALSE(record.person().has_email()) << "an empty cell is an absent field";
}

TEST_F(HrSyncTest, RefusesHeadersThatAreUnknownDoubleOrMissing) {
  for (const char* header :
       {"kind,external_id,salary", "kind,external_id,kind", "kind,email", ""}) {
    Write(header);
    EXPECT_THAT(Sync(), status::HasReason("CSV_HEADER")) << header;
  }
  EXPECT_FALSE(ParseColumns("salary=x").ok());
  EXPECT_FALSE(ParseColumns("email").ok());
  EXPECT_FALSE(ParseColumns("email=a,email=b").ok());
}

}  // namespace
}  // namespace dap::ctl
