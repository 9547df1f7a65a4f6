// The face through a real server and channel.
#include "services/enrolment/staff_sync_service_fixture.h"

namespace dap::enrolment {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

TEST_F(StaffSyncServiceTest, AcknowledgesAtLeastEveryThousandThenAnswersThePlan) {
  const Answer answer = SendPeople(2500, false);
  EXPECT_THAT(answer.status, IsOk());
  EXPECT_THAT(answer.watermarks, ElementsAre(0, 1000, 2000, 2500));
  ASSERT_TRUE(answer.plan.has_value());
  EXPECT_EQ(answer.plan->name(), answer.run);
  EXPECT_EQ(answer.plan->state(), v1::SYNC_RUN_STATE_PLANNED);
  EXPECT_EQ(answer.plan->counts().created(), 2500);
  EXPECT_EQ(answer.plan->expire_time().seconds() - answer.plan->create_time().seconds(), 86400);
  EXPECT_TRUE(Everyone().empty());

  v1::ApplySyncRunRequest apply;
  apply.set_name(answer.run);
  for (int i = 0; i < 2; ++i) {
    const auto applied = Call<v1::ApplySyncRunResponse>("ApplySyncRun", apply, Hr());
    ASSERT_THAT(applied, IsOk());
    EXPECT_EQ(applied->sync_run().state(), v1::SYNC_RUN_STATE_APPLIED);
  }
  EXPECT_THAT(Everyone(), SizeIs(2500));
}

TEST_F(StaffSyncServiceTest, AppliesAtOnceWhereAskedAndAllowed) {
  const Answer answer = SendPeople(10, true);
  ASSERT_TRUE(answer.plan.has_value());
  EXPECT_EQ(answer.plan->state(), v1::SYNC_RUN_STATE_APPLIED);
  EXPECT_THAT(Everyone(), SizeIs(10));
  const Answer refused = SendPeople(4, true);
  EXPECT_THAT(refused.status, IsOk());
  EXPECT_EQ(refused.plan->state(), v1::SYNC_RUN_STATE_REFUSED);
  ASSERT_THAT(refused.plan->refusals(), SizeIs(1));
  EXPECT_EQ(refused.plan->refusals(0).reason(), "TOO_MANY_SUSPENSIONS");
  EXPECT_EQ(Person("p9").state, 1);
}

TEST_F(StaffSyncServiceTest, MessagesOutOfOrderAreRefused) {
  const v1::StaffRecord record = Proto(PersonRecord("p1"));
  const v1::SyncStaffRequest begin = Begin(1);
  const v1::SyncStaffRequest one = One(record);
  const v1::SyncStaffRequest end = End({record});
  for (const std::vector<v1::SyncStaffRequest>& requests :
       std::vector<std::vector<v1::SyncStaffRequest>>{{},
                                                      {one},
                                                      {end},
                                                      {begin, begin},
                                                      {begin, one},
                                                      {begin, v1::SyncStaffRequest()},
                                                      {begin, one, end, one},
                                                      {begin, one, end, end}}) {
    const Answer answer = Send(requests);
    EXPECT_THAT(answer.status, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(answer.status, HasReason("SYNC_OUT_OF_ORDER")) << requests.size();
  }
  EXPECT_TRUE(Everyone().empty());
}

TEST_F(StaffSyncServiceTest, ABeginThatBreaksARuleIsRefused) {
  v1::SyncStaffRequest begin = Begin(1);
  begin.mutable_begin()->clear_source();
  EXPECT_THAT(Send({begin}).status, HasReason("FIELD_REQUIRED"));
  begin = Begin(1);
  begin.mutable_begin()->set_mode(static_cast<v1::SyncMode>(9));
  EXPECT_THAT(Send({begin}).status, HasReason("SYNC_MODE_UNKNOWN"));
  begin = Begin(1);
  begin.mutable_begin()->set_parent("organisations/" + world().ids.Next().ToString());
  EXPECT_THAT(Send({begin}).status, StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Send({begin}).status, HasReason("OTHER_ORGANISATION"));
}

TEST_F(StaffSyncServiceTest, ARecordThatBreaksAFieldRuleIsRejectedAlone) {
  SyncRecord long_name = PersonRecord("p2");
  long_name.display_name = std::string(201, 'x');
  SyncRecord megabyte = PersonRecord("p3");
  megabyte.display_name = std::string(1 << 20, 'x');
  SyncRecord long_id = PersonRecord("p4");
  long_id.external_id = std::string(1 << 20, 'y');
  std::vector<v1::StaffRecord> records;
  for (const SyncRecord& record : {PersonRecord("p1"), long_name, megabyte, long_id,
                                   PersonRecord("", "x@y"), PersonRecord("p5")}) {
    records.push_back(Proto(record));
  }
  records.push_back(v1::StaffRecord());  // neither person nor team
  records.push_back(Proto(PersonRecord("p6")));
  records.back().mutable_person()->mutable_update_time()->set_seconds(1LL << 60);

  v1::SyncStaffRequest together;
  for (const v1::StaffRecord& record : records) *together.mutable_records()->add_records() = record;
  std::vector<v1::SyncStaffRequest> apart = {Begin(8)};
  for (const v1::StaffRecord& record : records) apart.push_back(One(record));
  apart.push_back(End(records));
  for (const auto& requests : {apart, {Begin(8), together, End(records)}}) {
    const Answer answer = Send(requests);
    EXPECT_THAT(answer.status, IsOk());
    ASSERT_TRUE(answer.plan.has_value());
    EXPECT_EQ(answer.plan->refusals_size(), 0);
    EXPECT_EQ(answer.plan->counts().created(), 2);
    EXPECT_EQ(answer.plan->counts().rejected(), 6);
    v1::ListRejectedRecordsRequest request;
    request.set_parent(answer.run);
    const auto rejected =
        Call<v1::ListRejectedRecordsResponse>("ListRejectedRecords", request, Hr());
    ASSERT_THAT(rejected, IsOk());
    std::vector<std::string> told;
    for (const auto& one : rejected->rejected_records()) {
      told.push_back(absl::StrCat(one.sequence(), " ", one.reason(), " ", one.field()));
    }
    EXPECT_THAT(told,
                ElementsAre("2 FIELD_INVALID display_name", "3 FIELD_INVALID display_name",
                            "4 FIELD_INVALID external_id", "5 EXTERNAL_ID_MISSING external_id",
                            "7 EXTERNAL_ID_MISSING external_id", "8 FIELD_INVALID update_time"));
    EXPECT_LE(rejected->rejected_records(2).external_id().size(), 128u);
  }
}

TEST_F(StaffSyncServiceTest, AMessageOfTenMegabytesOrOfNoMessageEndsTheStreamAloneAndItGoesOn) {
  SyncRecord huge = PersonRecord("p2");
  huge.display_name = std::string(10 << 20, 'x');
  std::vector<v1::SyncStaffRequest> requests = {Begin(2), One(Proto(PersonRecord("p1"))),
                                                One(Proto(huge))};
  const Answer answer = Send(requests);
  EXPECT_THAT(answer.status, StatusIs(absl::StatusCode::kResourceExhausted));
  requests.pop_back();
  requests.push_back(One(Proto(PersonRecord("p2"))));
  requests.push_back(End({Proto(PersonRecord("p1")), Proto(PersonRecord("p2"))}));
  requests[0].mutable_begin()->set_sync_run(answer.run);
  const Answer resumed = Send(requests);
  EXPECT_THAT(resumed.status, IsOk());
  EXPECT_EQ(resumed.run, answer.run);
  EXPECT_EQ(resumed.plan->counts().created(), 2);
}

TEST_F(StaffSyncServiceTest, ACancelledStreamLeavesARunToGoOnWith) {
  std::string run;
  {
    Stream stream = Open();
    stream.Write(Begin(1500));
    v1::SyncStaffResponse response;
    ASSERT_TRUE(stream.Read(&response));
    run = response.acknowledgement().sync_run();
    for (const SyncRecord& record : ::dap::enrolment::People(0, 1200)) {
      ASSERT_TRUE(stream.Write(One(Proto(record))));
    }
    ASSERT_TRUE(stream.Read(&response));
    EXPECT_EQ(response.acknowledgement().watermark(), 1000);
    stream.Cancel();
  }
  EXPECT_EQ(Get(run)->sync_run().state(), v1::SYNC_RUN_STATE_RECEIVING);
  std::vector<v1::StaffRecord> records;
  for (const SyncRecord& record : ::dap::enrolment::People(0, 1500)) {
    records.push_back(Proto(record));
  }
  std::vector<v1::SyncStaffRequest> requests = {Begin(1500, true)};
  requests[0].mutable_begin()->set_sync_run(run);
  for (size_t i = 1000; i < 1500; ++i) requests.push_back(One(records[i]));
  requests.push_back(End(records));
  const Answer resumed = Send(requests);
  EXPECT_THAT(resumed.status, IsOk());
  EXPECT_THAT(resumed.watermarks, ElementsAre(1000, 1500));
  EXPECT_THAT(Everyone(), SizeIs(1500));
}

TEST_F(StaffSyncServiceTest, ListsPageByPageAndATokenServesItsQueryOnly) {
  std::vector<std::string> names;
  for (int i = 0; i < 5; ++i) {
    world().clock.Advance(absl::Seconds(1));
    names.insert(names.begin(), SendPeople(i, false).run);
  }
  v1::ListSyncRunsRequest request;
  request.set_parent(Parent());
  request.set_page_size(2);
  std::vector<std::string> listed;
  std::string token;
  do {
    request.set_page_token(token);
    const auto page =
        Call<v1::ListSyncRunsResponse>("ListSyncRuns", request, As(options::v1::ROLE_ORG_ADMIN));
    ASSERT_THAT(page, IsOk());
    for (const v1::SyncRun& run : page->sync_runs()) listed.push_back(run.name());
    token = page->next_page_token();
  } while (!token.empty());
  EXPECT_EQ(listed, names);

  v1::ListRejectedRecordsRequest other;
  other.set_parent(names[0]);
  request.set_page_token("");
  other.set_page_token(
      Call<v1::ListSyncRunsResponse>("ListSyncRuns", request, Hr())->next_page_token());
  EXPECT_THAT(Call<v1::ListRejectedRecordsResponse>("ListRejectedRecords", other, Hr()),
              HasReason("PAGE_TOKEN_OF_ANOTHER_QUERY"));
  EXPECT_THAT(Get(Parent() + "/syncRuns/" + staff_.ToString()), HasReason("SYNC_RUN_NOT_FOUND"));
}

TEST_F(StaffSyncServiceTest, AnAdministratorApprovesOnceAndIsNamed) {
  SendPeople(20, true);
  const Answer refused = SendPeople(10, true);
  v1::ApproveSyncRunRequest request;
  request.set_name(refused.run);
  request.set_reason("The depot has closed");
  request.set_request_id(world().ids.Next().ToString());
  for (int i = 0; i < 2; ++i) {
    const auto approved = Call<v1::ApproveSyncRunResponse>("ApproveSyncRun", request,
                                                           As(options::v1::ROLE_ORG_ADMIN));
    ASSERT_THAT(approved, IsOk());
    EXPECT_EQ(approved->sync_run().state(), v1::SYNC_RUN_STATE_PLANNED);
    EXPECT_EQ(approved->sync_run().approval().approver(),
              absl::StrCat(Parent(), "/staff/", staff_.ToString()));
  }
  v1::ApplySyncRunRequest apply;
  apply.set_name(refused.run);
  const auto applied = Call<v1::ApplySyncRunResponse>("ApplySyncRun", apply, Hr());
  ASSERT_THAT(applied, IsOk());
  EXPECT_EQ(applied->sync_run().counts().suspended(), 10);
  EXPECT_EQ(applied->sync_run().approval().reason(), "The depot has closed");
}

// Who may call what: everyone else is denied, by role and by organisation.
TEST_F(StaffSyncServiceTest, OnlyTheNamedRolesMayCall) {
  const std::string mine = absl::StrCat(Parent(), "/syncRuns/", staff_.ToString());
  const std::string other =
      absl::StrCat("organisations/", staff_.ToString(), "/syncRuns/", staff_.ToString());
  const auto apply = [&](const rpc::CallContext& context, const std::string& name) {
    v1::ApplySyncRunRequest request;
    request.set_name(name);
    return Call<v1::ApplySyncRunResponse>("ApplySyncRun", request, context).status();
  };
  const auto approve = [&](const rpc::CallContext& context, const std::string& name) {
    v1::ApproveSyncRunRequest request;
    request.set_name(name);
    request.set_reason("r");
    request.set_request_id(staff_.ToString());
    return Call<v1::ApproveSyncRunResponse>("ApproveSyncRun", request, context).status();
  };
  const auto get = [&](const rpc::CallContext& context, const std::string& name) {
    v1::GetSyncRunRequest request;
    request.set_name(name);
    return Call<v1::GetSyncRunResponse>("GetSyncRun", request, context).status();
  };
  const auto rejected = [&](const rpc::CallContext& context, const std::string& name) {
    v1::ListRejectedRecordsRequest request;
    request.set_parent(name);
    return Call<v1::ListRejectedRecordsResponse>("ListRejectedRecords", request, context).status();
  };
  const auto list = [&](const rpc::CallContext& context, const std::string& name) {
    v1::ListSyncRunsRequest request;
    request.set_parent(name.substr(0, name.find("/syncRuns")));
    return Call<v1::ListSyncRunsResponse>("ListSyncRuns", request, context).status();
  };
  struct Method {
    const char* name;
    std::function<absl::Status(const rpc::CallContext&, const std::string&)> call;
    std::vector<Role> allowed;
  };
  const Role hr = options::v1::ROLE_HR_SYSTEM;
  const Role admin = options::v1::ROLE_ORG_ADMIN;
  for (const Method& method : std::vector<Method>{{"apply", apply, {hr}},
                                                  {"approve", approve, {admin}},
                                                  {"get", get, {hr, admin}},
                                                  {"rejected", rejected, {hr, admin}},
                                                  {"list", list, {hr, admin}}}) {
    for (int number = options::v1::Role_MIN + 1; number <= options::v1::Role_MAX; ++number) {
      const auto role = static_cast<Role>(number);
      const bool allowed = std::count(method.allowed.begin(), method.allowed.end(), role) > 0;
      const absl::Status status = method.call(As(role), mine);
      EXPECT_EQ(status.code() == absl::StatusCode::kPermissionDenied, !allowed)
          << method.name << " as " << options::v1::Role_Name(role) << ": " << status;
      if (allowed) {
        EXPECT_THAT(method.call(As(role), other), HasReason("OTHER_ORGANISATION")) << method.name;
      }
    }
  }
  for (Role role : {admin, options::v1::ROLE_PARTICIPANT, options::v1::ROLE_OPERATOR}) {
    EXPECT_THAT(Send({Begin(0)}, As(role)).status, StatusIs(absl::StatusCode::kPermissionDenied));
  }
}

}  // namespace
}  // namespace dap::enrolment
