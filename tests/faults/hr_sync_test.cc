// An upload of the HR system goes on where it was, whatever dies in the middle of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/db/transaction.h"
#include "libs/status/matchers.h"
#include "tests/faults/child.h"
#include "tests/faults/team.h"

namespace dap::tests {
namespace {

using options::v1::ROLE_HR_SYSTEM;
using status::IsOk;
using testing::HasSubstr;

constexpr int kPeople = 20000;

class HrSyncFaultsTest : public testing::Test {
 protected:
  void SetUp() override {
    auto started = Team::Start();
    ASSERT_THAT(started, IsOk());
    team_ = *std::move(started);
    auto database = team_->Database("enrolment");
    ASSERT_THAT(database, IsOk());
    database_ = *std::move(database);
    csv_ = team_->system().folder() + "/many.csv";
    std::ofstream csv(csv_);
    csv << "kind,external_id,display_name,email\n";
    for (int i = 0; i < kPeople; ++i) {
      csv << "person,m" << i << ",Person " << i << ",m" << i << "@many.example.org\n";
    }
  }

  int64_t Count(absl::string_view sql) {
    const absl::Time deadline = time::SystemClock().Now() + absl::Seconds(30);
    const auto row = db::Read(*database_, deadline, [&](db::Connection& connection) {
      return connection.QueryOne(sql, {*id::Uuid::Parse(team_->organisation_id())});
    });
    EXPECT_THAT(row, IsOk());
    return row.ok() && row->has_value() && !(*row)->IsNull(0) ? (*row)->Int(0) : 0;
  }
  // How many records of the upload are durable.
  int64_t Received() {
    return Count("SELECT MAX(received) FROM sync_run WHERE organisation = ? AND source = 'many'");
  }

  std::vector<std::string> Upload() {
    const auto hr = team_->system().As(ROLE_HR_SYSTEM, "hr-system", team_->organisation_id());
    EXPECT_THAT(hr, IsOk());
    return {Program("dapctl"),
            absl::StrCat("--gateway=", team_->system().gateway()),
            absl::StrCat("--tls_ca=", team_->system().ca_file()),
            absl::StrCat("--token=", hr->token()),
            "hr-sync",
            csv_,
            "--full",
            "--apply",
            "--source=many"};
  }

  std::unique_ptr<Team> team_;
  std::unique_ptr<db::Pool> database_;
  std::string csv_;
};

TEST_F(HrSyncFaultsTest, AnUploadIsAppliedOnceAfterCrashesOfServiceAndGateway) {
  System& system = team_->system();
  Child upload(Upload());
  int64_t before = 0;
  for (const char* process : {"enrolment", "gateway"}) {
    SCOPED_TRACE(process);
    ASSERT_TRUE(Eventually([&] { return Received() > before; }));
    // It stands still, so that it is in the middle when the process dies.
    upload.Signal(SIGSTOP);
    before = Received();
    EXPECT_LT(before, kPeople);
    ASSERT_THAT(system.KillProcess(process), IsOk());
    ASSERT_THAT(system.StartProcess(process), IsOk());
    before = Received();
    upload.Signal(SIGCONT);
  }
  std::vector<std::string> said;
  while (auto line = upload.ReadLine()) said.push_back(*line);
  EXPECT_EQ(upload.Wait(), 0) << absl::StrJoin(said, "\n");
  EXPECT_THAT(absl::StrJoin(said, "\n"), HasSubstr("APPLIED"));
  EXPECT_EQ(Count("SELECT COUNT(*) FROM staff_member WHERE organisation = ? AND source = 'many' "
                  "AND state = 1"),
            kPeople);
  EXPECT_EQ(Count("SELECT COUNT(DISTINCT external_id) FROM staff_member WHERE organisation = ? AND "
                  "source = 'many'"),
            kPeople);
  EXPECT_EQ(Count("SELECT COUNT(*) FROM sync_run WHERE organisation = ? AND source = 'many'"), 1);
}

}  // namespace
}  // namespace dap::tests
