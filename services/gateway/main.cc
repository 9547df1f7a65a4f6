// dap-gateway: the one door for client apps and the HR system.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "dap_proto_activity_services.h"
#include "dap_proto_enrolment_services.h"
#include "dap_proto_goals_services.h"
#include "dap_proto_notification_services.h"
#include "libs/process/process.h"
#include "libs/rpc/tls_files.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/telemetry/metrics.h"
#include "services/gateway/admission.h"
#include "services/gateway/door/calendar_door.h"
#include "services/gateway/door/feed_limits.h"
#include "services/gateway/door/read_feeds.h"
#include "services/gateway/gateway_service.h"
#include "services/gateway/open_streams.h"
#include "services/gateway/proxy.h"
#include "services/gateway/revocations.h"

ABSL_FLAG(std::string, jwks_file, "",
          "file with the issuer's public keys (JWKS); looked at again when it changes");
ABSL_FLAG(std::string, jwks_url, "", "or the URL they are fetched from");
ABSL_FLAG(std::string, jwks_url_ca, "",
          "PEM file of the authority of that URL's certificate; empty: the machine's");
ABSL_FLAG(std::string, token_issuer, "", "the issuer that tokens must name");
ABSL_FLAG(std::string, token_audience, "", "the audience that tokens must name");
ABSL_FLAG(absl::Duration, revocation_poll, absl::Seconds(15),
          "how often enrolment is asked who is suspended or has left");
ABSL_FLAG(double, calls_per_second, 100, "calls a second that one caller may go on making");
ABSL_FLAG(double, calls_burst, 200, "calls that one caller may make at once after a rest");
ABSL_FLAG(std::string, calendar_listen, "",
          "IP address:port to serve calendar feeds on over HTTPS; empty: none are served");
ABSL_FLAG(double, calendar_reads_per_second, 1,
          "how often one calendar feed may go on being read, a second");
ABSL_FLAG(double, calendar_reads_burst, 60,
          "how often one calendar feed may be read at once after a rest");
ABSL_FLAG(double, calendar_failures_per_second, 1,
          "calendar feeds that do not exist which one address may go on asking for, a second");
ABSL_FLAG(double, calendar_failures_burst, 60,
          "calendar feeds that do not exist which one address may ask for at once after a rest");

namespace dap::gateway {
namespace {

constexpr char kName[] = "gateway";

absl::StatusOr<RateLimit> RateFrom(absl::string_view name, double per_second, double burst) {
  if (per_second <= 0) {
    return status::Invalid(absl::StrCat("--", name, "_per_second"), "FLAG_INVALID",
                           "must be above 0");
  }
  if (burst < 1) {
    return status::Invalid(absl::StrCat("--", name, "_burst"), "FLAG_INVALID", "must be 1 or more");
  }
  return RateLimit{.per_second = per_second, .burst = burst};
}

absl::StatusOr<RevocationOptions> RevocationsFromFlags() {
  RevocationOptions options;
  options.poll = absl::GetFlag(FLAGS_revocation_poll);
  if (options.poll <= absl::ZeroDuration() || options.poll > absl::Minutes(2)) {
    return status::Invalid("--revocation_poll", "FLAG_INVALID", "must be above 0 and at most 2m");
  }
  return options;
}

auth::TokenOptions TokensFromFlags(OpenStreams::Revoked revoked) {
  auth::TokenOptions tokens;
  tokens.jwks_file = absl::GetFlag(FLAGS_jwks_file);
  tokens.jwks_url = absl::GetFlag(FLAGS_jwks_url);
  tokens.issuer = absl::GetFlag(FLAGS_token_issuer);
  tokens.audience = absl::GetFlag(FLAGS_token_audience);
  tokens.jwks_url_ca = absl::GetFlag(FLAGS_jwks_url_ca);
  tokens.key_wait = absl::ZeroDuration();  // Verify runs on gRPC's threads
  tokens.revoked = std::move(revoked);
  return tokens;
}

// The services behind the gateway: by the name of their flag, with all that their protos have. Of
// those the proxy passes on what is client-facing.
struct Served {
  const char* name;
  std::vector<const google::protobuf::ServiceDescriptor*> services;
};

std::vector<Served> Behind() {
  return {
      {"enrolment", dap_proto_enrolment::Services()},
      {"goals", dap_proto_goals::Services()},
      {"activity", dap_proto_activity::Services()},
      {"notification", dap_proto_notification::Services()},
  };
}

absl::StatusOr<FeedLimitOptions> FeedLimitsFromFlags() {
  FeedLimitOptions options;
  ASSIGN_OR_RETURN(options.reads,
                   RateFrom("calendar_reads", absl::GetFlag(FLAGS_calendar_reads_per_second),
                            absl::GetFlag(FLAGS_calendar_reads_burst)));
  ASSIGN_OR_RETURN(options.failures,
                   RateFrom("calendar_failures", absl::GetFlag(FLAGS_calendar_failures_per_second),
                            absl::GetFlag(FLAGS_calendar_failures_burst)));
  return options;
}

// Where calendar feeds are served, unless they are not. `limits` outlive it.
absl::StatusOr<std::unique_ptr<CalendarDoor>> OpenCalendarDoor(process::Process& process,
                                                               FeedLimits& limits) {
  CalendarDoorOptions options;
  options.listen = absl::GetFlag(FLAGS_calendar_listen);
  if (options.listen.empty()) return std::unique_ptr<CalendarDoor>();
  ASSIGN_OR_RETURN(rpc::TlsFiles files,
                   rpc::ReadTlsFiles("", process.options().tls_cert, process.options().tls_key));
  options.certificate = files.cert;
  options.key = files.key;
  auto& answers = telemetry::Counters(process.registry(), "dap_gateway_calendar_answers_total",
                                      "Answers to calendar apps, by HTTP status.");
  return CalendarDoor::Start(
      options,
      [&limits](const std::string& address, const std::string& secret,
                const std::string& known_tag) { return limits.Read(address, secret, known_tag); },
      [&answers](int code) {
        answers.Add({{"code", absl::StrCat(code)}}).Increment();
      });
}

absl::Status Run(process::Process& process) {
  ASSIGN_OR_RETURN(const RateLimit rate, RateFrom("calls", absl::GetFlag(FLAGS_calls_per_second),
                                                  absl::GetFlag(FLAGS_calls_burst)));
  const time::SystemClock machine;
  ASSIGN_OR_RETURN(RevocationOptions revocation_options, RevocationsFromFlags());
  revocation_options.registry = &process.registry();
  ASSIGN_OR_RETURN(auto enrolment, process.Peer("enrolment"));
  const Revocations* known = nullptr;  // nobody asks before it is set
  const auto revoked = [&known](const auth::Principal& principal) { return known->Has(principal); };
  // Outlives the revocations, whose thread ends streams.
  OpenStreams streams(revoked);
  revocation_options.on_revoked = [&streams](const id::Uuid& staff) { streams.End(staff); };
  Revocations revocations(std::move(enrolment), revocation_options, machine);
  known = &revocations;
  ASSIGN_OR_RETURN(auto tokens,
                   auth::TokenVerifier::Create(TokensFromFlags(revoked), process.clock()));
  RateLimiter limiter(rate, machine);
  RateLimiter strangers(rate, machine);
  const Admission admission(*tokens, limiter, strangers);
  Proxy proxy(admission, streams, &process.registry());
  std::vector<Backend> backends;
  for (const Served& served : Behind()) {
    ASSIGN_OR_RETURN(auto channel, process.Peer(served.name));
    for (const auto* service : served.services) proxy.Add(service, channel->grpc_channel());
    backends.push_back({served.name, std::move(channel)});
  }
  // Who is away is known before the first call. Where enrolment does not answer, its thread goes
  // on.
  revocations.Poll().IgnoreError();
  revocations.Start();
  GatewayService face(DAP_VERSION, std::move(backends));
  rpc::Service own("dap.gateway.v1.GatewayService");
  face.Bind(own);
  ASSIGN_OR_RETURN(const FeedLimitOptions feed_limits, FeedLimitsFromFlags());
  ASSIGN_OR_RETURN(auto calendars, process.Peer("enrolment"));
  FeedLimits limits(ReadFeedsFrom(std::move(calendars)), feed_limits, machine);
  ASSIGN_OR_RETURN(const auto door, OpenCalendarDoor(process, limits));
  rpc::ServerOptions options = process.server_options();
  options.security = rpc::Security::kTls;
  options.authenticate = [&](const grpc::CallbackServerContext& context) {
    return admission.Authenticate(context);
  };
  return process.Serve(options, {&own}, proxy.services());
}

}  // namespace
}  // namespace dap::gateway

int main(int argc, char** argv) {
  return dap::process::Main(argc, argv, {.name = dap::gateway::kName, .migrations = {}},
                            dap::gateway::Run);
}
