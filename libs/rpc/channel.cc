#include "libs/rpc/channel.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/notification.h"
#include "libs/rpc/client_call.h"
#include "libs/rpc/tls_files.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::rpc {
namespace {

absl::Status BadTarget(absl::string_view target) {
  return status::Invalid("target", "TARGET_INVALID",
                         absl::StrCat("\"", target, "\" is neither host:port nor ip:port,ip:port"));
}

// In gRPC's form. Its "ipv4:" scheme alone takes several addresses.
absl::StatusOr<std::string> Target(absl::string_view target) {
  const std::vector<std::string> addresses =
      absl::StrSplit(absl::StripPrefix(target, "dns:///"), ',');
  for (absl::string_view address : addresses) {
    const size_t colon = address.rfind(':');
    if (colon == absl::string_view::npos || colon == 0 || colon + 1 == address.size() ||
        address.find_first_not_of("0123456789", colon + 1) != absl::string_view::npos) {
      return BadTarget(target);
    }
    const bool numeric = address.find_first_not_of("0123456789.:") == absl::string_view::npos;
    if (addresses.size() > 1 && !numeric) return BadTarget(target);
  }
  if (addresses.size() == 1) return absl::StrCat("dns:///", addresses[0]);
  return absl::StrCat("ipv4:", absl::StrJoin(addresses, ","));
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> Credentials(
    const ChannelOptions& options) {
  if (options.insecure_for_tests) return grpc::InsecureChannelCredentials();
  ASSIGN_OR_RETURN(const TlsFiles files, ReadTlsFiles(options.tls_ca_file, options.tls_cert_file,
                                                      options.tls_key_file));
  if (files.ca.empty() || files.cert.empty() != files.key.empty()) {
    return status::Invalid("tls", "TLS_FILES_MISSING",
                           "needs the CA's file, and a certificate with its key or neither");
  }
  grpc::SslCredentialsOptions ssl;
  ssl.pem_root_certs = files.ca;
  ssl.pem_cert_chain = files.cert;
  ssl.pem_private_key = files.key;
  return grpc::SslCredentials(ssl);
}

grpc::ChannelArguments Arguments(const ChannelOptions& options) {
  grpc::ChannelArguments arguments;
  arguments.SetLoadBalancingPolicyName("round_robin");
  arguments.SetMaxReceiveMessageSize(options.max_receive_bytes);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  // A peer that comes back is found again within a second or so.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2'000);
  // Retries are ours (see channel.h): gRPC knows methods, not requests.
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  if (!options.service.empty()) {
    const std::string name = absl::StrCat(options.service, ".dap.internal");
    arguments.SetSslTargetNameOverride(name);
    arguments.SetString(GRPC_ARG_DEFAULT_AUTHORITY, name);
  }
  return arguments;
}

// A call that is over before it begins, and its channel.
struct Kept {
  grpc::GenericStub stub{
      grpc::CreateChannel("ipv4:127.0.0.1:1", grpc::InsecureChannelCredentials())};
  grpc::ClientContext context;
  grpc::Slice nothing{""};
  grpc::ByteBuffer request{&nothing, 1};
  grpc::ByteBuffer response;
};

// gRPC runs callbacks on threads that end with the last channel or server of the process. A
// callback may hold that last channel, and then its thread waits for itself: gRPC 1.51 ends the
// process with "assertion failed: prior > 0". So one channel that has made a call stays for good.
void KeepCallbackThreads() {
  static Kept* const kept = [] {
    auto* const made = new Kept;
    made->context.set_deadline(absl::ToChronoTime(absl::UnixEpoch()));
    made->stub.UnaryCall(&made->context, "/", {}, &made->request, &made->response,
                         [](const grpc::Status&) {});
    return made;
  }();
  (void)kept;
}

}  // namespace

CallContext CallContext::For(const rpc::Call& call) {
  CallContext context;
  context.deadline = call.deadline();
  if (call.has_principal()) context.principal = call.principal();
  context.trace = call.trace();
  return context;
}

absl::StatusOr<std::shared_ptr<Channel>> Channel::Open(const ChannelOptions& options) {
  ASSIGN_OR_RETURN(const std::string target, Target(options.target));
  ASSIGN_OR_RETURN(const auto credentials, Credentials(options));
  KeepCallbackThreads();
  return std::shared_ptr<Channel>(
      new Channel(options, grpc::CreateCustomChannel(target, credentials, Arguments(options))));
}

Channel::Channel(const ChannelOptions& options, std::shared_ptr<grpc::Channel> channel)
    : options_(options), channel_(std::move(channel)) {}

Channel::~Channel() = default;

absl::Status Channel::CallMessage(absl::string_view method, const google::protobuf::Message& request,
                                  const CallContext& context,
                                  google::protobuf::Message* response) {
  absl::Status result;
  absl::Notification ended;
  StartCall(method, request, context, response, [&](const absl::Status& status) {
    result = status;
    ended.Notify();
  });
  ended.WaitForNotification();
  return result;
}

void Channel::StartCall(absl::string_view method, const google::protobuf::Message& request,
                        const CallContext& context, google::protobuf::Message* response,
                        std::function<void(const absl::Status&)> done) {
  StartUnary(channel_, options_, method, request, context, response, std::move(done));
}

std::unique_ptr<ClientMessageStream> Channel::StartStream(absl::string_view method,
                                                          const CallContext& context) {
  return OpenClientStream(channel_, method, context);
}

}  // namespace dap::rpc
