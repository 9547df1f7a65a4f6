// The servers that are measured against each other, each in a process of its own:
// `dap_bench --serve=NAME …`.
#ifndef DAP_TESTS_BENCH_SERVERS_H_
#define DAP_TESTS_BENCH_SERVERS_H_

#include <string>

#include "absl/status/status.h"

namespace dap::bench {

// All but `target` are PEM files.
struct ServerFlags {
  std::string target;  // where the proxy sends its calls
  std::string ca;
  std::string cert;
  std::string key;
};

// Serves on a free port of loopback until SIGTERM, after logging "serving" with the port:
//   bare-echo  gRPC's callback API and generated stubs, no TLS
//   rpc-echo   the same echo through libs/rpc, its handler on the worker pool
//   backend    "goals" over mutual TLS: GetGoal gives its bytes back at once
//   bare-proxy TLS in, mutual TLS out, bytes through, nothing checked
absl::Status Serve(const std::string& name, const ServerFlags& flags);

}  // namespace dap::bench

#endif  // DAP_TESTS_BENCH_SERVERS_H_
