// The staff sync's face behind a real server, and what a client sends to it. For tests.
#ifndef DAP_SERVICES_ENROLMENT_STAFF_SYNC_SERVICE_FIXTURE_H_
#define DAP_SERVICES_ENROLMENT_STAFF_SYNC_SERVICE_FIXTURE_H_

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "dap/options/v1/access.pb.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/server.h"
#include "services/enrolment/staff_sync_fixture.h"
#include "services/enrolment/staff_sync_service.h"

namespace dap::enrolment {

using options::v1::Role;

inline constexpr char kSyncService[] = "dap.enrolment.v1.StaffSyncService/";

class StaffSyncServiceTest : public SyncTest {
 protected:
  using Stream = rpc::ClientStream<v1::SyncStaffRequest, v1::SyncStaffResponse>;

  void SetUp() override {
    SyncTest::SetUp();
    rpc::ServerOptions options;
    options.security = rpc::Security::kInsecureForTests;
    auto server = rpc::Server::Start(options, {&face_.service()});
    ASSERT_THAT(server, IsOk());
    server_ = *std::move(server);
    rpc::ChannelOptions channel;
    channel.target = absl::StrCat("127.0.0.1:", server_->port());
    channel.insecure_for_tests = true;
    channel_ = *rpc::Channel::Open(channel);
  }

  rpc::CallContext As(Role role) const {
    auth::Principal principal;
    principal.roles = {role};
    principal.expires = absl::InfiniteFuture();
    if (role != options::v1::ROLE_OPERATOR) principal.organisation = organisation_;
    const bool staff = role != options::v1::ROLE_OPERATOR && role != options::v1::ROLE_HR_SYSTEM;
    if (staff) principal.staff = staff_;
    principal.subject = staff ? staff_.ToString() : "system";
    rpc::CallContext context;
    context.deadline = Soon();
    context.principal = principal;
    return context;
  }
  rpc::CallContext Hr() const { return As(options::v1::ROLE_HR_SYSTEM); }

  Stream Open(const rpc::CallContext& context) {
    return channel_->OpenStream<v1::SyncStaffRequest, v1::SyncStaffResponse>(
        absl::StrCat(kSyncService, "SyncStaff"), context);
  }
  Stream Open() { return Open(Hr()); }

  std::string Parent() const { return absl::StrCat("organisations/", organisation_.ToString()); }
  v1::SyncStaffRequest Begin(int64_t expected, bool apply = false) const {
    v1::SyncStaffRequest request;
    v1::SyncBegin* begin = request.mutable_begin();
    begin->set_parent(Parent());
    begin->set_source("hr");
    begin->set_mode(v1::SYNC_MODE_FULL);
    begin->set_expected_count(expected);
    begin->set_apply(apply);
    return request;
  }
  static v1::StaffRecord Proto(const SyncRecord& record) {
    v1::StaffRecord proto;
    v1::PersonRecord* person = proto.mutable_person();
    person->set_external_id(record.external_id);
    if (record.display_name) person->set_display_name(*record.display_name);
    if (record.email) person->set_email(*record.email);
    return proto;
  }
  static v1::SyncStaffRequest One(const v1::StaffRecord& record) {
    v1::SyncStaffRequest request;
    *request.mutable_record() = record;
    return request;
  }
  static v1::SyncStaffRequest End(const std::vector<v1::StaffRecord>& records) {
    SyncChecksum checksum;
    for (const v1::StaffRecord& record : records) checksum.AddId(record.person().external_id());
    v1::SyncStaffRequest request;
    request.mutable_end()->set_count(static_cast<int64_t>(records.size()));
    request.mutable_end()->set_checksum(checksum.Digest());
    return request;
  }

  // Sends these messages, each whether or not the stream is over, and gives what came back.
  struct Answer {
    absl::Status status;
    std::vector<int64_t> watermarks;
    std::string run;
    std::optional<v1::SyncRun> plan;
  };
  Answer Send(const std::vector<v1::SyncStaffRequest>& requests, const rpc::CallContext& context) {
    Stream stream = Open(context);
    std::thread writer([&] {
      for (const v1::SyncStaffRequest& request : requests) {
        if (!stream.Write(request)) break;
      }
      stream.WritesDone();
    });
    Answer answer;
    v1::SyncStaffResponse response;
    while (stream.Read(&response)) {
      if (response.has_sync_run()) {
        answer.plan = response.sync_run();
      } else {
        answer.watermarks.push_back(response.acknowledgement().watermark());
        answer.run = response.acknowledgement().sync_run();
      }
    }
    writer.join();
    answer.status = stream.Finish();
    return answer;
  }
  Answer Send(const std::vector<v1::SyncStaffRequest>& requests) { return Send(requests, Hr()); }

  Answer SendPeople(int count, bool apply) {
    std::vector<v1::StaffRecord> records;
    std::vector<v1::SyncStaffRequest> requests = {Begin(count, apply)};
    for (const SyncRecord& record : ::dap::enrolment::People(0, count)) {
      records.push_back(Proto(record));
      requests.push_back(One(records.back()));
    }
    requests.push_back(End(records));
    return Send(requests);
  }

  template <typename Resp, typename Req>
  absl::StatusOr<Resp> Call(absl::string_view method, const Req& request,
                            const rpc::CallContext& context) {
    return channel_->Call<Resp>(absl::StrCat(kSyncService, method), request, context);
  }
  absl::StatusOr<v1::GetSyncRunResponse> Get(const std::string& name) {
    v1::GetSyncRunRequest request;
    request.set_name(name);
    return Call<v1::GetSyncRunResponse>("GetSyncRun", request, Hr());
  }

  const id::Uuid staff_ = world().ids.Next();
  rpc::PageTokens tokens_ = *rpc::PageTokens::Create(std::string(32, 'k'));
  StaffSyncFace face_{parts(), tokens_};
  std::unique_ptr<rpc::Server> server_;
  std::shared_ptr<rpc::Channel> channel_;
};

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_STAFF_SYNC_SERVICE_FIXTURE_H_
