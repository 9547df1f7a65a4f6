#include "tests/bench/child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "tests/bench/interrupt.h"

namespace dap::bench {
namespace {

constexpr int kWaits = 3000;  // of 10 ms

// Replaces this process, which was just forked.
[[noreturn]] void Become(const std::vector<char*>& argv, int log) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  execv(argv[0], argv.data());
  _exit(127);
}

// The port that a line {"event":"serving",…,"port":N,…} names; 0 where there is none yet. Sets
// `last` to the last line.
int ServingPort(const std::string& log, std::string& last) {
  std::ifstream in(log);
  const std::string port_field = "\"port\":";
  for (std::string line; std::getline(in, line); last = line) {
    const size_t at = line.find(port_field);
    if (at != std::string::npos && absl::StrContains(line, "\"serving\"")) {
      return std::atoi(line.c_str() + at + port_field.size());
    }
  }
  return 0;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Child>> Child::Start(const std::vector<std::string>& command,
                                                    const std::string& log) {
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const int file = open(log.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  const pid_t pid = fork();
  if (pid == 0) Become(argv, file);
  close(file);
  if (pid < 0) return status::Internal("can't start a process");
  std::unique_ptr<Child> child(new Child(pid));
  std::string last;
  for (int i = 0; i < kWaits; ++i) {
    if ((child->port_ = ServingPort(log, last)) != 0) return child;
    siginfo_t ended = {};
    waitid(P_PID, pid, &ended, WEXITED | WNOHANG | WNOWAIT);
    if (ended.si_pid == pid) break;
    RETURN_IF_ERROR(Pause(absl::Milliseconds(10)));
  }
  return status::Internal(absl::StrCat(command[0], " does not serve: ", last));
}

Child::~Child() {
  kill(pid_, SIGTERM);
  waitpid(pid_, nullptr, 0);
}

absl::Duration CpuTime(pid_t pid) {
  std::string stat;
  std::getline(std::ifstream(absl::StrCat("/proc/", pid, "/stat")), stat);
  // After the name in brackets, which may hold anything, utime and stime are fields 12 and 13.
  const std::vector<std::string> fields = absl::StrSplit(stat.substr(stat.rfind(')') + 1), ' ');
  int64_t user = 0;
  int64_t system = 0;
  if (fields.size() < 14 || !absl::SimpleAtoi(fields[12], &user) ||
      !absl::SimpleAtoi(fields[13], &system)) {
    return absl::ZeroDuration();
  }
  return absl::Seconds(user + system) / sysconf(_SC_CLK_TCK);
}

double ResidentMegabytes(pid_t pid) {
  std::ifstream in(absl::StrCat("/proc/", pid, "/status"));
  for (std::string line; std::getline(in, line);) {
    if (absl::StartsWith(line, "VmRSS:")) return std::atof(line.c_str() + 6) * 1024 / 1e6;
  }
  return 0;
}

std::string ProgramFolder() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path().string();
}

}  // namespace dap::bench
