#include "libs/rpc/call_path.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/auth/access.h"
#include "libs/rpc/error_details.h"
#include "libs/status/error.h"
#include "libs/telemetry/metrics.h"
#include "libs/time/clock.h"

namespace dap::rpc {
namespace {

// Stands for the name of a peer where there is no TLS to prove one.
constexpr char kTestPeer[] = "test";

WorkerPool::Options PoolOptions(const ServerOptions& options) {
  WorkerPool::Options pool;
  pool.threads = std::max(options.workers, 1);
  pool.queue = std::max(options.queue, 1);
  if (options.registry != nullptr) {
    pool.waiting = &telemetry::Gauges(*options.registry, "dap_rpc_queue_length",
                                      "Calls that wait for a worker.")
                        .Add({});
  }
  return pool;
}

absl::string_view View(grpc::string_ref text) { return {text.data(), text.size()}; }

std::optional<absl::string_view> Metadata(const grpc::CallbackServerContext& context,
                                          const char* key) {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find(key);
  if (found == metadata.end()) return std::nullopt;
  return View(found->second);
}

absl::Time DeadlineOf(const MethodState& method, const grpc::CallbackServerContext& context) {
  const ServerOptions& options = method.server.options;
  const bool stream = method.handler.method->client_streaming() ||
                      method.handler.method->server_streaming();
  const absl::Time now = time::SystemClock().Now();
  const absl::Duration most = stream ? options.max_stream_deadline : options.max_deadline;
  const auto asked = context.deadline();
  if (asked == std::chrono::system_clock::time_point::max()) {
    return now + (stream ? most : options.default_deadline);
  }
  return std::min(absl::FromChrono(asked), now + most);
}

// The peer's service name from its certificate; empty where it has none.
std::string PeerOf(const ServerOptions& options, const grpc::CallbackServerContext& context) {
  if (options.security == Security::kInsecureForTests) return kTestPeer;
  if (options.security == Security::kTls) return "";
  std::vector<std::string> names;
  const auto auth = context.auth_context();
  if (auth == nullptr || !auth->IsPeerAuthenticated()) return "";
  for (grpc::string_ref name : auth->FindPropertyValues(GRPC_PEER_DNS_PROPERTY_NAME)) {
    names.emplace_back(View(name));
  }
  return auth::PeerName(names).value_or("");
}

absl::Status ReadPrincipal(const ServerOptions& options, const grpc::CallbackServerContext& context,
                           CallInfo* info) {
  if (options.authenticate) {
    auto principal = options.authenticate(context);
    if (!principal.ok()) return principal.status();
    info->principal = *std::move(principal);
    return absl::OkStatus();
  }
  const auto bytes = Metadata(context, auth::kPrincipalMetadata);
  if (!bytes.has_value() || info->peer.empty()) return absl::OkStatus();
  auto principal = auth::ParsePrincipal(*bytes);
  if (!principal.ok()) return principal.status();
  info->principal = *std::move(principal);
  return absl::OkStatus();
}

}  // namespace

ServerState::ServerState(const ServerOptions& given)
    : options(given),
      ok_lines(given.logged_ok_calls_per_second),
      pool(PoolOptions(given)),
      streams(std::max(given.streams, 1)) {}

MethodState::MethodState(ServerState& server, const Handler& handler)
    : server(server),
      handler(handler),
      name(absl::StrCat(handler.method->service()->full_name(), "/", handler.method->name())),
      access(handler.method->options().GetExtension(options::v1::access)),
      rules(FieldRules::For(handler.method->input_type())),
      stats(server.options.registry, name, server.ok_lines) {}

absl::Status Admit(const MethodState& method, const grpc::CallbackServerContext& context,
                   CallInfo* info) {
  const ServerOptions& options = method.server.options;
  info->method = method.name;
  info->deadline = DeadlineOf(method, context);
  std::optional<telemetry::TraceContext> trace;
  if (const auto parent = Metadata(context, "traceparent")) {
    trace = telemetry::TraceContext::Parse(*parent);
  }
  info->trace = trace.has_value() ? trace->Child() : telemetry::TraceContext::New();
  info->peer = PeerOf(options, context);
  if (options.security == Security::kMutualTls && info->peer.empty()) {
    return status::Unauthenticated("PEER_NOT_A_SERVICE",
                                   "The client certificate names no service. Call the gateway.");
  }
  if (absl::Status status = ReadPrincipal(options, context, info); !status.ok()) return status;
  const bool peer_is_service = options.security == Security::kInsecureForTests ||
                               auth::IsService(info->peer, info->principal.has_value());
  return auth::CheckAccess(method.access,
                           info->principal.has_value() ? &*info->principal : nullptr,
                           peer_is_service);
}

absl::Status StillWanted(const Call& call) {
  if (call.cancelled()) {
    return absl::CancelledError("The caller left while the call waited.");
  }
  if (call.deadline() <= time::SystemClock().Now()) {
    return absl::DeadlineExceededError("The deadline passed while the call waited.");
  }
  return absl::OkStatus();
}

absl::Status Decode(const grpc::ByteBuffer& bytes, google::protobuf::Message* message) {
  // A reader takes the buffer by pointer and does not change it.
  grpc::ProtoBufferReader reader(const_cast<grpc::ByteBuffer*>(&bytes));
  if (reader.status().ok() && message->ParseFromZeroCopyStream(&reader)) return absl::OkStatus();
  return status::Invalid("", "MESSAGE_MALFORMED",
                         absl::StrCat("the bytes are no ", message->GetTypeName()));
}

absl::Status Refused(absl::string_view reason, absl::string_view message) {
  return status::Exhausted(reason, message, absl::Milliseconds(200));
}

grpc::Status Publish(const Call& call, const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  return ToGrpc(Publishable(status, call.trace().trace_id()));
}

}  // namespace dap::rpc
