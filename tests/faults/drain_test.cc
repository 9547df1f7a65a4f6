// A process that is told to end finishes what it has begun.
#include <gmock/gmock.h>
#include <google/protobuf/empty.pb.h>
#include <google/protobuf/wrappers.pb.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "libs/auth/principal.h"
#include "libs/db/transaction.h"
#include "libs/status/macros.h"
#include "libs/status/matchers.h"
#include "tests/faults/child.h"
#include "tests/faults/team.h"

namespace dap::tests {
namespace {

using options::v1::ROLE_COACH;
using status::IsOk;

// grpc.health.v1's answer has the state as a number in field 1, as an Int32Value has its value.
using HealthAnswer = google::protobuf::Int32Value;
constexpr int kServing = 1;
constexpr int kNotServing = 2;

constexpr char kLockCohorts[] = "SELECT COUNT(*) FROM cohort FOR UPDATE";
constexpr char kWaiting[] =
    "SELECT COUNT(*) FROM information_schema.processlist"
    " WHERE id <> CONNECTION_ID() AND info LIKE '%FROM cohort%FOR UPDATE%'";

// The port in the line that says that it serves; 0 where it never does.
int AwaitServing(Child& child) {
  while (auto line = child.ReadLine()) {
    if (!absl::StrContains(*line, "\"event\":\"serving\"")) continue;
    const size_t at = line->find("\"port\":");
    if (at != std::string::npos) return std::atoi(line->c_str() + at + 7);
  }
  return 0;
}

TEST(DrainTest, CallsInFlightEndWellAfterHealthHasSaidNotServing) {
  Team* const team = SharedTeam();
  ASSERT_NE(team, nullptr);
  // A second replica of the enrolment service.
  std::vector<std::string> command = team->Command("enrolment");
  command.push_back("--drain_grace=60s");
  Child replica(command);
  const int port = AwaitServing(replica);
  ASSERT_GT(port, 0);
  auto channel = team->Direct("enrolment", "gateway", absl::StrCat("127.0.0.1:", port));
  ASSERT_THAT(channel, IsOk());

  rpc::CallContext context;
  context.deadline = time::SystemClock().Now() + absl::Minutes(2);
  auto health = (*channel)->OpenStream<google::protobuf::Empty, HealthAnswer>(
      "grpc.health.v1.Health/Watch", context);
  ASSERT_TRUE(health.Write(google::protobuf::Empty()));
  health.WritesDone();
  HealthAnswer state;
  ASSERT_TRUE(health.Read(&state));
  ASSERT_EQ(state.value(), kServing);

  context.principal.emplace();
  context.principal->subject = team->coach().id;
  context.principal->organisation = *id::Uuid::Parse(team->organisation_id());
  context.principal->roles = {ROLE_COACH};
  context.principal->expires = context.deadline;
  absl::StatusOr<enrolment::v1::OpenCohortResponse> answer;
  const auto draft = team->As(ROLE_COACH, team->coach())
                         .Call<enrolment::v1::CreateCohortResponse>(
                             absl::StrCat(kEnrolmentService, "CreateCohort"), NewCohort(*team));
  ASSERT_THAT(draft, IsOk());
  std::atomic<bool> answered = false;
  std::thread caller;

  // The call waits for the rows that this transaction holds.
  auto database = team->Database("enrolment");
  ASSERT_THAT(database, IsOk());
  const absl::Status held = db::Transaction(
      **database, context.deadline, [&](db::Connection& connection) -> absl::Status {
        RETURN_IF_ERROR(connection.Query(kLockCohorts).status());
        caller = std::thread([&] {
          enrolment::v1::OpenCohortRequest request;
          request.set_name(draft->cohort().name());
          request.set_request_id(team->journey().NewRequestId());
          answer = (*channel)->Call<enrolment::v1::OpenCohortResponse>(
              absl::StrCat(kEnrolmentService, "OpenCohort"), request, context);
          answered = true;
        });
        EXPECT_TRUE(Eventually([&] {
          auto waiting = connection.Query(kWaiting);
          return waiting.ok() && (*waiting)[0].Int(0) > 0;
        }));
        replica.Signal(SIGTERM);
        EXPECT_TRUE(health.Read(&state));
        EXPECT_EQ(state.value(), kNotServing);
        health.Cancel();  // whoever watches on would be waited for
        EXPECT_FALSE(answered);
        return absl::OkStatus();
      });
  EXPECT_THAT(held, IsOk());
  caller.join();
  EXPECT_THAT(answer, IsOk());
  EXPECT_EQ(replica.Wait(), 0);
}

}  // namespace
}  // namespace dap::tests
