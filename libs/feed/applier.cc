#include "libs/feed/applier.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "libs/db/transaction.h"
#include "libs/feed/feed.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/telemetry/log.h"
#include "libs/telemetry/trace.h"

namespace dap::feed {
namespace {

constexpr char kMakeCursors[] = "INSERT INTO feed_cursor (producer, partition_no, position) VALUES";
constexpr char kKeepCursors[] = "ON DUPLICATE KEY UPDATE position = position";
constexpr char kReadCursor[] =
    "SELECT position FROM feed_cursor WHERE producer = ? AND partition_no = ?";
// First in the transaction: of two consumers at once the second waits here, and then sees.
constexpr char kMoveCursor[] =
    "UPDATE feed_cursor SET position = ? WHERE producer = ? AND partition_no = ? AND position = ?";
constexpr char kReadParked[] =
    "SELECT position FROM feed_parked WHERE producer = ? AND partition_no = ? "
    "AND position BETWEEN ? AND ?";
constexpr char kPassOver[] =
    "UPDATE feed_parked SET passed_at = ?, payload = ? "
    "WHERE producer = ? AND partition_no = ? AND position = ?";

telemetry::TraceContext TraceOf(const events::v1::Event& event) {
  const std::optional<telemetry::TraceContext> cause =
      telemetry::TraceContext::Parse(event.traceparent());
  return cause.has_value() ? cause->Child() : telemetry::TraceContext::New();
}

}  // namespace

bool IsCursorMoved(const absl::Status& status) {
  return absl::IsAborted(status) && status::Reason(status) == "CURSOR_MOVED";
}

absl::Status Applier::MakeCursors(int partitions) {
  std::vector<db::Values> rows;
  for (int partition = 0; partition < partitions; ++partition) {
    rows.push_back({options_.producer, partition, 0});
  }
  return db::Transaction(*options_.pool, Deadline(), [&](db::Connection& tx) {
    return tx.InsertRows(kMakeCursors, rows, kKeepCursors).status();
  });
}

absl::StatusOr<int64_t> Applier::ReadCursor(int partition) {
  return db::Read(
      *options_.pool, Deadline(), [&](db::Connection& connection) -> absl::StatusOr<int64_t> {
        ASSIGN_OR_RETURN(std::optional<db::Row> row,
                         connection.QueryOne(kReadCursor, {options_.producer, partition}));
        if (!row.has_value()) return status::Internal("the feed's cursor went away");
        return row->Int(0);
      });
}

absl::Status Applier::Apply(int partition, int64_t expected,
                            absl::Span<const events::v1::Event> events) {
  Outbox outbox;
  RETURN_IF_ERROR(db::Transaction(*options_.pool, Deadline(), [&](db::Connection& tx) {
    outbox.Clear();
    return ApplyIn(tx, partition, expected, events, outbox);
  }));
  if (!outbox.empty()) options_.feed->Notify();
  return absl::OkStatus();
}

absl::Status Applier::ApplyIn(db::Connection& tx, int partition, int64_t expected,
                              absl::Span<const events::v1::Event> events, Outbox& outbox) {
  const int64_t last = events.back().position();
  ASSIGN_OR_RETURN(int64_t moved,
                   tx.Execute(kMoveCursor, {last, options_.producer, partition, expected}));
  if (moved == 0) {
    return status::Aborted("CURSOR_MOVED", "Another consumer has moved the cursor; read it again");
  }
  ASSIGN_OR_RETURN(db::Rows rows,
                   tx.Query(kReadParked, {options_.producer, partition, expected + 1, last}));
  absl::flat_hash_set<int64_t> parked;
  for (const db::Row& row : rows) parked.insert(row.Int(0));
  for (const events::v1::Event& event : events) {
    RETURN_IF_ERROR(parked.contains(event.position()) ? PassOver(tx, partition, event)
                                                      : ApplyOne(tx, event, outbox));
  }
  return options_.feed->Append(tx, outbox);
}

absl::Status Applier::ApplyOne(db::Connection& tx, const events::v1::Event& event, Outbox& outbox) {
  const telemetry::ScopedTrace scope(TraceOf(event));
  return handler_(tx, outbox, event);
}

absl::Status Applier::PassOver(db::Connection& tx, int partition, const events::v1::Event& event) {
  telemetry::Log(
      telemetry::Severity::kWarning, "feed_event_passed_over",
      {{"producer", options_.producer}, {"partition", partition}, {"position", event.position()}});
  return tx
      .Execute(kPassOver, {machine_clock_.Now(), event.SerializeAsString(), options_.producer,
                           partition, event.position()})
      .status();
}

}  // namespace dap::feed
