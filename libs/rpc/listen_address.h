#ifndef DAP_LIBS_RPC_LISTEN_ADDRESS_H_
#define DAP_LIBS_RPC_LISTEN_ADDRESS_H_

#include <string>

#include "absl/status/status.h"

namespace dap::rpc {

// Whether a server can listen on "host:port" now; UNAVAILABLE (LISTEN_FAILED) naming the address
// and the system's cause where not. To be asked before gRPC is: it tells no cause, and a server of
// it that fails to start while the process has channels ends the process now and then (1.51:
// "assertion failed: prior > 0" in a thread of its own).
absl::Status CheckListenAddress(const std::string& listen);

}  // namespace dap::rpc

#endif  // DAP_LIBS_RPC_LISTEN_ADDRESS_H_
