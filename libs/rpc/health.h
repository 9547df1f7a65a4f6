// Asks a server of its health, by grpc.health.v1.
#ifndef DAP_LIBS_RPC_HEALTH_H_
#define DAP_LIBS_RPC_HEALTH_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/rpc/channel.h"

namespace dap::rpc {

// OK where the server says SERVING; UNAVAILABLE (NOT_SERVING) where it says something else, or the
// error of asking. Blocks until `deadline` at most, by the machine's clock.
absl::Status CheckHealth(const Channel& channel, absl::Time deadline);

}  // namespace dap::rpc

#endif  // DAP_LIBS_RPC_HEALTH_H_
