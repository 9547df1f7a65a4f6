// The whole service, but for its process: a real server and channel, the real MariaDB, one
// enrolment.
#ifndef DAP_SERVICES_GOALS_TESTING_GOALS_SERVICE_TEST_BASE_H_
#define DAP_SERVICES_GOALS_TESTING_GOALS_SERVICE_TEST_BASE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "goals_migrations.h"
#include "libs/db/testing/schema.h"
#include "libs/db/transaction.h"
#include "libs/feed/feed.h"
#include "libs/id/resource_name.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/server.h"
#include "libs/status/macros.h"
#include "libs/status/matchers.h"
#include "services/goals/consumers/enrolment_consumer.h"
#include "services/goals/data/shipped_catalogue.h"
#include "services/goals/goals_service.h"

namespace dap::goals {

inline constexpr char kFramework[] = "digital-engagement-1";
inline const absl::Time kNow = absl::FromUnixSeconds(1795514400);  // 2026-11-24 10:00 UTC

inline db::testing::Schema& SharedSchema() {
  static auto& schema = *[] {
    auto* made = new db::testing::Schema();
    made->Migrate("goals", Migrations());
    for (const absl::Status& status : {feed::Migrate(made->pool()), requests::Migrate(made->pool()),
                                       roster::Migrate(made->pool())}) {
      if (!status.ok()) ADD_FAILURE() << status;
    }
    return made;
  }();
  return schema;
}

class GoalsServiceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    SharedSchema();
    BindAndStart();
    AddToRoster(enrolment::v1::ENROLMENT_STATE_ACTIVE);
  }

  void BindAndStart() {
    catalogue_ = std::make_unique<Catalogue>(*ShippedCatalogue());
    feed_ = std::make_unique<feed::Feed>(pool(), clock_);
    // Each look asks the database: tests change what is there.
    roster_ = std::make_unique<roster::Roster>(
        pool(), nullptr, roster::RosterOptions{.cache_age = absl::ZeroDuration()});
    tokens_ = std::make_unique<rpc::PageTokens>(*rpc::PageTokens::Create(std::string(32, 'k')));
    face_ = std::make_unique<GoalsService>(Context{*catalogue_, clock_, ids_},
                                           requests::Ledger{pool(), *feed_, clock_}, *roster_,
                                           *tokens_);
    service_ = std::make_unique<rpc::Service>("dap.goals.v1.GoalsService");
    face_->BindTo(*service_);
    rpc::ServerOptions server_options;
    server_options.security = rpc::Security::kInsecureForTests;
    auto server = rpc::Server::Start(server_options, {service_.get()});
    ASSERT_THAT(server, status::IsOk());
    server_ = *std::move(server);
    rpc::ChannelOptions channel_options;
    channel_options.target = absl::StrCat("127.0.0.1:", server_->port());
    channel_options.insecure_for_tests = true;
    channel_ = *rpc::Channel::Open(channel_options);
  }

  db::Pool& pool() { return SharedSchema().pool(); }
  absl::Time Deadline() { return machine_.Now() + absl::Seconds(30); }

  // As the enrolment service's event would.
  void AddToRoster(enrolment::v1::EnrolmentState state) {
    events::v1::Event event;
    roster::Entry entry;
    entry.organisation = organisation_;
    entry.enrolment = enrolment_;
    entry.cohort = cohort_;
    entry.participant = participant_;
    entry.patron = patron_;
    entry.coaches = {coach_};
    entry.state = state;
    entry.time_zone = "Europe/London";
    entry.version = ++roster_version_;
    *event.mutable_enrolment_changed()->mutable_entry() = roster::ToProto(entry);
    ASSERT_THAT(db::Transaction(pool(), Deadline(),
                                [&](db::Connection& tx) {
                                  feed::Outbox outbox;
                                  return ApplyEnrolmentEvent(tx, outbox, event);
                                }),
                status::IsOk());
  }

  auth::Principal As(const id::Uuid& staff, auth::RoleSet roles) {
    return {.subject = staff.ToString(),
            .staff = staff,
            .organisation = organisation_,
            .roles = roles,
            .expires = absl::InfiniteFuture()};
  }
  auth::Principal Participant() { return As(participant_, {options::v1::ROLE_PARTICIPANT}); }
  auth::Principal Coach() { return As(coach_, {options::v1::ROLE_COACH}); }

  template <typename Resp>
  absl::StatusOr<Resp> Call(absl::string_view method, const google::protobuf::Message& request,
                            const auth::Principal& principal) {
    rpc::CallContext context;
    context.deadline = Deadline();
    context.principal = principal;
    return channel_->Call<Resp>(absl::StrCat("dap.goals.v1.GoalsService/", method), request,
                                context);
  }
  template <typename Resp>
  absl::StatusOr<Resp> Call(absl::string_view method, const google::protobuf::Message& request) {
    return Call<Resp>(method, request, Participant());
  }

  std::string Parent() {
    return id::Name(
        {{"organisations", organisation_}, {"cohorts", cohort_}, {"enrolments", enrolment_}});
  }
  std::string NewId() { return ids_.Next().ToString(); }

  v1::SubmitAssessmentRequest Assessment(v1::AssessmentKind kind,
                                         absl::string_view framework = kFramework) {
    v1::SubmitAssessmentRequest request;
    request.set_parent(Parent());
    request.set_request_id(NewId());
    request.mutable_assessment()->set_kind(kind);
    request.mutable_assessment()->set_framework(absl::StrCat("frameworks/", framework));
    for (const Area& area : (*catalogue_->FindFramework(std::string(framework)))->areas) {
      for (const Task& task : area.tasks) {
        v1::TaskAnswer& answer = *request.mutable_assessment()->add_answers();
        answer.set_task(task.key);
        answer.set_can_do(task.key != "guard-accounts");
        answer.set_confidence(task.key == "guard-accounts" ? 1 : 3);
        answer.set_done_recently(true);
      }
    }
    return request;
  }
  absl::Status Submit(v1::AssessmentKind kind, absl::string_view framework = kFramework) {
    return Call<v1::SubmitAssessmentResponse>("SubmitAssessment", Assessment(kind, framework))
        .status();
  }

  v1::CreateGoalRequest OwnGoal(absl::string_view title = "Ask three people") {
    v1::CreateGoalRequest request;
    request.set_parent(Parent());
    request.set_request_id(NewId());
    request.mutable_goal()->set_title(std::string(title));
    request.mutable_goal()->set_setting(v1::GOAL_SETTING_OFF_PLATFORM);
    v1::GoalStep& step = *request.mutable_goal()->add_steps();
    step.set_text("Ask one.");
    step.set_minutes(10);
    return request;
  }
  absl::StatusOr<v1::CreateGoalResponse> Create(const v1::CreateGoalRequest& request) {
    return Call<v1::CreateGoalResponse>("CreateGoal", request);
  }
  v1::Goal MakeGoal(absl::string_view title = "Ask three people") {
    const auto created = Create(OwnGoal(title));
    EXPECT_THAT(created, status::IsOk());
    return created.ok() ? created->goal() : v1::Goal();
  }
  v1::CompleteGoalStepRequest Step(const std::string& name, int step = 1) {
    v1::CompleteGoalStepRequest request;
    request.set_name(name);
    request.set_step(step);
    request.set_request_id(NewId());
    return request;
  }
  v1::FinishGoalRequest Finish(const std::string& name) {
    v1::FinishGoalRequest request;
    request.set_name(name);
    request.set_reflection("They all knew something.");
    request.set_request_id(NewId());
    return request;
  }
  v1::LetGoOfGoalRequest LetGo(const std::string& name) {
    v1::LetGoOfGoalRequest request;
    request.set_name(name);
    request.set_request_id(NewId());
    return request;
  }

  // What was told of this organisation, in order.
  std::vector<events::v1::Event> Told() {
    std::vector<events::v1::Event> events;
    EXPECT_THAT(db::Read(pool(), Deadline(),
                         [&](db::Connection& connection) -> absl::Status {
                           events.clear();
                           ASSIGN_OR_RETURN(const db::Rows rows,
                                            connection.Query("SELECT payload FROM feed_event WHERE "
                                                             "organisation = ? ORDER BY position",
                                                             {organisation_}));
                           for (const db::Row& row : rows) {
                             EXPECT_TRUE(events.emplace_back().ParseFromString(row.String(0)));
                           }
                           return absl::OkStatus();
                         }),
                status::IsOk());
    return events;
  }
  int64_t PrivateReads(const id::Uuid& reader) {
    const auto rows = db::Read(pool(), Deadline(), [&](db::Connection& connection) {
      return connection.Query(
          "SELECT COALESCE(SUM(times), 0) FROM private_read WHERE organisation = ? AND reader = ?",
          {organisation_, reader});
    });
    return rows->front().Int(0);
  }

  time::SystemClock machine_;
  time::ManualClock clock_{kNow};
  id::Generator ids_{machine_};
  const id::Uuid organisation_ = ids_.Next(), cohort_ = ids_.Next(), enrolment_ = ids_.Next();
  const id::Uuid participant_ = ids_.Next(), coach_ = ids_.Next(), patron_ = ids_.Next();
  int64_t roster_version_ = 0;
  std::unique_ptr<Catalogue> catalogue_;
  std::unique_ptr<feed::Feed> feed_;
  std::unique_ptr<roster::Roster> roster_;
  std::unique_ptr<rpc::PageTokens> tokens_;
  std::unique_ptr<GoalsService> face_;
  std::unique_ptr<rpc::Service> service_;
  std::unique_ptr<rpc::Server> server_;
  std::shared_ptr<rpc::Channel> channel_;
};

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_TESTING_GOALS_SERVICE_TEST_BASE_H_
