#include "tests/bench/running.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::bench {
namespace {

// All its threads; those they start later inherit it.
void Allow(pid_t process, const cpu_set_t& cores) {
  std::error_code gone;
  const std::string tasks = absl::StrCat("/proc/", process, "/task");
  for (const auto& task : std::filesystem::directory_iterator(tasks, gone)) {
    pid_t thread = 0;
    if (!absl::SimpleAtoi(task.path().filename().string(), &thread)) continue;
    sched_setaffinity(thread, sizeof cores, &cores);
  }
}

// The one of these with this place.
cpu_set_t Core(const cpu_set_t& cores, int place) {
  cpu_set_t one;
  CPU_ZERO(&one);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &cores) && place-- == 0) CPU_SET(cpu, &one);
  }
  return one;
}

}  // namespace

absl::StatusOr<pid_t> PidOf(const tests::System& system, const std::string& name) {
  pid_t pid = 0;
  std::ifstream(absl::StrCat(system.folder(), "/run/", name, ".pid")) >> pid;
  if (pid == 0) return status::Internal(absl::StrCat(name, " does not run"));
  return pid;
}

absl::StatusOr<db::Options> DatabaseOf(const tests::System& system, const std::string& service) {
  db::Options database;
  const std::vector<std::string> address = absl::StrSplit(system.Address("MARIADB"), ':');
  if (!absl::SimpleAtoi(address.at(1), &database.port)) return status::Internal("no port");
  database.user = database.schema = absl::StrCat("dap_", service);
  std::getline(
      std::ifstream(absl::StrCat(system.folder(), "/secrets/", database.user, ".password")),
      database.password);
  return database;
}

absl::Status StopListeners(tests::System& system) {
  for (const char* listener : {"notification", "goals", "enrolment"}) {
    RETURN_IF_ERROR(system.StopProcess(listener));
  }
  return absl::OkStatus();
}

Apart::Apart(const std::vector<pid_t>& others) : others_(others) {
  sched_getaffinity(0, sizeof both_, &both_);
  Allow(getpid(), Core(both_, 0));
  for (pid_t other : others_) Allow(other, Core(both_, 1));
}

Apart::~Apart() {
  Allow(getpid(), both_);
  for (pid_t other : others_) Allow(other, both_);
}

}  // namespace dap::bench
