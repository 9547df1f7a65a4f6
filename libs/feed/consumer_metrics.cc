#include "libs/feed/consumer_metrics.h"

#include <utility>

namespace dap::feed {

ConsumerMetrics::ConsumerMetrics(prometheus::Registry* registry, std::string producer)
    : producer_(std::move(producer)) {
  if (registry == nullptr) return;
  lag_events_ = &telemetry::Gauges(*registry, "dap_feed_lag_events",
                                   "Events of a producer's partition not applied yet.");
  lag_seconds_ = &telemetry::Gauges(*registry, "dap_feed_consumer_lag_seconds",
                                    "Age of the oldest event not applied yet; 0 when level.");
  stopped_ = &telemetry::Gauges(*registry, "dap_feed_stopped",
                                "1 while an event that cannot be applied stops its partition.");
  applied_ = &telemetry::Counters(*registry, "dap_feed_events_applied_total",
                                  "Events of a producer applied by this process.")
                  .Add({{"producer", producer_}});
}

ConsumerMetrics::~ConsumerMetrics() {
  while (!held_.empty()) Drop(held_.begin()->first);
}

void ConsumerMetrics::Hold(int partition) {
  if (applied_ == nullptr) return;
  const prometheus::Labels labels = {{"producer", producer_},
                                     {"partition", std::to_string(partition)}};
  held_[partition] = {&lag_events_->Add(labels), &lag_seconds_->Add(labels),
                      &stopped_->Add(labels)};
}

void ConsumerMetrics::Drop(int partition) {
  const auto it = held_.find(partition);
  if (it == held_.end()) return;
  lag_events_->Remove(it->second.lag_events);
  lag_seconds_->Remove(it->second.lag_seconds);
  stopped_->Remove(it->second.stopped);
  held_.erase(it);
}

void ConsumerMetrics::SetLag(int partition, int64_t events, absl::Duration time) {
  const auto it = held_.find(partition);
  if (it == held_.end()) return;
  it->second.lag_events->Set(static_cast<double>(events));
  it->second.lag_seconds->Set(absl::ToDoubleSeconds(time));
}

void ConsumerMetrics::SetStopped(int partition, bool stopped) {
  const auto it = held_.find(partition);
  if (it != held_.end()) it->second.stopped->Set(stopped ? 1 : 0);
}

void ConsumerMetrics::CountApplied(size_t events) {
  if (applied_ != nullptr) applied_->Increment(static_cast<double>(events));
}

}  // namespace dap::feed
