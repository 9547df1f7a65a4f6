// The whole system for a test: five processes with mutual TLS, MariaDB and an SMTP server, as
// `tools/dap up` starts them, in a folder and on ports of its own.
#ifndef DAP_TESTS_SYSTEM_SYSTEM_H_
#define DAP_TESTS_SYSTEM_SYSTEM_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "libs/auth/token_minter.h"
#include "libs/rpc/channel.h"
#include "libs/time/clock.h"

namespace dap::tests {

// Somebody at the gateway with a token of their own. Cheap to copy.
class Client {
 public:
  Client(std::shared_ptr<rpc::Channel> channel, std::string token)
      : channel_(std::move(channel)), token_(std::move(token)) {}

  template <typename Resp>
  absl::StatusOr<Resp> Call(absl::string_view method, const google::protobuf::Message& request,
                            absl::Duration patience = absl::Seconds(30)) const {
    return channel_->Call<Resp>(method, request, Context(patience));
  }
  rpc::CallContext Context(absl::Duration patience) const;
  rpc::Channel& channel() const { return *channel_; }
  const std::string& token() const { return token_; }

 private:
  std::shared_ptr<rpc::Channel> channel_;
  std::string token_;
};

// Not thread-safe but for As and the clients it gives.
class System {
 public:
  // INTERNAL with the end of the log where it does not come up.
  static absl::StatusOr<std::unique_ptr<System>> Start();
  // Stops everything. The folder stays where a test has failed, and is told on stderr.
  ~System();

  // A client with a token for this person (UUID text, or a system's name).
  absl::StatusOr<Client> As(options::v1::Role role, absl::string_view subject,
                            absl::string_view organisation) const;

  // Stops, kills or starts processes by name ("activity", "mariadb"). Start waits until it is
  // healthy.
  absl::Status StopProcess(absl::string_view name) { return Stand({"stop", std::string(name)}); }
  absl::Status KillProcess(absl::string_view name) { return Stand({"kill", std::string(name)}); }
  absl::Status StartProcess(absl::string_view name) { return Stand({"start", std::string(name)}); }

  // The programme's clock, which all four services share.
  absl::Time Now() const { return clock_->Now(); }
  // Moves it forward, so that it says `to` within a second.
  void MoveClockTo(absl::Time to);

  // Runs one of our programs with output to stderr; false where it fails.
  bool RunProgram(absl::string_view name, const std::vector<std::string>& arguments) const;

  const std::string& folder() const { return folder_; }
  std::string gateway() const { return Address("GATEWAY"); }
  std::string Address(absl::string_view port_name) const;
  std::string ca_file() const { return folder_ + "/tls/ca.pem"; }
  // Every message that the SMTP server has taken so far, whole.
  std::vector<std::string> Mail() const;

 private:
  System() = default;
  absl::Status Stand(const std::vector<std::string>& arguments) const;
  absl::Status ReadPorts();

  std::string folder_;
  std::map<std::string, int> ports_;
  std::unique_ptr<time::ShiftedClock> clock_;
  std::unique_ptr<auth::TokenMinter> minter_;
  std::shared_ptr<rpc::Channel> gateway_;
};

// Asks until `done` is true, for at most two minutes; what it returned last.
bool Eventually(const std::function<bool()>& done);

}  // namespace dap::tests

#endif  // DAP_TESTS_SYSTEM_SYSTEM_H_
