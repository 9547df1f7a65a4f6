#include "libs/db/testing/private_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/db/connection.h"
#include "libs/db/testing/server_folder.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/clock.h"

namespace dap::db::testing {
namespace {

constexpr absl::Duration kStart = absl::Seconds(60);
constexpr absl::Duration kLookAgain = absl::Milliseconds(20);
constexpr int kTries = 5;

absl::Status Problem(absl::string_view what, absl::string_view folder) {
  std::ifstream log(absl::StrCat(folder, "/server.log"));
  std::stringstream text;
  text << log.rdbuf();
  return status::Internal(absl::StrCat(what, "\n", text.str()));
}

// Free when asked; somebody else may still take it before the server does.
int FreePort() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  bind(fd, reinterpret_cast<sockaddr*>(&address), length);
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
  close(fd);
  return ntohs(address.sin_port);
}

}  // namespace

absl::StatusOr<std::unique_ptr<PrivateServer>> PrivateServer::Start(
    std::vector<std::string> settings) {
  RemoveAbandonedFolders();
  absl::Status last;
  for (int i = 0; i < kTries; ++i) {
    ASSIGN_OR_RETURN(std::string folder, MakeServerFolder());
    std::unique_ptr<PrivateServer> server(
        new PrivateServer(std::move(folder), FreePort(), settings));
    last = server->Restart();
    if (last.ok()) return server;
  }
  return last;
}

PrivateServer::~PrivateServer() {
  if (detached_) return;
  Kill().IgnoreError();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

Options PrivateServer::options() const {
  Options options;
  options.port = port_;
  options.user = "root";
  return options;
}

absl::Status PrivateServer::Restart() {
  if (running()) return status::Internal("the server runs already");
  RETURN_IF_ERROR(Spawn());
  return AwaitAnswer();
}

absl::Status PrivateServer::Spawn() {
  std::vector<std::string> words = {
      MariadbProgram("mariadbd"),
      "--no-defaults",
      absl::StrCat("--datadir=", folder_, "/data"),
      // Its own: a server that starts removes what it takes for left-over tables there.
      absl::StrCat("--tmpdir=", folder_),
      absl::StrCat("--socket=", folder_, "/s"),
      absl::StrCat("--pid-file=", folder_, "/server.pid"),
      absl::StrCat("--log-error=", folder_, "/server.log"),
      absl::StrCat("--port=", port_),
      "--bind-address=127.0.0.1",
      "--skip-name-resolve",
      "--character-set-server=utf8mb4",
      "--innodb-flush-log-at-trx-commit=1",
      "--innodb-buffer-pool-size=64M",
      "--innodb-log-file-size=32M",
      "--innodb-log-buffer-size=8M",
      "--aria-pagecache-buffer-size=1M",
      "--key-buffer-size=1M",
      "--max-connections=300",
      "--performance-schema=OFF",
  };
  words.insert(words.end(), settings_.begin(), settings_.end());
  if (geteuid() == 0) words.push_back("--user=root");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t pid = fork();
  if (pid < 0) return status::Internal("fork failed");
  if (pid == 0) {
    // Out of the terminal's group: an interrupt there is the test program's to handle.
    setsid();
    const int null = open("/dev/null", O_RDWR);
    for (int fd = 0; fd < 3; ++fd) dup2(null, fd);
    execv(argv[0], argv.data());
    _exit(127);
  }
  pid_ = pid;
  return absl::OkStatus();
}

absl::Status PrivateServer::AwaitAnswer() {
  const time::SystemClock clock;
  const absl::Time until = clock.Now() + kStart;
  while (clock.Now() < until) {
    int state;
    if (waitpid(pid_, &state, WNOHANG) == pid_) {
      pid_ = 0;
      return Problem("the database server ended at its start", folder_);
    }
    if (absl::StatusOr<std::unique_ptr<Connection>> connection = Connection::Open(options());
        connection.ok()) {
      return ServesFolder(**connection, folder_)
                 ? absl::OkStatus()
                 : status::Internal("another database server took the port");
    }
    absl::SleepFor(kLookAgain);
  }
  return Problem("the database server does not answer", folder_);
}

absl::Status PrivateServer::Stop() { return End(SIGTERM); }
absl::Status PrivateServer::Kill() { return End(SIGKILL); }

absl::Status PrivateServer::End(int signal) {
  if (!running()) return absl::OkStatus();
  kill(pid_, signal);
  int state;
  while (waitpid(pid_, &state, 0) < 0 && errno == EINTR) {
  }
  pid_ = 0;
  return absl::OkStatus();
}

pid_t PrivateServer::Detach() {
  detached_ = true;
  return pid_;
}

}  // namespace dap::db::testing
