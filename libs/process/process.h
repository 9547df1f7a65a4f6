// What every process of the system has: flags, clock, ids, metrics, database, peers, and a life
// that ends well on SIGTERM. A main.cc says what is its own:
//
//   int main(int argc, char** argv) {
//     return dap::process::Main(argc, argv, {.name = "goals", .migrations = {...}},
//                               [](dap::process::Process& process) { ...; return
//                               process.Serve({&service}); });
//   }
#ifndef DAP_LIBS_PROCESS_PROCESS_H_
#define DAP_LIBS_PROCESS_PROCESS_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "libs/db/migration.h"
#include "libs/db/pool.h"
#include "libs/id/uuid.h"
#include "libs/process/options.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/page_token.h"
#include "libs/rpc/server.h"
#include "libs/telemetry/metrics.h"
#include "libs/time/clock.h"

namespace dap::process {

// A service's own tables, or those that a library keeps in its schema.
struct MigrationSet {
  absl::string_view service;
  absl::Span<const db::Migration> migrations;
};

struct Program {
  // "goals": its binary is dap-goals, its certificate names goals.dap.internal.
  std::string name;
  // Applied in order at start, or alone with --migrate. A program without any has no database.
  std::vector<MigrationSet> migrations;
};

// Everything here lives until Main returns. Thread-safe but for Serve.
class Process {
 public:
  const std::string& name() const { return name_; }
  const Options& options() const { return options_; }
  const time::Clock& clock() const { return *clock_; }
  id::Generator& ids() { return ids_; }
  prometheus::Registry& registry() { return metrics_->registry(); }
  // Not for a program without migrations.
  db::Pool& pool() { return *pool_; }
  const rpc::PageTokens& page_tokens() const { return *page_tokens_; }

  // A channel over mutual TLS to a peer ("enrolment"). INVALID_ARGUMENT where its flag is not set.
  absl::StatusOr<std::shared_ptr<rpc::Channel>> Peer(absl::string_view name) const;

  // What the flags say of the server: mutual TLS, as many workers as database connections.
  rpc::ServerOptions server_options();

  // Runs `stop` when draining begins: for what would hold it up, such as long polls.
  void WhenDraining(std::function<void()> stop) { when_draining_.push_back(std::move(stop)); }

  // Serves until SIGTERM or SIGINT, then drains within --drain_grace. Returns the error where it
  // can't start. Whatever the body made is destroyed after it, so stops in the order of scopes.
  absl::Status Serve(const std::vector<rpc::Service*>& services) {
    return Serve(server_options(), services);
  }
  absl::Status Serve(const rpc::ServerOptions& options, const std::vector<rpc::Service*>& services,
                     const std::vector<rpc::RawService*>& raw = {});

 private:
  friend absl::Status Run(const Program& program, absl::FunctionRef<absl::Status(Process&)> body);
  Process(std::string name, Options options);
  absl::Status OpenDatabase(const std::vector<MigrationSet>& migrations);

  const std::string name_;
  const Options options_;
  const std::unique_ptr<time::Clock> clock_;
  id::Generator ids_;
  std::unique_ptr<telemetry::Metrics> metrics_;
  std::unique_ptr<db::Pool> pool_;
  std::unique_ptr<rpc::PageTokens> page_tokens_;
  std::vector<std::function<void()>> when_draining_;
};

// Parses the flags, sets everything up, migrates, runs `body`. Exit status: 0 where it ended well,
// 1 where it could not start, with one line on stderr that names the cause.
int Main(int argc, char** argv, const Program& program,
         absl::FunctionRef<absl::Status(Process&)> body);

}  // namespace dap::process

#endif  // DAP_LIBS_PROCESS_PROCESS_H_
