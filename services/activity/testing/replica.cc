#include "services/activity/testing/replica.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/clock.h"

namespace dap::activity {
namespace {

// The port of the line {"event":"serving",…,"port":N,…}; 0 where there is none yet.
int ServingPort(const std::string& log, std::string& last) {
  std::ifstream in(log);
  const std::string field = "\"port\":";
  for (std::string line; std::getline(in, line); last = line) {
    const size_t at = line.find(field);
    if (at != std::string::npos && absl::StrContains(line, "\"serving\"")) {
      return std::atoi(line.c_str() + at + field.size());
    }
  }
  return 0;
}

}  // namespace

Replica::~Replica() { Kill(); }

absl::Status Replica::Start() {
  std::vector<char*> argv;
  for (const std::string& word : command_) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const int log = open(log_.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  pid_ = fork();
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    execv(argv[0], argv.data());
    _exit(127);
  }
  close(log);
  if (pid_ < 0) return status::Internal("can't start a process");
  return AwaitServing();
}

absl::Status Replica::AwaitServing() {
  const time::SystemClock machine;
  const absl::Time until = machine.Now() + absl::Minutes(1);
  absl::Notification never;  // what is waited for is in another process
  std::string last;
  while (machine.Now() < until) {
    if (const int port = ServingPort(log_, last); port != 0) {
      rpc::ChannelOptions options = to_;
      options.target = absl::StrCat("127.0.0.1:", port);
      ASSIGN_OR_RETURN(auto channel, rpc::Channel::Open(options));
      absl::MutexLock lock(&mutex_);
      channel_ = std::move(channel);
      return absl::OkStatus();
    }
    siginfo_t ended = {};
    waitid(P_PID, pid_, &ended, WEXITED | WNOHANG | WNOWAIT);
    if (ended.si_pid == pid_) break;
    never.WaitForNotificationWithTimeout(absl::Milliseconds(10));
  }
  return status::Internal(absl::StrCat(command_[0], " does not serve: ", last));
}

void Replica::Kill() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

std::shared_ptr<rpc::Channel> Replica::channel() const {
  absl::MutexLock lock(&mutex_);
  return channel_;
}

}  // namespace dap::activity
