#include "tools/dapctl/health.h"

#include "libs/rpc/channel.h"
#include "libs/rpc/health.h"
#include "libs/status/macros.h"
#include "libs/time/clock.h"

namespace dap::ctl {

std::vector<Flag> HealthFlags() {
  return {{"tls_ca", "FILE", "the CA that signed the process's certificate"},
          {"tls_cert", "FILE", "our certificate; the gateway asks for none"},
          {"tls_key", "FILE", "its key"},
          {"service", "NAME",
           "which service its certificate must name; without, its certificate must name HOST"},
          {"timeout", "TIME", "how long it may take (5s)"}};
}

absl::Status Health(const Arguments& arguments) {
  if (arguments.words().size() != 1) return UsageError("health HOST:PORT");
  rpc::ChannelOptions options;
  options.target = arguments.words()[0];
  options.service = arguments.Get("service");
  ASSIGN_OR_RETURN(options.tls_ca_file, arguments.Need("tls_ca"));
  options.tls_cert_file = arguments.Get("tls_cert");
  options.tls_key_file = arguments.Get("tls_key");
  ASSIGN_OR_RETURN(const absl::Duration timeout, arguments.Duration("timeout", absl::Seconds(5)));
  const absl::StatusOr<std::shared_ptr<rpc::Channel>> channel = rpc::Channel::Open(options);
  if (!channel.ok()) return UsageError(channel.status().message());
  return rpc::CheckHealth(**channel, time::SystemClock().Now() + timeout);
}

}  // namespace dap::ctl
