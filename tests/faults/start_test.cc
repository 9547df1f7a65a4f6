// A start that can't be fails with one line that names the cause.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "tests/faults/child.h"
#include "tests/faults/team.h"

namespace dap::tests {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

struct Ended {
  int status = 0;
  // Log lines (JSON) left out.
  std::vector<std::string> said;
};

// To the end, or until the program serves, which it must not.
Ended RunToEnd(const std::vector<std::string>& command) {
  Ended ended;
  Child child(command);
  while (auto line = child.ReadLine()) {
    if (absl::StrContains(*line, "\"serving\"")) {
      ended.said.push_back("it serves");
      child.Signal(SIGKILL);
    }
    if (!absl::StartsWith(*line, "{")) ended.said.push_back(*line);
  }
  ended.status = child.Wait();
  return ended;
}

void ExpectOneLine(const Ended& ended, const std::string& cause) {
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.said, SizeIs(1));
  EXPECT_THAT(absl::StrJoin(ended.said, "\n"), HasSubstr(cause));
}

TEST(StartTest, AServiceThatCanNotStartNamesTheCauseInOneLine) {
  Team* const team = SharedTeam();
  ASSERT_NE(team, nullptr);
  System& system = team->system();
  const std::string wrong_password = system.folder() + "/wrong.password";
  std::ofstream(wrong_password) << "not this one\n";
  const std::string metrics = system.Address("GOALS_METRICS");
  struct Row {
    std::string word;
    std::string cause;
  };
  for (const Row& row : {
           Row{absl::StrCat("--listen=", system.Address("GOALS")), system.Address("GOALS")},
           Row{absl::StrCat("--metrics_listen=", metrics), metrics},
           Row{"--listen=nowhere", "--listen"},
           Row{"--db_port=0", "--db_port"},
           Row{"--db_port=many", "db_port"},
           Row{"--drain_grace=soon", "drain_grace"},
           Row{"--databse=x", "databse"},
           Row{"listen=127.0.0.1:0", "listen=127.0.0.1:0"},
           Row{"--tls_cert=/nowhere/goals.pem", "/nowhere/goals.pem"},
           Row{"--tls_key=/nowhere/goals.key", "/nowhere/goals.key"},
           Row{"--tls_ca=/nowhere/ca.pem", "/nowhere/ca.pem"},
           Row{"--page_token_key_file=/nowhere/key", "/nowhere/key"},
           Row{"--db_password_file=/nowhere/password", "/nowhere/password"},
           Row{absl::StrCat("--db_password_file=", wrong_password), "dap_goals"},
           Row{"--db_schema=dap_nowhere", "dap_nowhere"},
           Row{"--db_port=1", "127.0.0.1:1"},
           Row{"--enrolment=", "--enrolment"},
       }) {
    SCOPED_TRACE(row.word);
    std::vector<std::string> command = team->Command("goals");
    command.push_back(row.word);  // the last one of a flag holds
    ExpectOneLine(RunToEnd(command), row.cause);
  }
}

// tools/dap's own parts, in a shell of their own.
std::vector<std::string> Script(const std::string& script) {
  return {"/bin/bash", "-c", absl::StrCat("source ", DAP_TEST_TOOLS, "/common.sh; ", script)};
}

TEST(StartTest, AFolderThatCanNotBeMadeIsNamed) {
  // Nobody, root included, makes a folder there.
  ExpectOneLine(RunToEnd(Script("DAP_DIR=/proc/dap; prepare_state")), "/proc/dap");
}

TEST(StartTest, ADiskWithoutRoomIsNamed) {
  const std::string folder = testing::TempDir() + "dap-full-XXXXXX";
  const std::string mount = absl::StrCat(
      "place=$(mktemp -d ", folder, "); trap 'rmdir \"$place\"' EXIT; ",
      "unshare --map-root-user --mount bash -c 'mount -t tmpfs -o size=1m none \"$0\" && ");
  if (RunToEnd(Script(absl::StrCat(mount, "true' \"$place\""))).status != 0) {
    GTEST_SKIP() << "a small file system can't be mounted here";
  }
  ExpectOneLine(RunToEnd(Script(absl::StrCat(mount, "source ", DAP_TEST_TOOLS,
                                             "/common.sh; DAP_DIR=$0; check_disk' \"$place\""))),
                "MB free at");
}

}  // namespace
}  // namespace dap::tests
