// The whole service, but for its process: a real server and channel, the real MariaDB, a clock that
// stands still, one enrolment.
#ifndef DAP_SERVICES_ACTIVITY_TESTING_ACTIVITY_TEST_BASE_H_
#define DAP_SERVICES_ACTIVITY_TESTING_ACTIVITY_TEST_BASE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "activity_migrations.h"
#include "libs/days_off/days_off.h"
#include "libs/db/testing/schema.h"
#include "libs/db/transaction.h"
#include "libs/feed/feed.h"
#include "libs/id/resource_name.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/error_details.h"
#include "libs/rpc/server.h"
#include "libs/status/macros.h"
#include "libs/status/matchers.h"
#include "services/activity/activity_service.h"
#include "services/activity/barrier_service.h"
#include "services/activity/consumers/event_handlers.h"
#include "services/activity/convert.h"
#include "services/activity/experience_service.h"
#include "services/activity/jobs/publish_reports.h"
#include "services/activity/jobs/silence_sweep.h"
#include "services/activity/progress_service.h"

namespace dap::activity {

inline const absl::TimeZone kLondon = *time::ZoneOf("Europe/London");
inline constexpr absl::CivilDay kFirstDay(2026, 11, 2);  // a Monday

inline absl::Time At(absl::CivilDay day, int hour = 10) {
  return absl::FromCivil(absl::CivilSecond(day) + hour * 3600, kLondon);
}

inline db::testing::Schema& SharedSchema() {
  static auto& schema = *[] {
    auto* made = new db::testing::Schema();
    made->Migrate("activity", Migrations());
    for (const absl::Status& status :
         {feed::Migrate(made->pool()), requests::Migrate(made->pool()),
          roster::Migrate(made->pool()), days_off::Migrate(made->pool())}) {
      if (!status.ok()) ADD_FAILURE() << status;
    }
    return made;
  }();
  return schema;
}

// Somebody's enrolment in the fixture's cohort.
struct Person {
  id::Uuid enrolment;
  id::Uuid staff;
};

class ActivityTest : public ::testing::Test {
 protected:
  void SetUp() override {
    // Each look asks the database: tests change what is there.
    roster_ = std::make_unique<roster::Roster>(
        pool(), enrolment_service(), roster::RosterOptions{.cache_age = absl::ZeroDuration()});
    context_ = std::make_unique<Context>(
        Context{pool(), feed_, clock_, ids_, *roster_, tokens_, Settings()});
    ActivityWriterOptions writer_options;
    writer_options.queue = queue_;
    writer_options.known_for = absl::ZeroDuration();
    writer_ = std::make_unique<ActivityWriter>(*context_, writer_options);
    face_ = std::make_unique<ActivityService>(*context_, *writer_);
    barriers_ = std::make_unique<BarrierService>(*context_);
    watch_ = std::make_unique<CohortWatch>(*context_);
    experiences_ = std::make_unique<ExperienceService>(*context_, *watch_);
    progress_face_ = std::make_unique<ProgressService>(*context_);
    rpc::ServerOptions server_options;
    server_options.security = rpc::Security::kInsecureForTests;
    auto server =
        rpc::Server::Start(server_options, {&face_->service(), &barriers_->service(),
                                            &experiences_->service(), &progress_face_->service()});
    ASSERT_THAT(server, status::IsOk());
    server_ = *std::move(server);
    rpc::ChannelOptions channel_options;
    channel_options.target = absl::StrCat("127.0.0.1:", server_->port());
    channel_options.insecure_for_tests = true;
    channel_ = *rpc::Channel::Open(channel_options);
    Enrol(enrolment::v1::ENROLMENT_STATE_ACTIVE);
  }
  virtual std::shared_ptr<rpc::Channel> enrolment_service() { return nullptr; }

  db::Pool& pool() { return SharedSchema().pool(); }
  absl::Time Deadline() { return machine_.Now() + absl::Seconds(60); }

  // ---- the enrolment service's and the goals' side

  roster::Entry Entry(const Person& person, enrolment::v1::EnrolmentState state) {
    roster::Entry entry;
    entry.organisation = organisation_;
    entry.enrolment = person.enrolment;
    entry.cohort = cohort_;
    entry.participant = person.staff;
    entry.participant_display_name = absl::StrCat("Person ", person.staff.ToString());
    entry.patron = patron_;
    entry.coaches = {coach_};
    entry.state = state;
    entry.minutes_per_week = 60;
    entry.sessions_per_week = 2;
    entry.balance_target = 0.5;
    entry.balance_tolerance = 0.15;
    entry.time_zone = "Europe/London";
    if (state != enrolment::v1::ENROLMENT_STATE_AWAITING_KICKOFF) entry.activate_time = start_;
    entry.version = ++version_;
    return entry;
  }
  void Enrol(const roster::Entry& entry) {
    events::v1::Event event;
    *event.mutable_enrolment_changed()->mutable_entry() = roster::ToProto(entry);
    Hear(EnrolmentHandler(*context_), std::move(event));
  }
  void Enrol(enrolment::v1::EnrolmentState state) { Enrol(Entry(me_, state)); }
  Person EnrolAnother() {
    const Person person = {ids_.Next(), ids_.Next()};
    Enrol(Entry(person, enrolment::v1::ENROLMENT_STATE_ACTIVE));
    return person;
  }
  // As the consumer would apply it, at the clock's time.
  void Hear(const feed::Handler& handler, events::v1::Event event) {
    event.set_organisation(Bytes(organisation_));
    *event.mutable_occur_time() = ToProto(clock_.Now());
    ASSERT_THAT(db::Transaction(pool(), Deadline(),
                                [&](db::Connection& tx) -> absl::Status {
                                  feed::Outbox outbox;
                                  RETURN_IF_ERROR(handler(tx, outbox, event));
                                  return feed_.Append(tx, outbox);
                                }),
                status::IsOk());
  }

  // ---- callers

  auth::Principal As(const id::Uuid& staff, auth::RoleSet roles) {
    return {.subject = staff.ToString(),
            .staff = staff,
            .organisation = organisation_,
            .roles = roles,
            .expires = absl::InfiniteFuture()};
  }
  auth::Principal Me() { return As(me_.staff, {options::v1::ROLE_PARTICIPANT}); }
  auth::Principal Coach() { return As(coach_, {options::v1::ROLE_COACH}); }
  auth::Principal Patron() { return As(patron_, {options::v1::ROLE_PATRON}); }

  template <typename Resp>
  absl::StatusOr<Resp> Call(absl::string_view method, const google::protobuf::Message& request,
                            const auth::Principal& principal) {
    rpc::CallContext context;
    context.deadline = Deadline();
    context.principal = principal;
    // The service is that of the method's file.
    const std::string& service = request.GetDescriptor()->file()->service(0)->full_name();
    return channel_->Call<Resp>(absl::StrCat(service, "/", method), request, context);
  }

  // ---- requests

  std::string NewId() { return ids_.Next().ToString(); }
  std::string CohortName() {
    return id::Name({{"organisations", organisation_}, {"cohorts", cohort_}});
  }
  std::string OrganisationName() { return id::Name({{"organisations", organisation_}}); }
  std::string Name(const Person& person) {
    return EnrolmentName(organisation_, cohort_, person.enrolment);
  }
  v1::LogActivityRequest LogRequest(v1::Setting setting = v1::SETTING_ON_PLATFORM,
                                    int minutes = 15) {
    v1::LogActivityRequest request;
    request.set_parent(Name(me_));
    request.mutable_activity()->set_kind(v1::ACTIVITY_KIND_READ);
    request.mutable_activity()->set_setting(setting);
    request.mutable_activity()->set_minutes(minutes);
    request.mutable_activity()->set_note("my own words");
    request.set_request_id(NewId());
    return request;
  }
  absl::StatusOr<v1::LogActivityResponse> Log(const v1::LogActivityRequest& request) {
    return Call<v1::LogActivityResponse>("LogActivity", request, Me());
  }
  rpc::ClientStream<v1::StreamActivitiesRequest, v1::StreamActivitiesResponse> OpenStream(
      const auth::Principal& principal) {
    rpc::CallContext context;
    context.deadline = Deadline();
    context.principal = principal;
    return channel_->OpenStream<v1::StreamActivitiesRequest, v1::StreamActivitiesResponse>(
        "dap.activity.v1.ActivityService/StreamActivities", context);
  }
  // An error within an answer.
  static absl::Status Status(const google::rpc::Status& error) {
    return rpc::FromGrpc(grpc::Status(static_cast<grpc::StatusCode>(error.code()), error.message(),
                                      error.SerializeAsString()));
  }
  // To 40 minutes off the platform.
  v1::CorrectActivityRequest CorrectRequest(const std::string& name) {
    v1::CorrectActivityRequest request;
    request.set_name(name);
    *request.mutable_activity() = LogRequest(v1::SETTING_OFF_PLATFORM, 40).activity();
    request.mutable_activity()->set_note("what I meant");
    request.set_request_id(NewId());
    return request;
  }
  v1::DeleteActivityRequest DeleteRequest(const std::string& name) {
    v1::DeleteActivityRequest request;
    request.set_name(name);
    request.set_request_id(NewId());
    return request;
  }
  v1::ShareExperienceRequest ShareRequest() {
    v1::ShareExperienceRequest request;
    request.set_parent(CohortName());
    request.mutable_experience()->set_enrolment(Name(me_));
    request.mutable_experience()->set_text("I asked a question, and five people answered.");
    request.set_request_id(NewId());
    return request;
  }
  v1::Progress Progress(std::optional<absl::CivilDay> as_of = std::nullopt) {
    v1::GetProgressRequest request;
    request.set_parent(Name(me_));
    if (as_of) *request.mutable_as_of_date() = ToProto(*as_of);
    const auto response = Call<v1::GetProgressResponse>("GetProgress", request, Me());
    EXPECT_THAT(response, status::IsOk());
    return response.ok() ? response->progress() : v1::Progress();
  }
  absl::StatusOr<v1::ListPatronQueueResponse> Queue() {
    v1::ListPatronQueueRequest request;
    request.set_parent(OrganisationName());
    return Call<v1::ListPatronQueueResponse>("ListPatronQueue", request, Patron());
  }
  absl::StatusOr<v1::ResolvePatronQueueEntryResponse> Resolve(const std::string& name,
                                                              v1::PatronQueueOutcome outcome) {
    v1::ResolvePatronQueueEntryRequest request;
    request.set_name(name);
    request.set_outcome(outcome);
    request.set_request_id(NewId());
    return Call<v1::ResolvePatronQueueEntryResponse>("ResolvePatronQueueEntry", request, Patron());
  }

  // ---- time and what it brings

  // The morning of the day that is so many working days after the first one, all sweeps done.
  void SweepAfter(int working_days) {
    clock_.Set(At(time::AddWorkingDays(kFirstDay, working_days, time::NoDaysOff)));
    Sweep();
  }
  // The reports of the last finished week, where they are not there yet.
  void Publish() {
    const std::atomic<bool> stopping = false;
    const jobs::JobRun run(Deadline(), stopping, machine_);
    ASSERT_THAT(PublishReports(*context_).Tick(run), status::IsOk());
  }
  void Sweep() { ASSERT_THAT(SilenceSweep(*context_).Tick(Deadline()), status::IsOk()); }

  // What was told of this organisation, in order.
  std::vector<events::v1::Event> Told() {
    std::vector<events::v1::Event> events;
    for (const db::Row& row :
         Query("SELECT payload FROM feed_event WHERE organisation = ? ORDER BY position")) {
      EXPECT_TRUE(events.emplace_back().ParseFromString(row.String(0)));
    }
    return events;
  }
  int CountTold(events::v1::Event::PayloadCase payload) {
    int count = 0;
    for (const events::v1::Event& event : Told()) count += event.payload_case() == payload ? 1 : 0;
    return count;
  }
  std::vector<int> RungsTold(const Person& person) {
    std::vector<int> rungs;
    for (const events::v1::Event& event : Told()) {
      if (event.silence_rung_reached().enrolment() == Bytes(person.enrolment)) {
        rungs.push_back(event.silence_rung_reached().rung());
      }
    }
    return rungs;
  }
  // A statement whose first parameter is the organisation.
  db::Rows Query(absl::string_view sql, db::Values more = {}) {
    db::Values values = {organisation_};
    for (db::Value& value : more) values.push_back(std::move(value));
    const auto rows =
        db::Read(pool(), Deadline(), [&](db::Connection& db) { return db.Query(sql, values); });
    EXPECT_THAT(rows, status::IsOk());
    return rows.ok() ? *rows : db::Rows();
  }
  // How many requests' records hold these words.
  int64_t Recorded(const std::string& words) {
    return Query(
               "SELECT COUNT(*) FROM request_record WHERE organisation = ? AND LOCATE(?, response) "
               "> 0",
               {words})[0]
        .Int(0);
  }
  int64_t Count(absl::string_view table) {
    return Query(absl::StrCat("SELECT COUNT(*) FROM ", table, " WHERE organisation = ?"))[0].Int(0);
  }

  time::SystemClock machine_;
  const absl::Time start_ = At(kFirstDay);
  time::ManualClock clock_{start_};
  id::Generator ids_{machine_};
  const id::Uuid organisation_ = ids_.Next(), cohort_ = ids_.Next();
  const id::Uuid coach_ = ids_.Next(), patron_ = ids_.Next();
  const Person me_ = {ids_.Next(), ids_.Next()};
  int64_t version_ = 0;
  int queue_ = 4096;
  feed::Feed feed_{SharedSchema().pool(), clock_};
  rpc::PageTokens tokens_ = *rpc::PageTokens::Create(std::string(32, 'k'));
  std::unique_ptr<roster::Roster> roster_;
  std::unique_ptr<Context> context_;
  std::unique_ptr<ActivityWriter> writer_;
  std::unique_ptr<ActivityService> face_;
  std::unique_ptr<BarrierService> barriers_;
  std::unique_ptr<CohortWatch> watch_;
  std::unique_ptr<ExperienceService> experiences_;
  std::unique_ptr<ProgressService> progress_face_;
  std::unique_ptr<rpc::Server> server_;
  std::shared_ptr<rpc::Channel> channel_;
};

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_TESTING_ACTIVITY_TEST_BASE_H_
