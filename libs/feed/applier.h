// One transaction of a consumer. Internal to libs/feed.
#ifndef DAP_LIBS_FEED_APPLIER_H_
#define DAP_LIBS_FEED_APPLIER_H_

#include <cstdint>
#include <map>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "libs/db/connection.h"
#include "libs/feed/consumer.h"
#include "libs/time/clock.h"

namespace dap::feed {

// Not thread-safe.
class Applier {
 public:
  Applier(const ConsumerOptions& options, const time::Clock& machine_clock, Handler handler)
      : options_(options), machine_clock_(machine_clock), handler_(std::move(handler)) {}

  // Makes the cursors of a producer's partitions, where there are none yet.
  absl::Status MakeCursors(int partitions);
  absl::StatusOr<int64_t> ReadCursor(int partition);

  // Applies events that follow each other and moves the cursor from `expected` to the last of them,
  // all or nothing. ABORTED (CURSOR_MOVED) where it is not at `expected` any more.
  absl::Status Apply(int partition, int64_t expected, absl::Span<const events::v1::Event> events);

 private:
  absl::Status ApplyIn(db::Connection& tx, int partition, int64_t expected,
                       absl::Span<const events::v1::Event> events, Outbox& outbox);
  absl::Status ApplyOne(db::Connection& tx, const events::v1::Event& event, Outbox& outbox);
  absl::Status PassOver(db::Connection& tx, int partition, const events::v1::Event& event);
  absl::Time Deadline() const { return machine_clock_.Now() + options_.apply_deadline; }

  const ConsumerOptions& options_;
  const time::Clock& machine_clock_;
  const Handler handler_;
};

bool IsCursorMoved(const absl::Status& status);

}  // namespace dap::feed

#endif  // DAP_LIBS_FEED_APPLIER_H_
