#include "libs/rpc/call_stats.h"

#include "absl/strings/str_cat.h"
#include "libs/rpc/batch_metrics.h"
#include "libs/status/error.h"
#include "libs/telemetry/log.h"
#include "libs/telemetry/metrics.h"

namespace dap::rpc {
namespace {

using ::std::chrono::steady_clock;

// Whose fault an error is: the caller's are of interest to the caller.
telemetry::Severity SeverityOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kUnimplemented:
      return telemetry::Severity::kError;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kDeadlineExceeded:
      return telemetry::Severity::kWarning;
    default:
      return telemetry::Severity::kInfo;
  }
}

bool IsWithheld(absl::StatusCode code) {
  return code == absl::StatusCode::kInternal || code == absl::StatusCode::kUnknown ||
         code == absl::StatusCode::kDataLoss;
}

}  // namespace

bool RateLimit::Take(steady_clock::time_point now) {
  const int64_t second =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  if (second_.load(std::memory_order_relaxed) != second &&
      second_.exchange(second, std::memory_order_relaxed) != second) {
    taken_.store(0, std::memory_order_relaxed);
  }
  if (taken_.load(std::memory_order_relaxed) >= per_second_) return false;
  return taken_.fetch_add(1, std::memory_order_relaxed) < per_second_;
}

CallStats::CallStats(prometheus::Registry* registry, absl::string_view method, RateLimit& ok_lines)
    : method_(method), ok_lines_(ok_lines) {
  if (registry == nullptr) return;
  calls_ = &telemetry::Counters(*registry, "dap_rpc_calls_total", "Calls served, by result.");
  seconds_ = &telemetry::Histograms(*registry, "dap_rpc_seconds",
                                    "Time from a call's arrival to its answer.")
                  .Add({{"method", method_}}, telemetry::LatencyBuckets());
  in_flight_ = &telemetry::Gauges(*registry, "dap_rpc_in_flight", "Calls that are being served.")
                    .Add({{"method", method_}});
}

CallStats::Start CallStats::Begin() {
  if (in_flight_ != nullptr) in_flight_->Increment();
  return steady_clock::now();
}

prometheus::Counter& CallStats::CounterOf(absl::StatusCode code) {
  auto& slot = by_code_[static_cast<size_t>(code) % kCodes];
  prometheus::Counter* counter = slot.load(std::memory_order_acquire);
  if (counter == nullptr) {
    counter = &calls_->Add({{"method", method_}, {"code", absl::StatusCodeToString(code)}});
    slot.store(counter, std::memory_order_release);
  }
  return *counter;
}

void CallStats::End(const Call& call, Start start, const absl::Status& status) {
  const steady_clock::time_point now = steady_clock::now();
  const double seconds = std::chrono::duration<double>(now - start).count();
  if (calls_ != nullptr) {
    CounterOf(status.code()).Increment();
    seconds_->Observe(seconds);
    in_flight_->Decrement();
  }
  if (status.ok() && !ok_lines_.Take(now)) return;
  telemetry::ScopedTrace trace(call.trace());
  const std::string code = absl::StatusCodeToString(status.code());
  if (IsWithheld(status.code())) {
    telemetry::Log(telemetry::Severity::kError, "rpc",
                   {{"method", method_},
                    {"code", code},
                    {"reason", status::Reason(status)},
                    {"ms", seconds * 1e3},
                    {"peer", call.peer()},
                    {"error", status.message()}});
  } else {
    telemetry::Log(SeverityOf(status.code()), "rpc",
                   {{"method", method_},
                    {"code", code},
                    {"reason", status::Reason(status)},
                    {"ms", seconds * 1e3},
                    {"peer", call.peer()}});
  }
}

BatchMetrics::BatchMetrics(prometheus::Registry* registry, absl::string_view batcher) {
  if (registry == nullptr) return;
  items_ = &telemetry::Histograms(*registry, "dap_rpc_batch_items", "Items a batched write took.")
                .Add({{"batcher", std::string(batcher)}},
                     prometheus::Histogram::BucketBoundaries{1, 2, 4, 8, 16, 32, 64, 128, 256, 512});
}

void BatchMetrics::ObserveBatch(size_t items) {
  if (items_ != nullptr) items_->Observe(static_cast<double>(items));
}

}  // namespace dap::rpc
