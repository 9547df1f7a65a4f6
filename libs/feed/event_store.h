// The producer's tables, as the tailer reads them. Internal to libs/feed.
#ifndef DAP_LIBS_FEED_EVENT_STORE_H_
#define DAP_LIBS_FEED_EVENT_STORE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dap/events/v1/event.pb.h"
#include "libs/db/connection.h"

namespace dap::feed {

using EventPointer = std::shared_ptr<const events::v1::Event>;

// Bytes of events in one answer, well under the 4 MB a peer takes by default.
inline constexpr size_t kMaxAnswerBytes = 2 << 20;
inline constexpr int kMaxAnswerEvents = 2000;

// The last committed position of each partition, by its number.
absl::StatusOr<std::vector<int64_t>> LastPositions(db::Connection& connection, int partitions);

// Up to `max` committed events after a position, in order and without gaps; fewer where they are
// big. OUT_OF_RANGE (FEED_POSITION_GONE) where the next one is no longer kept; `last` is a last
// position read before.
absl::StatusOr<std::vector<EventPointer>> ReadEvents(db::Connection& connection, int partition,
                                                     int64_t after, int max, int64_t last);

// A consumer's own word on how far it is.
struct ConsumerPosition {
  std::string consumer;
  int partition = 0;
  int64_t position = 0;
};
absl::Status SaveConsumers(db::Connection& connection,
                           const std::vector<ConsumerPosition>& positions, absl::Time now);

}  // namespace dap::feed

#endif  // DAP_LIBS_FEED_EVENT_STORE_H_
