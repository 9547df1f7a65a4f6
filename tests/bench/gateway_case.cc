#include "absl/strings/str_cat.h"
#include "dap/goals/v1/goals_service.pb.h"
#include "libs/auth/token_minter.h"
#include "libs/id/uuid.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/testing/certificates.h"
#include "libs/status/macros.h"
#include "libs/time/clock.h"
#include "tests/bench/cases.h"
#include "tests/bench/child.h"
#include "tests/bench/load.h"

namespace dap::bench {
namespace {

constexpr int kOutstanding = 64;
constexpr double kGoal = 0.85;
constexpr char kIssuer[] = "https://bench.dap.internal";
constexpr char kAudience[] = "dap";

// The backend, and the two hops before it.
struct Stand {
  rpc::testing::TestCa ca;
  rpc::testing::TestCa::Files goals_files = ca.IssueService("goals");
  rpc::testing::TestCa::Files gateway_files = ca.IssueService("gateway");
  std::unique_ptr<Child> backend;
  std::unique_ptr<Child> proxy;
  std::unique_ptr<Child> gateway;
};

absl::Status Start(const Settings& settings, Stand& stand) {
  const std::string self = absl::StrCat(ProgramFolder(), "/dap_bench");
  const auto log = [&](absl::string_view name) {
    return absl::StrCat(settings.folder, "/", name, ".log");
  };
  ASSIGN_OR_RETURN(stand.backend,
                   Child::Start({self, "--serve=backend", "--ca", stand.ca.ca_file(), "--cert",
                                 stand.goals_files.cert, "--key", stand.goals_files.key},
                                log("backend")));
  const std::string backend = absl::StrCat("localhost:", stand.backend->port());
  const auto& [cert, key] = stand.gateway_files;
  ASSIGN_OR_RETURN(stand.proxy,
                   Child::Start({self, "--serve=bare-proxy", "--target", backend, "--ca",
                                 stand.ca.ca_file(), "--cert", cert, "--key", key},
                                log("bare-proxy")));
  std::vector<std::string> gateway = {absl::StrCat(ProgramFolder(), "/dap-gateway"),
                                      "--listen=127.0.0.1:0",
                                      "--metrics_listen=127.0.0.1:0",
                                      "--calls_per_second=1e6",
                                      "--calls_burst=1e6",
                                      absl::StrCat("--tls_ca=", stand.ca.ca_file()),
                                      absl::StrCat("--tls_cert=", cert),
                                      absl::StrCat("--tls_key=", key),
                                      absl::StrCat("--jwks_file=", settings.folder, "/jwks.json"),
                                      absl::StrCat("--token_issuer=", kIssuer),
                                      absl::StrCat("--token_audience=", kAudience)};
  for (const char* peer : {"enrolment", "goals", "activity", "notification"}) {
    gateway.push_back(absl::StrCat("--", peer, "=", backend));
  }
  ASSIGN_OR_RETURN(stand.gateway, Child::Start(gateway, log("gateway")));
  return absl::OkStatus();
}

// Participants with a token each; makes the key set that the gateway reads.
absl::StatusOr<std::vector<Caller>> Callers(const Settings& settings) {
  ASSIGN_OR_RETURN(auth::TokenMinter minter, auth::TokenMinter::Generate());
  RETURN_IF_ERROR(minter.WriteJwks(absl::StrCat(settings.folder, "/jwks.json")));
  const time::SystemClock clock;
  id::Generator ids(clock);
  std::vector<Caller> callers;
  for (int i = 0; i < kOutstanding; ++i) {
    auth::TokenClaims claims;
    claims.issuer = kIssuer;
    claims.audience = kAudience;
    claims.subject = ids.Next().ToString();
    claims.organisation = ids.Next().ToString();
    claims.roles = {options::v1::ROLE_PARTICIPANT};
    claims.issued = clock.Now();
    claims.expires = clock.Now() + absl::Hours(2);
    ASSIGN_OR_RETURN(const std::string token, minter.Mint(claims));
    goals::v1::GetGoalRequest request;
    request.set_name(absl::StrCat("organisations/", claims.organisation, "/cohorts/",
                                  ids.Next().ToString(), "/enrolments/", ids.Next().ToString(),
                                  "/goals/", ids.Next().ToString()));
    callers.push_back({"authorization", absl::StrCat("Bearer ", token),
                       [bytes = request.SerializeAsString()] { return bytes; }});
  }
  return callers;
}

// A connection to a server whose certificate is that of `service`. The backend takes services only,
// so we come to it as the gateway.
absl::StatusOr<std::shared_ptr<grpc::Channel>> Connect(const Stand& stand,
                                                       const std::string& service, int port) {
  rpc::ChannelOptions options;
  options.target = absl::StrCat("127.0.0.1:", port);
  options.service = service;
  options.tls_ca_file = stand.ca.ca_file();
  if (service == "goals") {
    options.tls_cert_file = stand.gateway_files.cert;
    options.tls_key_file = stand.gateway_files.key;
  }
  ASSIGN_OR_RETURN(auto channel, rpc::Channel::Open(options));
  return channel->grpc_channel();
}

}  // namespace

absl::StatusOr<Result> GatewayCase(const Settings& settings) {
  ASSIGN_OR_RETURN(const std::vector<Caller> callers, Callers(settings));
  Stand stand;
  RETURN_IF_ERROR(Start(settings, stand));
  const std::string method = "/dap.goals.v1.GoalsService/GetGoal";
  ASSIGN_OR_RETURN(auto to_backend, Connect(stand, "goals", stand.backend->port()));
  ASSIGN_OR_RETURN(auto to_proxy, Connect(stand, "gateway", stand.proxy->port()));
  ASSIGN_OR_RETURN(auto to_gateway, Connect(stand, "gateway", stand.gateway->port()));
  const Watched backend = {"backend", stand.backend->pid()};
  const auto measure = [&](std::shared_ptr<grpc::Channel> channel, std::vector<Watched> watched) {
    return [&, load = Load{channel, method, callers}, watched] {
      return Run(load, settings.time, watched);
    };
  };
  Result result = {.name = "gateway", .title = "unary no-op over TLS, 64 outstanding"};
  ASSIGN_OR_RETURN(
      result.series,
      MeasureInTurns("gateway", settings.rounds,
                     {{"direct", measure(to_backend, {backend})},
                      {"bare proxy", measure(to_proxy, {backend, {"hop", stand.proxy->pid()}})},
                      {"gateway", measure(to_gateway, {backend, {"hop", stand.gateway->pid()}})}}));
  result.figures = {RateRatio(result.series, "gateway", "bare proxy", kGoal),
                    RateRatio(result.series, "gateway", "direct"),
                    RateRatio(result.series, "bare proxy", "direct")};
  return result;
}

}  // namespace dap::bench
