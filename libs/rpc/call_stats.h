// What is told of each call: metrics and the log line.
#ifndef DAP_LIBS_RPC_CALL_STATS_H_
#define DAP_LIBS_RPC_CALL_STATS_H_

#include <prometheus/registry.h>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/rpc/call.h"

namespace dap::rpc {

// Lets a number of events a second through. Thread-safe; an atomic addition in the usual case.
class RateLimit {
 public:
  explicit RateLimit(int per_second) : per_second_(per_second) {}
  bool Take(std::chrono::steady_clock::time_point now);

 private:
  const int per_second_;
  std::atomic<int64_t> second_{0};
  std::atomic<int> taken_{0};
};

// One method's. Thread-safe.
//   dap_rpc_calls_total{method,code}  dap_rpc_seconds{method}  dap_rpc_in_flight{method}
class CallStats {
 public:
  using Start = std::chrono::steady_clock::time_point;

  // Counts nothing without a registry. `ok_lines` is shared by the server's methods.
  CallStats(prometheus::Registry* registry, absl::string_view method, RateLimit& ok_lines);

  Start Begin();
  // Counts the call and writes its line: method, code, reason, duration, peer and trace; nothing of
  // the request. An error whose message stays in the process (INTERNAL and the like) is logged whole.
  void End(const Call& call, Start start, const absl::Status& status);

 private:
  static constexpr int kCodes = 17;
  prometheus::Counter& CounterOf(absl::StatusCode code);

  const std::string method_;
  RateLimit& ok_lines_;
  prometheus::Family<prometheus::Counter>* calls_ = nullptr;
  std::array<std::atomic<prometheus::Counter*>, kCodes> by_code_{};
  prometheus::Histogram* seconds_ = nullptr;
  prometheus::Gauge* in_flight_ = nullptr;
};

}  // namespace dap::rpc

#endif  // DAP_LIBS_RPC_CALL_STATS_H_
