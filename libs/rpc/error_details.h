// absl::Status and grpc::Status, with the details of libs/status as google.rpc.Status in
// "grpc-status-details-bin", so that reason, violations and retry time survive a hop. Pure.
#ifndef DAP_LIBS_RPC_ERROR_DETAILS_H_
#define DAP_LIBS_RPC_ERROR_DETAILS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace dap::rpc {

// As it is. A message is cut to 1,024 bytes, and details beyond 4,096 bytes are left out except for
// the ErrorInfo, because clients refuse more than 8 KB of trailers.
grpc::Status ToGrpc(const absl::Status& status);

// As it may leave the process: INTERNAL, UNKNOWN and DATA_LOSS lose message and details and get
// "Internal error; report trace <trace_id>" with the reason INTERNAL.
absl::Status Publishable(const absl::Status& status, absl::string_view trace_id);

// Back again. A status of a peer that sends no details has none.
absl::Status FromGrpc(const grpc::Status& status);

}  // namespace dap::rpc

#endif  // DAP_LIBS_RPC_ERROR_DETAILS_H_
