// A gRPC server for Services: TLS, health, reflection, bounded pools, drain.
#ifndef DAP_LIBS_RPC_SERVER_H_
#define DAP_LIBS_RPC_SERVER_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/auth/principal.h"
#include "libs/rpc/raw_service.h"
#include "libs/rpc/service.h"

namespace grpc {
class CallbackServerContext;
}
namespace prometheus {
class Registry;
}

namespace dap::rpc {

// Who may connect and who is believed.
enum class Security {
  // A service: only peers with a certificate of our CA that auth::PeerName knows; anyone else's
  // calls
  // are UNAUTHENTICATED (PEER_NOT_A_SERVICE). Their "dap-principal-bin" is believed.
  kMutualTls,
  // The gateway: TLS without client certificates. A "dap-principal-bin" is never believed; see
  // ServerOptions::authenticate.
  kTls,
  // No TLS, and whoever calls counts as a service. For tests on loopback.
  kInsecureForTests,
};

struct ServerOptions {
  // "host:port"; port 0 takes a free one.
  std::string listen = "127.0.0.1:0";
  Security security = Security::kMutualTls;
  // PEM files. The CA is for kMutualTls only.
  std::string tls_ca_file;
  std::string tls_cert_file;
  std::string tls_key_file;
  // Says who calls, instead of the metadata: how the gateway reads its bearer tokens for the typed
  // services it serves itself. Must not block long.
  std::function<absl::StatusOr<std::optional<auth::Principal>>(const grpc::CallbackServerContext&)>
      authenticate;

  // Handlers at once; as many as the service has database connections. More only wait for one.
  int workers = 8;
  // Calls that may wait for a worker; then RESOURCE_EXHAUSTED at once. At 1 ms a call and 8 workers
  // 512 are 64 ms of waiting.
  int queue = 512;
  // Calls of one connection at once, streams with them; more wait at their caller. Room for some
  // thousands of watchers who come by one gateway; a call that waits takes some 50 kB.
  int calls_per_connection = 4096;
  // Blocking streams at once, each with a thread.
  int streams = 64;
  // Answers that may wait in one watcher's Sender, and their bytes; one answer may always wait.
  int sender_buffer = 64;
  size_t sender_buffer_bytes = 64 << 10;
  // For a call that comes without a deadline, and the most that is granted to one that has.
  absl::Duration default_deadline = absl::Seconds(30);
  absl::Duration max_deadline = absl::Minutes(5);
  // The same for streams.
  absl::Duration max_stream_deadline = absl::Hours(12);
  // The most a blocking stream waits for the next message, or for the caller to take one; then it
  // ends as DEADLINE_EXCEEDED, so that silent callers don't hold all threads.
  absl::Duration stream_idle = absl::Minutes(2);
  int max_receive_bytes = 4 << 20;
  // OK calls logged a second; above it they are only counted. Failed calls are always logged. More
  // costs a write(2) a call; 0 logs failures only.
  int logged_ok_calls_per_second = 100;
  // Where the metrics go; none without. Must outlive the server.
  prometheus::Registry* registry = nullptr;
};

// Thread-safe. Destroying it drains with no grace.
class Server {
 public:
  // Serves at once. Services and raw services must outlive it. INTERNAL for a service with wrong
  // bindings, naming each; INVALID_ARGUMENT for a certificate file that cannot be read, naming it;
  // UNAVAILABLE (LISTEN_FAILED) for an address that is taken or not ours, naming it.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options,
                                                       const std::vector<Service*>& services,
                                                       const std::vector<RawService*>& raw = {});
  ~Server();

  int port() const;

  // What the health service tells, for the whole server; SERVING from Start on.
  void SetServing(bool serving);

  // Health says NOT_SERVING, no new calls are taken, calls in flight may end within `grace`, then
  // they are cancelled; returns when all handlers have returned and all threads are joined (a
  // handler that ignores its cancellation is waited for). Once; later calls do nothing.
  void Drain(absl::Duration grace);

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  const std::unique_ptr<Impl> impl_;
};

}  // namespace dap::rpc

#endif  // DAP_LIBS_RPC_SERVER_H_
