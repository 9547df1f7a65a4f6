// How long a producer keeps its events.
#ifndef DAP_LIBS_FEED_RETENTION_H_
#define DAP_LIBS_FEED_RETENTION_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace dap::db {
class Connection;
class Pool;
}  // namespace dap::db

namespace dap::feed {

inline constexpr absl::Duration kRetention = absl::Hours(7 * 24);

// Deletes the events that are older than `keep` at `now` and that every registered consumer has
// passed; a consumer registers by reading. What goes is always the oldest part of a partition.
// Returns how many went. In steps of 1,000, each a transaction; stops without an error at
// `deadline` (machine's clock) and goes on next time. For a job, once an hour or so.
absl::StatusOr<int64_t> Trim(db::Pool& pool, absl::Time now, absl::Time deadline,
                             absl::Duration keep = kRetention);

// Stops keeping events for a consumer that will never read again. OK where there is none of that
// name.
absl::Status ForgetConsumer(db::Connection& tx, absl::string_view consumer);

}  // namespace dap::feed

#endif  // DAP_LIBS_FEED_RETENTION_H_
