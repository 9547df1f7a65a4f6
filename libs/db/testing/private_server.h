// A MariaDB server of a test's own, to stop, kill and start again.
#ifndef DAP_LIBS_DB_TESTING_PRIVATE_SERVER_H_
#define DAP_LIBS_DB_TESTING_PRIVATE_SERVER_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/db/options.h"

namespace dap::db::testing {

// One mariadbd with its own data folder and a free port on 127.0.0.1, durable at every commit
// (innodb_flush_log_at_trx_commit=1) and small. Its superuser is `root` without a password. A start
// takes about a second. Not thread-safe, but others may use the server meanwhile.
class PrivateServer {
 public:
  // Starts one and waits until it answers. Also removes what earlier, crashed runs left behind.
  // `settings` are more words of its command line ("--ssl-cert=…").
  static absl::StatusOr<std::unique_ptr<PrivateServer>> Start(
      std::vector<std::string> settings = {});
  // Kills it and removes its data, unless it was detached.
  ~PrivateServer();
  PrivateServer(const PrivateServer&) = delete;
  PrivateServer& operator=(const PrivateServer&) = delete;

  // An orderly stop (SIGTERM); returns when it has ended.
  absl::Status Stop();
  // As a power cut would (SIGKILL); returns when it has ended.
  absl::Status Kill();
  // Starts it again after either, on the same port and data, and waits until it answers.
  absl::Status Restart();

  // Lets it run on after this ends; it is the caller's to end, by the process returned.
  pid_t Detach();

  bool running() const { return pid_ > 0; }
  // The superuser's.
  Options options() const;
  int port() const { return port_; }
  const std::string& folder() const { return folder_; }

 private:
  PrivateServer(std::string folder, int port, std::vector<std::string> settings)
      : folder_(std::move(folder)), port_(port), settings_(std::move(settings)) {}
  absl::Status Spawn();
  absl::Status AwaitAnswer();
  absl::Status End(int signal);

  std::string folder_;
  int port_;
  std::vector<std::string> settings_;
  pid_t pid_ = 0;
  bool detached_ = false;
};

}  // namespace dap::db::testing

#endif  // DAP_LIBS_DB_TESTING_PRIVATE_SERVER_H_
