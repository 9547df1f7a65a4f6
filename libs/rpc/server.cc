#include "libs/rpc/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/rpc/call_path.h"
#include "libs/rpc/grpc_binding.h"
#include "libs/rpc/listen_address.h"
#include "libs/rpc/stream_call.h"
#include "libs/rpc/tls_files.h"
#include "libs/rpc/unary_call.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/clock.h"

namespace dap::rpc {
namespace {

using ::google::protobuf::MethodDescriptor;

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> Credentials(const ServerOptions& options) {
  if (options.security == Security::kInsecureForTests) return grpc::InsecureServerCredentials();
  ASSIGN_OR_RETURN(const TlsFiles files, ReadTlsFiles(options.tls_ca_file, options.tls_cert_file,
                                                      options.tls_key_file));
  const bool mutual = options.security == Security::kMutualTls;
  if (files.cert.empty() || files.key.empty() || (mutual && files.ca.empty())) {
    return status::Invalid("tls", "TLS_FILES_MISSING",
                           mutual ? "needs files of the CA, a certificate and its key"
                                  : "needs files of a certificate and its key");
  }
  grpc::SslServerCredentialsOptions ssl(
      mutual ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
             : GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
  ssl.pem_root_certs = mutual ? files.ca : "";
  ssl.pem_key_cert_pairs.push_back({files.key, files.cert});
  return grpc::SslServerCredentials(ssl);
}

void SetArguments(const ServerOptions& options, grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(options.max_receive_bytes);
  // Two servers on one port would each get half of the calls without anyone noticing.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // More calls of a connection wait at their caller. Without it gRPC reads on while it has
  // something to read, and runs no handler meanwhile: under overload nothing would be refused, and
  // memory grow.
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, options.calls_per_connection);
  // Finds peers that are gone without a word; and lets ours look for us as often.
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10'000);
}

// Both are gRPC's own switches for the whole process.
void EnablePlugins() {
  static std::once_flag once;
  std::call_once(once, [] {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  });
}

std::unique_ptr<BoundService> BindRaw(const RawService& raw) {
  auto bound = std::make_unique<BoundService>();
  for (int i = 0; i < raw.descriptor->method_count(); ++i) {
    const MethodDescriptor* method = raw.descriptor->method(i);
    if (raw.serves && !raw.serves(method)) continue;
    if (method->client_streaming() || method->server_streaming()) {
      bound->AddStream(*method, [&raw, method](grpc::CallbackServerContext* context) {
        return raw.stream(context, method);
      });
    } else {
      bound->AddUnary(*method, [&raw, method](grpc::CallbackServerContext* context,
                                              const grpc::ByteBuffer* request,
                                              grpc::ByteBuffer* response) {
        return raw.unary(context, method, request, response);
      });
    }
  }
  return bound;
}

}  // namespace

class Server::Impl {
 public:
  explicit Impl(const ServerOptions& options) : state_(options) {}

  absl::Status Start(const std::vector<Service*>& services, const std::vector<RawService*>& raw) {
    const ServerOptions& options = state_.options;
    EnablePlugins();
    ASSIGN_OR_RETURN(const auto credentials, Credentials(options));
    RETURN_IF_ERROR(CheckListenAddress(options.listen));
    grpc::ServerBuilder builder;
    SetArguments(options, builder);
    builder.AddListeningPort(options.listen, credentials, &port_);
    for (const Service* service : services) {
      RETURN_IF_ERROR(service->Check());
      bound_.push_back(BindTyped(*service));
    }
    for (const RawService* service : raw) bound_.push_back(BindRaw(*service));
    for (const auto& bound : bound_) builder.RegisterService(bound.get());
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port_ == 0) {
      return status::Unavailable("LISTEN_FAILED",
                                 absl::StrCat("cannot listen on ", options.listen,
                                              ": the address is taken or not of this machine"));
    }
    SetServing(true);
    return absl::OkStatus();
  }

  int port() const { return port_; }

  void SetServing(bool serving) { server_->GetHealthCheckService()->SetServingStatus(serving); }

  void Drain(absl::Duration grace) {
    if (server_ == nullptr || drained_.exchange(true)) return;
    SetServing(false);
    server_->Shutdown(absl::ToChronoTime(time::SystemClock().Now() + grace));
    server_->Wait();
    state_.pool.Stop();
    state_.streams.Stop();
  }

 private:
  std::unique_ptr<BoundService> BindTyped(const Service& service) {
    auto bound = std::make_unique<BoundService>();
    for (const Handler& handler : service.handlers()) {
      methods_.push_back(std::make_unique<MethodState>(state_, handler));
      AddMethod(*methods_.back(), *bound);
    }
    return bound;
  }

  static void AddMethod(MethodState& method, BoundService& bound) {
    switch (method.handler.kind) {
      case Handler::Kind::kPooled:
      case Handler::Kind::kAsync:
        bound.AddUnary(*method.handler.method,
                       [&method](grpc::CallbackServerContext* context,
                                 const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
                         return StartUnaryCall(method, context, request, response);
                       });
        return;
      case Handler::Kind::kBidi:
      case Handler::Kind::kServerStream:
        bound.AddStream(*method.handler.method, [&method](grpc::CallbackServerContext* context) {
          return StartStreamCall(method, context);
        });
        return;
      case Handler::Kind::kWatch:
        bound.AddStream(*method.handler.method, [&method](grpc::CallbackServerContext* context) {
          return StartWatchCall(method, context);
        });
        return;
    }
  }

  ServerState state_;
  std::vector<std::unique_ptr<MethodState>> methods_;
  std::vector<std::unique_ptr<BoundService>> bound_;
  std::unique_ptr<grpc::Server> server_;  // ends before what its calls use
  std::atomic<bool> drained_{false};
  int port_ = 0;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() { impl_->Drain(absl::ZeroDuration()); }

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options,
                                                      const std::vector<Service*>& services,
                                                      const std::vector<RawService*>& raw) {
  auto impl = std::make_unique<Impl>(options);
  RETURN_IF_ERROR(impl->Start(services, raw));
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

int Server::port() const { return impl_->port(); }
void Server::SetServing(bool serving) { impl_->SetServing(serving); }
void Server::Drain(absl::Duration grace) { impl_->Drain(grace); }

}  // namespace dap::rpc
