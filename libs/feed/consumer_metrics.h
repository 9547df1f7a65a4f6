// What a consumer shows of itself. Internal to libs/feed.
#ifndef DAP_LIBS_FEED_CONSUMER_METRICS_H_
#define DAP_LIBS_FEED_CONSUMER_METRICS_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/time/time.h"
#include "libs/telemetry/metrics.h"

namespace dap::feed {

// Shows the partitions that are held, and those only: another replica shows the others. Does
// nothing without a registry. Not thread-safe.
class ConsumerMetrics {
 public:
  ConsumerMetrics(prometheus::Registry* registry, std::string producer);
  ~ConsumerMetrics();

  void Hold(int partition);
  void Drop(int partition);
  void SetLag(int partition, int64_t events, absl::Duration time);
  void SetStopped(int partition, bool stopped);
  void CountApplied(size_t events);

 private:
  struct Gauges {
    prometheus::Gauge* lag_events;
    prometheus::Gauge* lag_seconds;
    prometheus::Gauge* stopped;
  };

  const std::string producer_;
  prometheus::Family<prometheus::Gauge>* lag_events_ = nullptr;
  prometheus::Family<prometheus::Gauge>* lag_seconds_ = nullptr;
  prometheus::Family<prometheus::Gauge>* stopped_ = nullptr;
  prometheus::Counter* applied_ = nullptr;
  std::map<int, Gauges> held_;
};

}  // namespace dap::feed

#endif  // DAP_LIBS_FEED_CONSUMER_METRICS_H_
