// Whoever the HR system says has left can't go on with the token they have; whoever is back can.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/db/transaction.h"
#include "libs/status/error.h"
#include "libs/status/matchers.h"
#include "tests/faults/team.h"

namespace dap::tests {
namespace {

using options::v1::ROLE_HR_SYSTEM;
using options::v1::ROLE_PARTICIPANT;
using status::HasReason;
using status::IsOk;
using status::StatusIs;

class RevokedTest : public testing::Test {
 protected:
  void SetUp() override {
    team_ = SharedTeam();
    ASSERT_NE(team_, nullptr);
  }

  std::string ExternalId(const Person& person) {
    auto database = team_->Database("enrolment");
    EXPECT_THAT(database, IsOk());
    if (!database.ok()) return "";
    const absl::Time deadline = time::SystemClock().Now() + absl::Seconds(30);
    auto row = db::Read(**database, deadline, [&](db::Connection& connection) {
      return connection.QueryOne("SELECT external_id FROM staff_member WHERE staff_member = ?",
                                 {*id::Uuid::Parse(person.id)});
    });
    EXPECT_THAT(row, IsOk());
    return row.ok() && row->has_value() ? (*row)->String(0) : "";
  }

  // What the HR system tells of one person.
  bool Tell(const std::string& external_id, const std::string& left) {
    const std::string csv = absl::StrCat(team_->system().folder(), "/revoked.csv");
    std::ofstream(csv) << "kind,external_id,left\nperson," << external_id << "," << left << "\n";
    const auto hr = team_->system().As(ROLE_HR_SYSTEM, "hr-system", team_->organisation_id());
    return hr.ok() && team_->system().RunProgram(
                          "dapctl", {absl::StrCat("--gateway=", team_->system().gateway()),
                                     absl::StrCat("--tls_ca=", team_->system().ca_file()),
                                     absl::StrCat("--token=", hr->token()), "hr-sync", csv,
                                     "--delta", "--apply", "--source=payroll"});
  }

  Team* team_ = nullptr;
};

TEST_F(RevokedTest, ALeaversTokenStopsAndCountsAgainOnTheirReturn) {
  const Person& person = team_->colleague(7);
  const Client client = team_->As(ROLE_PARTICIPANT, person);
  const Client other = team_->As(ROLE_PARTICIPANT, team_->colleague(6));
  const auto ask = [](const Client& who) {
    return who
        .Call<goals::v1::ListFrameworksResponse>(absl::StrCat(kGoalsService, "ListFrameworks"),
                                                 goals::v1::ListFrameworksRequest())
        .status();
  };
  const std::string external_id = ExternalId(person);
  ASSERT_THAT(ask(client), IsOk());
  ASSERT_TRUE(Tell(external_id, "true"));
  ASSERT_TRUE(Eventually([&] { return !ask(client).ok(); }));
  EXPECT_THAT(ask(client), StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(ask(client), HasReason("TOKEN_REVOKED"));
  // A new token of the same person is no way in, and nobody else is kept out.
  EXPECT_THAT(ask(team_->As(ROLE_PARTICIPANT, person)), HasReason("TOKEN_REVOKED"));
  EXPECT_THAT(ask(other), IsOk());
  // A gateway that has just started knows it before its first call.
  ASSERT_THAT(team_->system().KillProcess("gateway"), IsOk());
  ASSERT_THAT(team_->system().StartProcess("gateway"), IsOk());
  absl::Status first;
  ASSERT_TRUE(Eventually([&] { return !absl::IsUnavailable(first = ask(client)); }));
  EXPECT_THAT(first, HasReason("TOKEN_REVOKED"));
  ASSERT_TRUE(Tell(external_id, "false"));
  EXPECT_TRUE(Eventually([&] { return ask(client).ok(); }));
}

}  // namespace
}  // namespace dap::tests
