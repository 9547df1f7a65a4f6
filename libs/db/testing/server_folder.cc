#include "libs/db/testing/server_folder.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/clock.h"

namespace dap::db::testing {
namespace {

namespace fs = std::filesystem;

constexpr absl::string_view kRun = "run-";
constexpr absl::Duration kEnd = absl::Seconds(10);

// Held while the template is made or folders are removed, by one process at a time.
class FolderLock {
 public:
  FolderLock()
      : fd_(open(absl::StrCat(ServersFolder(), "/lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC,
                 0644)) {
    flock(fd_, LOCK_EX);
  }
  ~FolderLock() { close(fd_); }

 private:
  const int fd_;
};

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

int64_t ReadNumber(const fs::path& path) {
  return std::strtoll(ReadFile(path).c_str(), nullptr, 10);
}

// A process's number may be another's by now, so it is asked for the folder in its command line.
pid_t ServerOf(const std::string& folder) {
  const pid_t pid = static_cast<pid_t>(ReadNumber(fs::path(folder) / "server.pid"));
  if (pid <= 0) return 0;
  const std::string command = ReadFile(absl::StrCat("/proc/", pid, "/cmdline"));
  return absl::StrContains(command, absl::StrCat("--datadir=", folder, "/data")) ? pid : 0;
}

absl::Status MakeTemplate(const std::string& folder) {
  if (fs::exists(folder)) return absl::OkStatus();
  const std::string half = folder + ".half";
  fs::remove_all(half);
  const std::string log = absl::StrCat(ServersFolder(), "/install.log");
  // Named from within its folder: mariadb-install-db takes no path with a space.
  const std::string command =
      absl::StrCat("cd '", ServersFolder(), "' && ", MariadbProgram("mariadb-install-db"),
                   " --no-defaults --auth-root-authentication-method=normal",
                   // --force: also where no name server knows this machine.
                   " --skip-test-db --force --innodb-log-file-size=32M --innodb-undo-tablespaces=0",
                   " --datadir='./", fs::path(half).filename().string(), "'",
                   geteuid() == 0 ? " --user=root" : "", " >install.log 2>&1");
  if (std::system(command.c_str()) != 0) {
    return status::Internal(absl::StrCat("mariadb-install-db failed:\n", ReadFile(log)));
  }
  fs::rename(half, folder);
  return absl::OkStatus();
}

}  // namespace

const std::string& ServersFolder() {
  static const std::string* const folder = [] {
    const char* set = std::getenv("DAP_TEST_MARIADB");
    auto* path = new std::string(set != nullptr ? set : DAP_MARIADB_FOLDER);
    fs::create_directories(*path);
    return path;
  }();
  return *folder;
}

std::string MariadbProgram(absl::string_view name) {
  for (absl::string_view folder : {"/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"}) {
    std::string path = absl::StrCat(folder, "/", name);
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return std::string(name);
}

absl::StatusOr<std::string> MakeServerFolder() {
  static std::atomic<int> count = 0;
  const std::string model = absl::StrCat(ServersFolder(), "/template");
  const std::string folder = absl::StrCat(ServersFolder(), "/", kRun, getpid(), "-", ++count);
  {
    FolderLock lock;
    RETURN_IF_ERROR(MakeTemplate(model));
    fs::create_directories(folder);
    SetOwner(folder, getpid());
  }
  std::error_code error;
  fs::copy(model, folder + "/data", fs::copy_options::recursive, error);
  if (error) return status::Internal(absl::StrCat("can't copy ", model, ": ", error.message()));
  return folder;
}

void SetOwner(absl::string_view folder, pid_t owner) {
  std::ofstream(absl::StrCat(folder, "/owner")) << owner;
}

void RemoveAbandonedFolders() {
  FolderLock lock;
  for (const auto& entry : fs::directory_iterator(ServersFolder())) {
    const std::string folder = entry.path().string();
    if (!absl::StartsWith(entry.path().filename().string(), kRun)) continue;
    const auto owner = static_cast<pid_t>(ReadNumber(entry.path() / "owner"));
    if (owner > 0 && kill(owner, 0) != 0 && errno == ESRCH) RemoveFolder(folder);
  }
}

void RemoveFolder(const std::string& folder) {
  const time::SystemClock clock;
  const absl::Time until = clock.Now() + kEnd;
  while (const pid_t pid = ServerOf(folder)) {
    kill(pid, SIGKILL);
    // Not always our child; where it is, it stays in the table until waited for.
    waitpid(pid, nullptr, WNOHANG);
    if (clock.Now() > until) break;
    absl::SleepFor(absl::Milliseconds(10));
  }
  std::error_code ignored;
  fs::remove_all(folder, ignored);
}

bool ServesFolder(Connection& connection, absl::string_view folder) {
  const auto row = connection.QueryOne("SELECT @@datadir");
  return row.ok() && row->has_value() && (*row)->String(0) == absl::StrCat(folder, "/data/");
}

}  // namespace dap::db::testing
