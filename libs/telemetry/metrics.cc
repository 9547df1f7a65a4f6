#include "libs/telemetry/metrics.h"

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/status/error.h"
#include "libs/telemetry/process_metrics.h"

namespace dap::telemetry {
namespace {

// Whether it ends in ":port" with something before.
bool IsAddress(absl::string_view listen) {
  const size_t colon = listen.rfind(':');
  if (colon == absl::string_view::npos || colon == 0) return false;
  int port = 0;
  return absl::SimpleAtoi(listen.substr(colon + 1), &port) && port >= 0 && port <= 65535;
}

}  // namespace

prometheus::Family<prometheus::Counter>& Counters(prometheus::Registry& registry,
                                                  absl::string_view name, absl::string_view help) {
  return prometheus::BuildCounter()
      .Name(std::string(name))
      .Help(std::string(help))
      .Register(registry);
}

prometheus::Family<prometheus::Gauge>& Gauges(prometheus::Registry& registry,
                                              absl::string_view name, absl::string_view help) {
  return prometheus::BuildGauge()
      .Name(std::string(name))
      .Help(std::string(help))
      .Register(registry);
}

prometheus::Family<prometheus::Histogram>& Histograms(prometheus::Registry& registry,
                                                      absl::string_view name,
                                                      absl::string_view help) {
  return prometheus::BuildHistogram()
      .Name(std::string(name))
      .Help(std::string(help))
      .Register(registry);
}

const prometheus::Histogram::BucketBoundaries& LatencyBuckets() {
  static const auto* const buckets = new prometheus::Histogram::BucketBoundaries{
      0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30};
  return *buckets;
}

absl::StatusOr<std::unique_ptr<Metrics>> Metrics::Start(absl::string_view listen) {
  if (!IsAddress(listen)) {
    return status::Invalid("metrics_listen", "LISTEN_INVALID",
                           absl::StrCat("\"", listen, "\" is no address. Write host:port."));
  }
  auto metrics = std::unique_ptr<Metrics>(new Metrics());
  metrics->registry_ = std::make_shared<prometheus::Registry>();
  metrics->process_ = std::make_shared<ProcessMetrics>();
  try {
    // Civetweb, below the exposer, says what is wrong by throwing.
    metrics->exposer_ = std::make_unique<prometheus::Exposer>(
        std::vector<std::string>{"listening_ports", std::string(listen), "num_threads", "2"});
    metrics->exposer_->RegisterCollectable(metrics->process_);
    metrics->exposer_->RegisterCollectable(metrics->registry_);
  } catch (const std::exception&) {
    return status::Unavailable(
        "LISTEN_FAILED", absl::StrCat("Cannot serve metrics on ", listen,
                                      ". Check that the address is this machine's and free."));
  }
  const std::vector<int> ports = metrics->exposer_->GetListeningPorts();
  if (ports.empty()) return status::Internal("the metrics endpoint listens on no port");
  metrics->port_ = ports.front();
  return metrics;
}

}  // namespace dap::telemetry
