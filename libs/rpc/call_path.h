// What happens to every call before and after its handler, in this order:
//   deadline and trace, peer, principal, access rule   Admit, on gRPC's thread
//   pool or stream thread, or refused                  unary_call.cc, stream_call.cc
//   still wanted (deadline, cancellation)              StillWanted
//   message, field rules                               Decode
//   handler
//   publishable status, metrics, log                   CallEnd
#ifndef DAP_LIBS_RPC_CALL_PATH_H_
#define DAP_LIBS_RPC_CALL_PATH_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "dap/options/v1/access.pb.h"
#include "libs/rpc/call.h"
#include "libs/rpc/call_stats.h"
#include "libs/rpc/field_rules.h"
#include "libs/rpc/server.h"
#include "libs/rpc/service.h"
#include "libs/rpc/worker_pool.h"

namespace dap::rpc {

// What the calls of one server share.
struct ServerState {
  explicit ServerState(const ServerOptions& options);

  const ServerOptions options;
  RateLimit ok_lines;
  WorkerPool pool;
  StreamThreads streams;
};

// What the calls of one method share. Lives as long as the server.
struct MethodState {
  MethodState(ServerState& server, const Handler& handler);

  ServerState& server;
  const Handler& handler;
  const std::string name;  // "dap.goals.v1.GoalsService/GetGoal"
  const options::v1::Access access;
  const FieldRules rules;
  CallStats stats;
};

// Fills *info and says whether the call may go on. *info is complete enough for CallEnd either way.
absl::Status Admit(const MethodState& method, const grpc::CallbackServerContext& context,
                   CallInfo* info);

// CANCELLED or DEADLINE_EXCEEDED where nobody waits any more.
absl::Status StillWanted(const Call& call);

// INVALID_ARGUMENT (MESSAGE_MALFORMED) where the bytes are no such message, which includes a string
// that is not UTF-8.
absl::Status Decode(const grpc::ByteBuffer& bytes, google::protobuf::Message* message);

absl::Status Refused(absl::string_view reason, absl::string_view message);

// The result as it leaves the process.
grpc::Status Publish(const Call& call, const absl::Status& status);

}  // namespace dap::rpc

#endif  // DAP_LIBS_RPC_CALL_PATH_H_
