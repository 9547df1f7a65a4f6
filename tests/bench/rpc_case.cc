#include "absl/strings/str_cat.h"
#include "dap/rpc/testing/v1/probe.pb.h"
#include "libs/rpc/channel.h"
#include "libs/status/macros.h"
#include "tests/bench/cases.h"
#include "tests/bench/child.h"
#include "tests/bench/load.h"

namespace dap::bench {
namespace {

constexpr int kOutstanding = 64;
constexpr double kGoal = 0.85;

absl::StatusOr<std::unique_ptr<Child>> StartServer(const Settings& settings,
                                                   const std::string& name) {
  return Child::Start({absl::StrCat(ProgramFolder(), "/dap_bench"), "--serve", name},
                      absl::StrCat(settings.folder, "/", name, ".log"));
}

absl::StatusOr<Load> LoadOn(int port) {
  rpc::ChannelOptions options;
  options.target = absl::StrCat("127.0.0.1:", port);
  options.insecure_for_tests = true;
  ASSIGN_OR_RETURN(auto channel, rpc::Channel::Open(options));
  rpc::testing::v1::EchoRequest request;
  request.set_text("sixteen letters!");
  const std::string bytes = request.SerializeAsString();
  Load load = {channel->grpc_channel(), "/dap.rpc.testing.v1.ProbeService/Echo", {}};
  load.callers.resize(kOutstanding, {{}, {}, [bytes] { return bytes; }});
  return load;
}

}  // namespace

absl::StatusOr<Result> RpcCase(const Settings& settings) {
  ASSIGN_OR_RETURN(auto bare, StartServer(settings, "bare-echo"));
  ASSIGN_OR_RETURN(auto ours, StartServer(settings, "rpc-echo"));
  ASSIGN_OR_RETURN(const Load to_bare, LoadOn(bare->port()));
  ASSIGN_OR_RETURN(const Load to_ours, LoadOn(ours->port()));
  const std::vector<Watched> watch_bare = {{"server", bare->pid()}};
  const std::vector<Watched> watch_ours = {{"server", ours->pid()}};
  Result result = {.name = "rpc", .title = "unary no-op, 64 outstanding, no TLS"};
  ASSIGN_OR_RETURN(
      result.series,
      MeasureInTurns("rpc", settings.rounds,
                     {{"bare gRPC", [&] { return Run(to_bare, settings.time, watch_bare); }},
                      {"libs/rpc", [&] { return Run(to_ours, settings.time, watch_ours); }}}));
  result.figures = {RateRatio(result.series, "libs/rpc", "bare gRPC", kGoal)};
  return result;
}

}  // namespace dap::bench
