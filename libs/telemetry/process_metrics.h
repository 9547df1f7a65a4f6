// What the kernel knows of this process, under the names Prometheus' own clients use.
#ifndef DAP_LIBS_TELEMETRY_PROCESS_METRICS_H_
#define DAP_LIBS_TELEMETRY_PROCESS_METRICS_H_

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <vector>

namespace dap::telemetry {

// process_resident_memory_bytes, process_open_fds, process_cpu_seconds_total and
// process_start_time_seconds, read from /proc at each scrape; what cannot be read is left out.
// Thread-safe.
class ProcessMetrics final : public prometheus::Collectable {
 public:
  std::vector<prometheus::MetricFamily> Collect() const override;
};

}  // namespace dap::telemetry

#endif  // DAP_LIBS_TELEMETRY_PROCESS_METRICS_H_
