#include "tests/bench/servers.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "dap/goals/v1/goals_service.pb.h"
#include "dap/rpc/testing/v1/probe.grpc.pb.h"
#include "libs/auth/principal.h"
#include "libs/rpc/server.h"
#include "libs/rpc/testing/probe.h"
#include "libs/rpc/tls_files.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/telemetry/log.h"
#include "prometheus/registry.h"
#include "tests/bench/interrupt.h"

namespace dap::bench {
namespace {

using rpc::testing::EchoRequest;
using rpc::testing::EchoResponse;

absl::Status UntilInterrupted(int port) {
  telemetry::Log(telemetry::Severity::kInfo, "serving", {{"port", port}});
  while (Pause(absl::Hours(1)).ok()) {
  }
  return absl::OkStatus();
}

absl::Status ServeBare(grpc::ServerBuilder& builder,
                       std::shared_ptr<grpc::ServerCredentials> credentials) {
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", std::move(credentials), &port);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return status::Internal("can't serve");
  return UntilInterrupted(port);
}

class BareEcho final : public rpc::testing::v1::ProbeService::CallbackService {
 public:
  grpc::ServerUnaryReactor* Echo(grpc::CallbackServerContext* context, const EchoRequest* request,
                                 EchoResponse* response) override {
    response->set_text(request->text());
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

absl::Status ServeBareEcho() {
  BareEcho echo;
  grpc::ServerBuilder builder;
  builder.RegisterService(&echo);
  return ServeBare(builder, grpc::InsecureServerCredentials());
}

absl::Status ServeRpcEcho() {
  prometheus::Registry registry;
  rpc::testing::Probe probe;
  rpc::Service service(rpc::testing::kProbe);
  probe.BindTo(service);
  rpc::ServerOptions options;
  options.security = rpc::Security::kInsecureForTests;
  options.registry = &registry;
  ASSIGN_OR_RETURN(auto server, rpc::Server::Start(options, {&service}));
  return UntilInterrupted(server->port());
}

absl::Status ServeBackend(const ServerFlags& flags) {
  rpc::RawService goals;
  goals.descriptor = goals::v1::GetGoalRequest::descriptor()->file()->service(0);
  goals.unary = [](grpc::CallbackServerContext* context, const auto*,
                   const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
    *response = *request;
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  };
  goals.serves = [](const auto* method) { return method->name() == "GetGoal"; };
  rpc::ServerOptions options;
  options.tls_ca_file = flags.ca;
  options.tls_cert_file = flags.cert;
  options.tls_key_file = flags.key;
  ASSIGN_OR_RETURN(auto server, rpc::Server::Start(options, {}, {&goals}));
  return UntilInterrupted(server->port());
}

// A unary call on its way through. Deletes itself.
class BareProxyCall final : public grpc::ServerGenericBidiReactor {
 public:
  BareProxyCall(grpc::GenericStub& stub, const std::string& method) : stub_(stub), method_(method) {
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status(grpc::StatusCode::INTERNAL, "no request"));
    stub_.UnaryCall(&out_, method_, grpc::StubOptions(), &request_, &response_,
                    [this](const grpc::Status& status) {
                      if (!status.ok()) return Finish(status);
                      StartWriteAndFinish(&response_, grpc::WriteOptions(), status);
                    });
  }
  void OnCancel() override { out_.TryCancel(); }
  void OnDone() override { delete this; }

 private:
  grpc::GenericStub& stub_;
  const std::string method_;
  grpc::ClientContext out_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
};

class BareProxy final : public grpc::CallbackGenericService {
 public:
  explicit BareProxy(std::shared_ptr<grpc::Channel> channel) : stub_(std::move(channel)) {}
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    return new BareProxyCall(stub_, context->method());
  }

 private:
  grpc::GenericStub stub_;
};

absl::Status ServeBareProxy(const ServerFlags& flags) {
  ASSIGN_OR_RETURN(const rpc::TlsFiles tls, rpc::ReadTlsFiles(flags.ca, flags.cert, flags.key));
  BareProxy proxy(
      grpc::CreateChannel(flags.target, grpc::SslCredentials({tls.ca, tls.key, tls.cert})));
  grpc::SslServerCredentialsOptions incoming;
  incoming.pem_key_cert_pairs = {{tls.key, tls.cert}};
  grpc::ServerBuilder builder;
  builder.RegisterCallbackGenericService(&proxy);
  return ServeBare(builder, grpc::SslServerCredentials(incoming));
}

}  // namespace

absl::Status Serve(const std::string& name, const ServerFlags& flags) {
  if (name == "bare-echo") return ServeBareEcho();
  if (name == "rpc-echo") return ServeRpcEcho();
  if (name == "backend") return ServeBackend(flags);
  if (name == "bare-proxy") return ServeBareProxy(flags);
  return status::Invalid("--serve", "FLAG_INVALID", "no such server");
}

}  // namespace dap::bench
