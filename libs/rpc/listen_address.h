#ifndef DAP_LIBS_RPC_LISTEN_ADDRESS_H_
#define DAP_LIBS_RPC_LISTEN_ADDRESS_H_

#include <string>

#include "absl/status/status.h"

namespace dap::rpc {

// Whether a server can listen on "host:port" now; UNAVAILABLE (LISTEN_FAILED) naming the address and
// the system's cause where not, which gRPC does not tell.
absl::Status CheckListenAddress(const std::string& listen);

}  // namespace dap::rpc

#endif  // DAP_LIBS_RPC_LISTEN_ADDRESS_H_
