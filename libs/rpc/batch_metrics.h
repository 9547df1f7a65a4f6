#ifndef DAP_LIBS_RPC_BATCH_METRICS_H_
#define DAP_LIBS_RPC_BATCH_METRICS_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace prometheus {
class Histogram;
class Registry;
}  // namespace prometheus

namespace dap::rpc {

// The sizes of a Batcher's batches, as dap_rpc_batch_items{batcher}. Thread-safe.
class BatchMetrics {
 public:
  // Counts nothing without a registry.
  BatchMetrics(prometheus::Registry* registry, absl::string_view batcher);
  void ObserveBatch(size_t items);

 private:
  prometheus::Histogram* items_ = nullptr;
};

}  // namespace dap::rpc

#endif  // DAP_LIBS_RPC_BATCH_METRICS_H_
