// A process's metrics and the HTTP endpoint that Prometheus reads them from.
//
// A label's value comes from a small fixed set: a method, a code, a peer, a job, a partition. Never
// a person, an organisation, an id or anything else of a request: labels are kept for ever, are
// read by people who may see no personal data, and each new value costs memory here and in
// Prometheus.
#ifndef DAP_LIBS_TELEMETRY_METRICS_H_
#define DAP_LIBS_TELEMETRY_METRICS_H_

#include <prometheus/collectable.h>
#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace dap::telemetry {

// Families by name, each once a registry: asking again for a name gives the same family. They live
// as long as the registry. Keep the reference, and the references that Add gives for the labels
// wanted (Add looks them up under a lock; counting with a kept one is an atomic addition). Names
// are the program's own, constant and valid for Prometheus (a bad one is a programming error and
// throws). Thread-safe.
prometheus::Family<prometheus::Counter>& Counters(prometheus::Registry& registry,
                                                  absl::string_view name, absl::string_view help);
prometheus::Family<prometheus::Gauge>& Gauges(prometheus::Registry& registry,
                                              absl::string_view name, absl::string_view help);
prometheus::Family<prometheus::Histogram>& Histograms(prometheus::Registry& registry,
                                                      absl::string_view name,
                                                      absl::string_view help);

// Upper bounds in seconds for what should take milliseconds: 1 ms to 30 s. For Histograms' Add.
const prometheus::Histogram::BucketBoundaries& LatencyBuckets();

// Owns the registry and the endpoint. Thread-safe. Destroy it after everything that counts.
class Metrics {
 public:
  // Serves GET /metrics on `listen` ("127.0.0.1:9100", "[::1]:9100"; port 0 takes a free one), with
  // the process's own figures (process_*) besides the registry's. INVALID_ARGUMENT (LISTEN_INVALID)
  // for an address that is none, UNAVAILABLE (LISTEN_FAILED) where it cannot be listened on.
  static absl::StatusOr<std::unique_ptr<Metrics>> Start(absl::string_view listen);

  prometheus::Registry& registry() { return *registry_; }
  // The port that is listened on.
  int port() const { return port_; }

 private:
  Metrics() = default;

  std::shared_ptr<prometheus::Registry> registry_;
  std::shared_ptr<prometheus::Collectable> process_;
  std::unique_ptr<prometheus::Exposer> exposer_;
  int port_ = 0;
};

}  // namespace dap::telemetry

#endif  // DAP_LIBS_TELEMETRY_METRICS_H_
