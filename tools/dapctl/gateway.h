// The gateway as the command line names it.
#ifndef DAP_TOOLS_DAPCTL_GATEWAY_H_
#define DAP_TOOLS_DAPCTL_GATEWAY_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/rpc/channel.h"
#include "tools/dapctl/arguments.h"

namespace dap::ctl {

// The flags of every command that calls the gateway.
std::vector<Flag> GatewayFlags();

// Where to call and as whom. Copied freely; the channel is shared.
struct Gateway {
  std::shared_ptr<rpc::Channel> channel;
  // A bearer token; empty for none.
  std::string token;
  // How long one call may take.
  absl::Duration timeout = absl::Seconds(30);

  // INVALID_ARGUMENT (USAGE) naming the flag that is missing or wrong. Does not connect.
  static absl::StatusOr<Gateway> From(const Arguments& arguments);

  // As somebody else.
  Gateway As(std::string other_token) const {
    Gateway other = *this;
    other.token = std::move(other_token);
    return other;
  }
  // For a call that starts now.
  rpc::CallContext Context() const;
  // For a stream, which may take as long as it likes.
  rpc::CallContext StreamContext() const;

  template <typename Resp>
  absl::StatusOr<Resp> Call(absl::string_view method,
                            const google::protobuf::Message& request) const {
    return channel->Call<Resp>(method, request, Context());
  }
};

// The file's content, white space at its ends removed. INVALID_ARGUMENT (USAGE) naming the flag.
absl::StatusOr<std::string> ReadFile(absl::string_view flag, const std::string& path);

}  // namespace dap::ctl

#endif  // DAP_TOOLS_DAPCTL_GATEWAY_H_
