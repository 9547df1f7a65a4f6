#include "libs/process/process.h"

#include <grpc/support/log.h>
#include <signal.h>

#include <cstdio>
#include <utility>

#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/synchronization/mutex.h"
#include "libs/process/order.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/telemetry/log.h"

namespace dap::process {
namespace {

using telemetry::Severity;

std::unique_ptr<time::Clock> MakeClock(const std::string& file) {
  if (file.empty()) return std::make_unique<time::SystemClock>();
  return std::make_unique<time::ShiftedClock>(file);
}

sigset_t EndSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

// Before any thread is made, so that all of them leave these signals to Serve.
void HoldSignals() {
  const sigset_t signals = EndSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

void WaitForEndSignal() {
  const sigset_t signals = EndSignals();
  int caught = 0;
  sigwait(&signals, &caught);
}

// The database's own words on a start that fails are told without the names in them.
absl::StatusOr<std::unique_ptr<db::Pool>> OpenPool(const db::Options& database) {
  auto pool = db::Pool::Create(database);
  if (pool.ok()) return pool;
  return absl::Status(
      pool.status().code(),
      absl::StrCat("schema ", database.schema, " as user ", database.user, " at ", database.host,
                   ":", database.port, ": ", pool.status().message()));
}

// What gRPC has to say of itself goes where everything goes, in its form.
void LogOfGrpc(gpr_log_func_args* line) {
  const Severity severity =
      line->severity == GPR_LOG_SEVERITY_ERROR ? Severity::kWarning : Severity::kInfo;
  telemetry::Log(severity, "grpc", {{"message", line->message}});
}

int CanNotStart(const Program& program, absl::string_view cause) {
  const bool has_order = Options::FromFlags().HasOrder();
  std::fprintf(stderr, "dap-%s %s: %s\n", program.name.c_str(),
               has_order ? "did nothing" : "can't start",
               absl::StrReplaceAll(cause, {{"\n", " "}}).c_str());
  return 1;
}

}  // namespace

Process::Process(std::string name, Options options)
    : name_(std::move(name)),
      options_(std::move(options)),
      clock_(MakeClock(options_.clock_file)),
      ids_(*clock_) {}

absl::StatusOr<std::shared_ptr<rpc::Channel>> Process::Peer(absl::string_view name) const {
  const absl::string_view target = options_.Peer(name);
  if (target.empty()) {
    return status::Invalid(absl::StrCat("--", name), "FLAG_INVALID", "is needed: host:port");
  }
  rpc::ChannelOptions channel;
  channel.target = std::string(target);
  channel.service = std::string(name);
  channel.tls_ca_file = options_.tls_ca;
  channel.tls_cert_file = options_.tls_cert;
  channel.tls_key_file = options_.tls_key;
  return rpc::Channel::Open(channel);
}

rpc::ServerOptions Process::server_options() {
  rpc::ServerOptions server;
  server.listen = options_.listen;
  server.security = rpc::Security::kMutualTls;
  server.tls_ca_file = options_.tls_ca;
  server.tls_cert_file = options_.tls_cert;
  server.tls_key_file = options_.tls_key;
  server.workers = options_.db_connections;
  server.logged_ok_calls_per_second = options_.logged_ok_calls_per_second;
  server.registry = &registry();
  return server;
}

absl::Status Process::OpenDatabase(const std::vector<MigrationSet>& migrations) {
  ASSIGN_OR_RETURN(const std::string key,
                   ReadSecret("page_token_key_file", options_.page_token_key_file));
  ASSIGN_OR_RETURN(rpc::PageTokens tokens, rpc::PageTokens::Create(key));
  page_tokens_ = std::make_unique<rpc::PageTokens>(std::move(tokens));
  ASSIGN_OR_RETURN(const db::Options database, options_.Database());
  ASSIGN_OR_RETURN(pool_, OpenPool(database));
  // Leases are of the machine's clock: the other may jump.
  const time::SystemClock machine_clock;
  for (const MigrationSet& set : migrations) {
    RETURN_IF_ERROR(db::Migrate(*pool_, set.service, set.migrations, machine_clock));
  }
  return absl::OkStatus();
}

absl::Status Process::Serve(const rpc::ServerOptions& options,
                            const std::vector<rpc::Service*>& services,
                            const std::vector<rpc::RawService*>& raw) {
  ASSIGN_OR_RETURN(std::unique_ptr<rpc::Server> server, rpc::Server::Start(options, services, raw));
  telemetry::Log(
      Severity::kInfo, "serving",
      {{"program", name_}, {"port", server->port()}, {"metrics_port", metrics_->port()}});
  WaitForEndSignal();
  telemetry::Log(Severity::kInfo, "draining", {{"program", name_}});
  server->SetServing(false);
  for (const std::function<void()>& stop : when_draining_) stop();
  server->Drain(options_.drain_grace);
  telemetry::Log(Severity::kInfo, "stopped", {{"program", name_}});
  return absl::OkStatus();
}

absl::Status Run(const Program& program, absl::FunctionRef<absl::Status(Process&)> body) {
  const bool with_database = !program.migrations.empty();
  Options options = Options::FromFlags();
  RETURN_IF_ERROR(options.Validate(with_database));
  Process process(program.name, std::move(options));
  // An order changes rows of the schema as it is.
  const bool has_order = process.options().HasOrder();
  if (with_database) {
    RETURN_IF_ERROR(
        process.OpenDatabase(has_order ? std::vector<MigrationSet>() : program.migrations));
  }
  if (has_order) {
    ASSIGN_OR_RETURN(const std::string done,
                     CarryOut(process.options(), process.pool(), process.clock()));
    std::printf("%s\n", done.c_str());
    return absl::OkStatus();
  }
  if (process.options().migrate) return absl::OkStatus();
  ASSIGN_OR_RETURN(process.metrics_, telemetry::Metrics::Start(process.options().metrics_listen));
  return body(process);
}

int Main(int argc, char** argv, const Program& program,
         absl::FunctionRef<absl::Status(Process&)> body) {
  HoldSignals();
  // Debian's Abseil looks for lock cycles at every lock, which costs a fifth of a small call's
  // time.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  absl::SetProgramUsageMessage(
      absl::StrCat("the ", program.name, " process of the Digital Action Plan"));
  gpr_set_log_function(LogOfGrpc);
  const std::vector<char*> words = absl::ParseCommandLine(argc, argv);
  if (words.size() > 1) {
    return CanNotStart(program, absl::StrCat("\"", words[1], "\" is no flag: they begin with --"));
  }
  const absl::Status ended = Run(program, body);
  return ended.ok() ? 0 : CanNotStart(program, ended.message());
}

}  // namespace dap::process
