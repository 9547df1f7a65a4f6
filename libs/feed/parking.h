// What an operator does about an event that cannot be applied.
#ifndef DAP_LIBS_FEED_PARKING_H_
#define DAP_LIBS_FEED_PARKING_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace dap::db {
class Connection;
}

namespace dap::feed {

// Makes this service pass over one event of `producer` from its next try on. The event's bytes are
// kept beside the order when it is passed over (feed_parked.payload), so that it can be looked into
// after the producer has let it go. Idempotent. FAILED_PRECONDITION (EVENT_ALREADY_PASSED) where
// the cursor is past it; NOT_FOUND where this service has no such cursor.
absl::Status Park(db::Connection& tx, absl::string_view producer, int partition, int64_t position,
                  absl::Time now);

}  // namespace dap::feed

#endif  // DAP_LIBS_FEED_PARKING_H_
