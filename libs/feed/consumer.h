// Applies another service's events to this service's schema, each exactly once and in order.
#ifndef DAP_LIBS_FEED_CONSUMER_H_
#define DAP_LIBS_FEED_CONSUMER_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "dap/events/v1/event.pb.h"
#include "libs/feed/outbox.h"

namespace prometheus {
class Registry;
}
namespace dap::db {
class Connection;
class Pool;
}  // namespace dap::db
namespace dap::rpc {
class Channel;
}
namespace dap::time {
class Clock;
}

namespace dap::feed {

class Feed;

struct ConsumerOptions {
  // Whose events: "enrolment". At most 64 characters, as is `consumer`.
  std::string producer;
  // Who applies them, as the producer knows them: this service's name.
  std::string consumer;
  // To the producer.
  std::shared_ptr<rpc::Channel> channel;
  // This service's schema (feed::Migrate has run), and its own feed for what the handler emits.
  db::Pool* pool = nullptr;
  Feed* feed = nullptr;
  // Where the metrics go; none without.
  prometheus::Registry* registry = nullptr;
  // Clock of the leases and deadlines; the machine's where null.
  const time::Clock* machine_clock = nullptr;

  // Most events of one transaction. More is faster and holds locks longer.
  int batch = 500;
  // How long a read waits for an event.
  absl::Duration wait = absl::Seconds(20);
  // How long a partition belongs to a replica that has died; renewed three times in it.
  absl::Duration lease = absl::Seconds(9);
  // How long one transaction may take.
  absl::Duration apply_deadline = absl::Seconds(10);
  // Pauses after an error that passes by itself: the first, doubled each time up to the last.
  absl::Duration first_backoff = absl::Milliseconds(50);
  absl::Duration last_backoff = absl::Seconds(5);
  // How often an event that stops its partition is tried again.
  absl::Duration stopped_retry = absl::Seconds(5);
};

// Applies one event within `tx`; emits by filling `outbox`, which goes into this service's feed in
// the same transaction. May run several times for one event, of which one is committed: nothing
// outside of `tx` and `outbox`, and no calls. It passes over payloads it does not know. An error:
//   UNAVAILABLE, ABORTED, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, CANCELLED: tried again, with
//   backoff; any other: the event stops its partition until it can be applied or is parked
//   (parking.h).
using Handler =
    std::function<absl::Status(db::Connection& tx, Outbox& outbox, const events::v1::Event& event)>;

// One for each producer. Thread-safe. One thread: it shares the producer's partitions with the
// other replicas' consumers by leases, waits for events of all its partitions at once, applies a
// batch and moves the cursor in one transaction. A cursor that has moved meanwhile takes the
// transaction back, so neither a crash nor two replicas at once change anything twice; the leases
// only save work. Metrics, for the partitions it holds: dap_feed_lag_events{producer,partition},
// dap_feed_stopped{producer,partition} (1 or 0), dap_feed_consumer_lag_seconds{producer,partition},
// dap_feed_events_applied_total{producer}.
class Consumer {
 public:
  Consumer(ConsumerOptions options, Handler handler);
  // Stops.
  ~Consumer();
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;

  // Once. The producer need not be up: it is asked until it answers.
  void Start();
  // Ends after the transaction that is open, gives the leases back, joins. Idempotent.
  void Stop();

 private:
  class Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace dap::feed

#endif  // DAP_LIBS_FEED_CONSUMER_H_
