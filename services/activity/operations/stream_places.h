// How many streams may be open at once, of a process and of a person.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_STREAM_PLACES_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_STREAM_PLACES_H_

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "libs/auth/principal.h"

namespace prometheus {
class Gauge;
}

namespace dap::activity {

struct StreamPlacesOptions {
  int a_process = 1;
  // So that no one person takes all places: their devices and windows.
  int a_person = 1;
  // Shows how many are open; none without. Must outlive all places.
  prometheus::Gauge* open = nullptr;
};

// Thread-safe. Places may outlive it.
class StreamPlaces {
 public:
  explicit StreamPlaces(const StreamPlacesOptions& options);

  // Given back when it is destroyed.
  using Place = std::shared_ptr<void>;

  // RESOURCE_EXHAUSTED where the caller has as many open as one may (STREAMS_OF_PERSON), or all
  // callers together (STREAMS_OF_SERVER).
  absl::StatusOr<Place> Take(const auth::Principal& principal);

 private:
  struct Held;
  const std::shared_ptr<Held> held_;
};

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_STREAM_PLACES_H_
