// What the gateway is told of people whose tokens must not count.
#include "services/enrolment/staff_state_service.h"

#include <map>

#include "services/enrolment/staff_sync_service_fixture.h"

namespace dap::enrolment {
namespace {

using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

class StaffStateServiceTest : public StaffSyncServiceTest {
 protected:
  void SetUp() override {
    SyncTest::SetUp();
    world().clock.Advance(absl::Hours(1));  // past what other tests did
    rpc::ServerOptions options;
    options.security = rpc::Security::kInsecureForTests;
    server_ = *rpc::Server::Start(options, {&state_face_.service()});
    rpc::ChannelOptions channel;
    channel.target = absl::StrCat("127.0.0.1:", server_->port());
    channel.insecure_for_tests = true;
    channel_ = *rpc::Channel::Open(channel);
    at_.mutable_time()->set_seconds(absl::ToUnixSeconds(world().clock.Now()));
  }

  // This organisation's changes since the last call, page by page; the last word on each person by
  // external id.
  std::map<std::string, v1::StaffState> Changes(int page_size = 2, bool away_only = false) {
    std::map<std::string, v1::StaffState> changes;
    v1::ListStaffStateChangesRequest request;
    request.set_page_size(page_size);
    request.set_away_only(away_only);
    for (bool more = true; more;) {
      *request.mutable_after() = at_;
      rpc::CallContext context;
      context.deadline = Soon();
      const auto page = channel_->Call<v1::ListStaffStateChangesResponse>(
          "dap.enrolment.v1.StaffStateService/ListStaffStateChanges", request, context);
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) return changes;
      for (const auto& change : page->changes()) {
        const db::Rows rows = Query(
            "SELECT external_id FROM staff_member WHERE organisation = ? AND staff_member = ?",
            {organisation_, id::Uuid::FromBytes(change.staff_member())});
        if (!rows.empty()) changes[rows[0].String(0)] = change.state();
      }
      if (page->has_last()) at_ = page->last();
      more = page->more();
    }
    return changes;
  }

  StaffStateFace state_face_{pool()};
  v1::StaffStatePosition at_;
};

TEST_F(StaffStateServiceTest, TellsWhoIsSuspendedLeavesAndComesBackAndNobodyElse) {
  Full(People(0, 100));
  EXPECT_THAT(Changes(), IsEmpty()) << "new people have not changed";
  world().clock.Advance(absl::Minutes(1));
  Full(People(3, 100));
  EXPECT_THAT(Changes(), UnorderedElementsAre(Pair("p0", v1::STAFF_STATE_SUSPENDED),
                                              Pair("p1", v1::STAFF_STATE_SUSPENDED),
                                              Pair("p2", v1::STAFF_STATE_SUSPENDED)));
  EXPECT_THAT(Changes(), IsEmpty());
  world().clock.Advance(absl::Minutes(1));
  SyncRecord left = PersonRecord("p5");
  left.left = true;
  SyncRecord renamed = PersonRecord("p6");
  renamed.display_name = "Renamed";
  Delta({PersonRecord("p1"), left, renamed});
  EXPECT_THAT(Changes(), UnorderedElementsAre(Pair("p1", v1::STAFF_STATE_ACTIVE),
                                              Pair("p5", v1::STAFF_STATE_LEFT)));
}

TEST_F(StaffStateServiceTest, TellsAGatewayThatStartsAllWhoAreAwayHoweverLongAndNobodyElse) {
  Full(People(0, 100));
  world().clock.Advance(absl::Minutes(1));
  Full(People(2, 100));
  SyncRecord left = PersonRecord("p5");
  left.left = true;
  Delta({left});
  world().clock.Advance(absl::Hours(24 * 400));
  Delta({PersonRecord("p1")});
  at_.mutable_time()->set_seconds(0);
  EXPECT_THAT(Changes(1000, /*away_only=*/true),
              UnorderedElementsAre(Pair("p0", v1::STAFF_STATE_SUSPENDED),
                                   Pair("p5", v1::STAFF_STATE_LEFT)));
}

TEST_F(StaffStateServiceTest, IsForServicesAndChecksItsPosition) {
  const auto& method = *state_face_.service().descriptor()->method(0);
  EXPECT_TRUE(method.options().GetExtension(options::v1::access).internal());
  EXPECT_EQ(method.options().GetExtension(options::v1::access).roles_size(), 0);
  v1::ListStaffStateChangesRequest request;
  request.mutable_after()->set_staff_member("short");
  rpc::CallContext context;
  context.deadline = Soon();
  const auto page = channel_->Call<v1::ListStaffStateChangesResponse>(
      "dap.enrolment.v1.StaffStateService/ListStaffStateChanges", request, context);
  EXPECT_THAT(page.status(), HasReason("FIELD_INVALID"));
  EXPECT_THAT(page.status(), status::NamesField("after.staff_member"));
}

}  // namespace
}  // namespace dap::enrolment
