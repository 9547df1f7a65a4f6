#include "tools/dapctl/gateway.h"

#include <fstream>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/clock.h"

namespace dap::ctl {

std::vector<Flag> GatewayFlags() {
  return {{"gateway", "HOST:PORT", "where the gateway listens"},
          {"tls_ca", "FILE", "the CA that signed its certificate"},
          {"token", "TOKEN", "the bearer token of the caller"},
          {"token_file", "FILE", "or a file that holds it, so that no list of processes shows it"},
          {"timeout", "TIME", "how long a call may take (30s)"}};
}

absl::StatusOr<std::string> ReadFile(absl::string_view flag, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  if (!file || !(content << file.rdbuf())) {
    return UsageError(absl::StrCat("cannot read the file of --", flag, ": ", path));
  }
  return std::string(absl::StripAsciiWhitespace(content.str()));
}

absl::StatusOr<Gateway> Gateway::From(const Arguments& arguments) {
  Gateway gateway;
  rpc::ChannelOptions options;
  options.service = "gateway";
  ASSIGN_OR_RETURN(options.target, arguments.Need("gateway"));
  ASSIGN_OR_RETURN(options.tls_ca_file, arguments.Need("tls_ca"));
  ASSIGN_OR_RETURN(gateway.timeout, arguments.Duration("timeout", gateway.timeout));
  if (arguments.Has("token") && arguments.Has("token_file")) {
    return UsageError("give --token or --token_file");
  }
  gateway.token = arguments.Get("token");
  if (arguments.Has("token_file")) {
    ASSIGN_OR_RETURN(gateway.token, ReadFile("token_file", arguments.Get("token_file")));
  }
  absl::StatusOr<std::shared_ptr<rpc::Channel>> channel = rpc::Channel::Open(options);
  if (!channel.ok()) return UsageError(channel.status().message());
  gateway.channel = *std::move(channel);
  return gateway;
}

rpc::CallContext Gateway::Context() const {
  rpc::CallContext context = StreamContext();
  context.deadline = time::SystemClock().Now() + timeout;
  return context;
}

rpc::CallContext Gateway::StreamContext() const {
  rpc::CallContext context;
  context.bearer = token;
  return context;
}

}  // namespace dap::ctl
