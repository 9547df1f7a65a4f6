#include "services/enrolment/testing/service_test.h"

#include "absl/strings/str_split.h"
#include "dap/events/v1/event_feed_service.pb.h"
#include "dap_proto_enrolment_services.h"
#include "enrolment_migrations.h"
#include "google/protobuf/util/time_util.h"
#include "libs/days_off/days_off.h"
#include "libs/db/testing/schema.h"
#include "libs/db/transaction.h"
#include "libs/requests/requests.h"
#include "services/enrolment/convert.h"

namespace dap::enrolment {
namespace {

using google::protobuf::util::TimeUtil;

constexpr int kPartitions = 8;

db::testing::Schema& SharedSchema() {
  static auto& schema = *new db::testing::Schema();
  return schema;
}

// The answer's only part.
template <typename Part, typename Resp>
absl::StatusOr<Part> Only(const absl::StatusOr<Resp>& response, const Part& (Resp::*part)() const) {
  if (!response.ok()) return response.status();
  return ((*response).*part)();
}

google::protobuf::Timestamp Stamp(absl::Time time) {
  return TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
}

}  // namespace

id::Uuid LastId(const std::string& name) {
  const std::vector<std::string> parts = absl::StrSplit(name, '/');
  return id::Uuid::Parse(parts.back()).value_or(id::Uuid());
}

World& World::Get() {
  static auto& world = *new World();
  return world;
}

World::World() : clock_(absl::FromUnixSeconds(1'795'514'400)) {
  db::Options options = SharedSchema().options();
  options.connections = 12;
  SharedSchema().Migrate("enrolment", Migrations());
  pool_ = *db::Pool::Create(options);
  EXPECT_THAT(feed::Migrate(*pool_, {.partitions = kPartitions}), IsOk());
  EXPECT_THAT(requests::Migrate(*pool_), IsOk());
  EXPECT_THAT(days_off::Migrate(*pool_), IsOk());
  feed_ = std::make_unique<feed::Feed>(*pool_, clock_, feed::FeedOptions{kPartitions});
  page_tokens_ = std::make_unique<rpc::PageTokens>(*rpc::PageTokens::Create(std::string(32, 'k')));
  faces_ = std::make_unique<Faces>(
      Parts{*pool_, *feed_, clock_, ids_, *page_tokens_, "https://dap.example.org/calendars"});
  rpc::ServerOptions server;
  server.security = rpc::Security::kInsecureForTests;
  server.workers = 10;
  std::vector<rpc::Service*> services = faces_->services();
  services.push_back(&feed_->service());
  server_ = *rpc::Server::Start(server, services);
  rpc::ChannelOptions channel;
  channel.target = absl::StrCat("127.0.0.1:", server_->port());
  channel.insecure_for_tests = true;
  channel_ = *rpc::Channel::Open(channel);
}

absl::Time ServiceTest::Soon() { return time::SystemClock().Now() + absl::Seconds(60); }

std::string ServiceTest::FullName(absl::string_view method) {
  for (const auto* service : dap_proto_enrolment::Services()) {
    const auto* found = service->FindMethodByName(std::string(method));
    if (found != nullptr) return absl::StrCat(service->full_name(), "/", method);
  }
  ADD_FAILURE() << "no method " << method;
  return "";
}

rpc::CallContext ServiceTest::Context(std::optional<auth::Principal> principal) {
  rpc::CallContext context;
  context.deadline = Soon();
  context.principal = std::move(principal);
  return context;
}

void ServiceTest::SetUp() {
  seen_position_ = 0;
  v1::CreateOrganisationRequest request;
  request.mutable_organisation()->set_display_name("Town council");
  request.mutable_organisation()->set_time_zone("Europe/London");
  request.set_request_id(RequestId());
  auth::Principal operations;
  operations.subject = "operations";
  operations.roles = {options::v1::ROLE_OPERATOR};
  operations.expires = absl::InfiniteFuture();
  auto made = Call<v1::CreateOrganisationResponse>("CreateOrganisation", request, operations);
  ASSERT_THAT(made, IsOk());
  organisation_name_ = made->organisation().name();
  organisation_ = LastId(organisation_name_);
  coach_ = AddStaff("Coach");
  admin_ = AddStaff("Admin");
  NewEvents();
}

id::Uuid ServiceTest::AddStaff(absl::string_view name) {
  const id::Uuid staff = world().ids().Next();
  const std::string email = absl::StrCat(staff.ToString(), "@example.org");
  auto added = db::Transaction(world().pool(), Soon(), [&](db::Connection& tx) {
    return tx.Execute(
        "INSERT INTO staff_member (organisation, staff_member, display_name, email, active_email, "
        "state, state_since, version) VALUES (?, ?, ?, ?, ?, 1, ?, 1)",
        {organisation_, staff, name, email, email, Now()});
  });
  EXPECT_THAT(added, IsOk());
  return staff;
}

void ServiceTest::SetStaffState(const id::Uuid& staff, v1::StaffState state) {
  auto set = db::Transaction(world().pool(), Soon(), [&](db::Connection& tx) {
    return tx.Execute(
        "UPDATE staff_member SET state = ? WHERE organisation = ? AND staff_member = ?",
        {state, organisation_, staff});
  });
  EXPECT_THAT(set, IsOk());
}

std::string ServiceTest::Staff(const id::Uuid& staff) const {
  return StaffName(organisation_, staff);
}

auth::Principal ServiceTest::As(const id::Uuid& staff, auth::RoleSet roles) const {
  auth::Principal principal;
  principal.subject = staff.ToString();
  principal.staff = staff;
  principal.organisation = organisation_;
  principal.roles = roles;
  principal.expires = absl::InfiniteFuture();
  return principal;
}

v1::Cohort ServiceTest::MakeCohort(int capacity) {
  v1::CreateCohortRequest request;
  request.set_parent(organisation_name_);
  request.set_request_id(RequestId());
  v1::Cohort& cohort = *request.mutable_cohort();
  cohort.set_title("Spring");
  cohort.set_capacity(capacity);
  cohort.mutable_start_date()->set_year(2027);
  cohort.mutable_start_date()->set_month(1);
  cohort.mutable_start_date()->set_day(11);
  cohort.mutable_end_date()->set_year(2027);
  cohort.mutable_end_date()->set_month(4);
  cohort.mutable_end_date()->set_day(2);
  auto made = Call<v1::CreateCohortResponse>("CreateCohort", request, Coach());
  EXPECT_THAT(made, IsOk());
  return made.ok() ? made->cohort() : v1::Cohort();
}

v1::Cohort ServiceTest::MakeOpenCohort(int capacity) {
  auto open = Step("OpenCohort", MakeCohort(capacity));
  EXPECT_THAT(open, IsOk());
  return open.value_or(v1::Cohort());
}

absl::StatusOr<v1::Cohort> ServiceTest::Step(absl::string_view method, const v1::Cohort& cohort) {
  const auto step = [&](auto request, auto response) {
    request.set_name(cohort.name());
    request.set_request_id(RequestId());
    using Response = decltype(response);
    return Only(Call<Response>(method, request, Coach()), &Response::cohort);
  };
  if (method == "OpenCohort") return step(v1::OpenCohortRequest(), v1::OpenCohortResponse());
  if (method == "CloseRecruitment") {
    return step(v1::CloseRecruitmentRequest(), v1::CloseRecruitmentResponse());
  }
  if (method == "FinishCohort") return step(v1::FinishCohortRequest(), v1::FinishCohortResponse());
  return step(v1::CancelCohortRequest(), v1::CancelCohortResponse());
}

absl::StatusOr<v1::Cohort> ServiceTest::StartCohort(const v1::Cohort& cohort,
                                                    absl::string_view reason) {
  v1::StartCohortRequest request;
  request.set_name(cohort.name());
  request.set_override_reason(std::string(reason));
  request.set_request_id(RequestId());
  return Only(Call<v1::StartCohortResponse>("StartCohort", request, Coach()),
              &v1::StartCohortResponse::cohort);
}

absl::StatusOr<v1::Enrolment> ServiceTest::Apply(const v1::Cohort& cohort, const id::Uuid& staff) {
  v1::ApplyToCohortRequest request;
  request.set_parent(cohort.name());
  request.set_way_in(v1::WAY_IN_VOLUNTEERED);
  request.set_request_id(RequestId());
  return Only(Call<v1::ApplyToCohortResponse>("ApplyToCohort", request, Participant(staff)),
              &v1::ApplyToCohortResponse::enrolment);
}

absl::StatusOr<v1::Enrolment> ServiceTest::Nominate(const v1::Cohort& cohort,
                                                    const id::Uuid& staff) {
  v1::NominateToCohortRequest request;
  request.set_parent(cohort.name());
  request.set_participant(Staff(staff));
  request.set_request_id(RequestId());
  return Only(Call<v1::NominateToCohortResponse>("NominateToCohort", request, Coach()),
              &v1::NominateToCohortResponse::enrolment);
}

absl::StatusOr<v1::Enrolment> ServiceTest::Accept(const v1::Enrolment& enrolment,
                                                  const id::Uuid& staff) {
  v1::AcceptEnrolmentRequest request;
  request.set_name(enrolment.name());
  request.set_request_id(RequestId());
  return Only(Call<v1::AcceptEnrolmentResponse>("AcceptEnrolment", request, Participant(staff)),
              &v1::AcceptEnrolmentResponse::enrolment);
}

absl::StatusOr<v1::Enrolment> ServiceTest::Withdraw(const v1::Enrolment& enrolment,
                                                    const id::Uuid& staff) {
  v1::WithdrawEnrolmentRequest request;
  request.set_name(enrolment.name());
  request.set_request_id(RequestId());
  return Only(Call<v1::WithdrawEnrolmentResponse>("WithdrawEnrolment", request, Participant(staff)),
              &v1::WithdrawEnrolmentResponse::enrolment);
}

absl::StatusOr<v1::Session> ServiceTest::Plan(const v1::Cohort& cohort, v1::SessionKind kind,
                                              absl::Time start) {
  v1::PlanSessionRequest request;
  request.set_parent(cohort.name());
  request.set_request_id(RequestId());
  v1::Session& session = *request.mutable_session();
  session.set_kind(kind);
  session.set_title("Together");
  *session.mutable_start_time() = Stamp(start);
  *session.mutable_end_time() = Stamp(start + absl::Hours(2));
  session.set_host(Staff(coach_));
  session.set_place("Hall");
  session.set_agenda("Hello");
  return Only(Call<v1::PlanSessionResponse>("PlanSession", request, Coach()),
              &v1::PlanSessionResponse::session);
}

absl::StatusOr<v1::Patron> ServiceTest::Invite(const v1::Cohort& cohort, const id::Uuid& staff) {
  v1::InvitePatronRequest request;
  request.set_parent(cohort.name());
  request.set_staff_member(Staff(staff));
  request.set_request_id(RequestId());
  return Only(Call<v1::InvitePatronResponse>("InvitePatron", request, Coach()),
              &v1::InvitePatronResponse::patron);
}

absl::StatusOr<v1::Patron> ServiceTest::Answer(const v1::Cohort& cohort, const id::Uuid& staff,
                                               bool agree) {
  v1::AnswerPatronInvitationRequest request;
  request.set_name(PatronName(organisation_, LastId(cohort.name()), staff));
  request.set_agree(agree);
  request.set_request_id(RequestId());
  return Only(
      Call<v1::AnswerPatronInvitationResponse>("AnswerPatronInvitation", request, PatronOf(staff)),
      &v1::AnswerPatronInvitationResponse::patron);
}

absl::StatusOr<v1::Enrolment> ServiceTest::Assign(const v1::Enrolment& enrolment,
                                                  const id::Uuid& patron) {
  v1::AssignPatronRequest request;
  request.set_name(enrolment.name());
  request.set_patron(Staff(patron));
  request.set_request_id(RequestId());
  return Only(Call<v1::AssignPatronResponse>("AssignPatron", request, Coach()),
              &v1::AssignPatronResponse::enrolment);
}

absl::StatusOr<v1::Session> ServiceTest::Record(const v1::Session& session,
                                                const std::vector<v1::Enrolment>& enrolments) {
  v1::RecordAttendanceRequest request;
  request.set_name(session.name());
  for (const v1::Enrolment& enrolment : enrolments) request.add_enrolments(enrolment.name());
  request.set_request_id(RequestId());
  return Only(Call<v1::RecordAttendanceResponse>("RecordAttendance", request, Coach()),
              &v1::RecordAttendanceResponse::session);
}

absl::StatusOr<v1::Session> ServiceTest::CheckIn(const v1::Session& session, const id::Uuid& staff,
                                                 absl::string_view code) {
  v1::CheckInRequest request;
  request.set_name(session.name());
  request.set_join_code(std::string(code));
  request.set_request_id(RequestId());
  return Only(Call<v1::CheckInResponse>("CheckIn", request, Participant(staff)),
              &v1::CheckInResponse::session);
}

id::Uuid ServiceTest::AgreedPatron(const v1::Cohort& cohort) {
  const id::Uuid patron = AddStaff("Patron");
  EXPECT_THAT(Invite(cohort, patron), IsOk());
  EXPECT_THAT(Answer(cohort, patron, true), IsOk());
  return patron;
}

v1::Enrolment ServiceTest::ActiveIn(v1::Cohort& cohort, const id::Uuid& staff) {
  auto applied = Apply(cohort, staff);
  EXPECT_THAT(applied, IsOk());
  EXPECT_THAT(Accept(*applied, staff), IsOk());
  EXPECT_THAT(Assign(*applied, AgreedPatron(cohort)), IsOk());
  auto kick_off = Plan(cohort, v1::SESSION_KIND_KICK_OFF, Now());
  EXPECT_THAT(kick_off, IsOk());
  EXPECT_THAT(Step("CloseRecruitment", cohort), IsOk());
  EXPECT_THAT(Record(*kick_off, {*applied}), IsOk());
  auto started = StartCohort(cohort, "");
  EXPECT_THAT(started, IsOk());
  cohort = *started;
  const v1::Enrolment active = Read(*applied);
  EXPECT_EQ(active.state(), v1::ENROLMENT_STATE_ACTIVE);
  return active;
}

v1::Cohort ServiceTest::Read(const v1::Cohort& cohort) {
  v1::GetCohortRequest request;
  request.set_name(cohort.name());
  auto got = Call<v1::GetCohortResponse>("GetCohort", request, Coach());
  EXPECT_THAT(got, IsOk());
  return got.ok() ? got->cohort() : v1::Cohort();
}

v1::Enrolment ServiceTest::Read(const v1::Enrolment& enrolment) {
  v1::GetEnrolmentRequest request;
  request.set_name(enrolment.name());
  auto got = Call<v1::GetEnrolmentResponse>("GetEnrolment", request, Coach());
  EXPECT_THAT(got, IsOk());
  return got.ok() ? got->enrolment() : v1::Enrolment();
}

int64_t ServiceTest::Count(absl::string_view sql, const db::Values& values) {
  auto row = db::Read(world().pool(), Soon(),
                      [&](db::Connection& connection) { return connection.QueryOne(sql, values); });
  EXPECT_THAT(row, IsOk());
  return row.ok() && row->has_value() ? (*row)->Int(0) : -1;
}

void ServiceTest::Execute(absl::string_view sql) {
  auto executed = db::Transaction(
      world().pool(), Soon(), [&](db::Connection& tx) { return tx.Execute(sql, {organisation_}); });
  EXPECT_THAT(executed, IsOk());
}

std::vector<events::v1::Event> ServiceTest::NewEvents() {
  std::vector<events::v1::Event> found;
  events::v1::ReadEventsRequest request;
  request.set_partition(feed::PartitionOf(organisation_, kPartitions));
  request.set_consumer("test");
  while (true) {
    request.set_after_position(seen_position_);
    auto read = world().channel().Call<events::v1::ReadEventsResponse>(
        "dap.events.v1.EventFeedService/ReadEvents", request, Context());
    EXPECT_THAT(read, IsOk());
    if (!read.ok() || read->events().empty()) return found;
    for (const events::v1::Event& event : read->events()) {
      seen_position_ = event.position();
      if (event.organisation() == std::string(organisation_.bytes())) found.push_back(event);
    }
  }
}

std::vector<v1::RosterEntry> ServiceTest::NewEntries() {
  std::vector<v1::RosterEntry> entries;
  for (const events::v1::Event& event : NewEvents()) {
    if (event.has_enrolment_changed()) entries.push_back(event.enrolment_changed().entry());
  }
  return entries;
}

}  // namespace dap::enrolment
