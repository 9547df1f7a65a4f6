#include "libs/feed/event_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/feed/feed_error.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::feed {
namespace {

constexpr char kLastPositions[] = "SELECT partition_no, last_position FROM feed_partition";
constexpr char kReadEvents[] =
    "SELECT position, payload FROM feed_event WHERE partition_no = ? AND position > ? "
    "ORDER BY position LIMIT ?";
constexpr char kSaveConsumers[] =
    "INSERT INTO feed_consumer (consumer, partition_no, position, seen_at) VALUES";
constexpr char kSaveConsumersAgain[] =
    "ON DUPLICATE KEY UPDATE position = VALUES(position), seen_at = VALUES(seen_at)";

absl::Status Gone(int partition, int64_t after) {
  return OutOfRange("FEED_POSITION_GONE",
                    absl::StrCat("Events of partition ", partition, " after position ", after,
                                 " are no longer kept; an operator must decide"));
}

}  // namespace

absl::StatusOr<std::vector<int64_t>> LastPositions(db::Connection& connection, int partitions) {
  ASSIGN_OR_RETURN(db::Rows rows, connection.Query(kLastPositions));
  std::vector<int64_t> last(partitions, 0);
  for (const db::Row& row : rows) {
    const int64_t partition = row.Int(0);
    if (partition < partitions) last[partition] = row.Int(1);
  }
  return last;
}

absl::StatusOr<std::vector<EventPointer>> ReadEvents(db::Connection& connection, int partition,
                                                     int64_t after, int max, int64_t last) {
  ASSIGN_OR_RETURN(db::Rows rows, connection.Query(kReadEvents, {partition, after, max}));
  if (rows.empty() && last > after) return Gone(partition, after);
  std::vector<EventPointer> events;
  events.reserve(rows.size());
  size_t bytes = 0;
  for (const db::Row& row : rows) {
    if (row.Int(0) != after + 1) return Gone(partition, after);
    bytes += row.String(1).size();
    if (!events.empty() && bytes > kMaxAnswerBytes) break;
    auto event = std::make_shared<events::v1::Event>();
    if (!event->ParseFromString(row.String(1))) {
      return status::Internal(
          absl::StrCat("event ", after + 1, " of partition ", partition, " is broken"));
    }
    event->set_position(++after);
    events.push_back(std::move(event));
  }
  return events;
}

absl::Status SaveConsumers(db::Connection& connection,
                           const std::vector<ConsumerPosition>& positions, absl::Time now) {
  std::vector<db::Values> rows;
  rows.reserve(positions.size());
  for (const ConsumerPosition& at : positions) {
    rows.push_back({at.consumer, at.partition, at.position, now});
  }
  return connection.InsertRows(kSaveConsumers, rows, kSaveConsumersAgain).status();
}

}  // namespace dap::feed
