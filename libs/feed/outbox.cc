#include "libs/feed/outbox.h"

#include <map>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/db/connection.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/telemetry/trace.h"

namespace dap::feed {
namespace {

// Locks the counter row until COMMIT.
constexpr char kTakePositions[] =
    "UPDATE feed_partition SET last_position = last_position + ? WHERE partition_no = ?";
constexpr char kReadTaken[] = "SELECT last_position FROM feed_partition WHERE partition_no = ?";
constexpr char kInsertEvents[] =
    "INSERT INTO feed_event (partition_no, position, organisation, occur_time, payload) VALUES";

// Takes `count` positions of the partition; returns the first.
absl::StatusOr<int64_t> TakePositions(db::Connection& tx, int partition, int64_t count) {
  ASSIGN_OR_RETURN(int64_t updated, tx.Execute(kTakePositions, {count, partition}));
  if (updated != 1) {
    return status::Internal(absl::StrCat("the feed has no partition ", partition));
  }
  ASSIGN_OR_RETURN(std::optional<db::Row> row, tx.QueryOne(kReadTaken, {partition}));
  if (!row.has_value()) return status::Internal("the feed's counter row went away");
  return row->Int(0) - count + 1;
}

std::string Payload(const Outbox::Entry& entry, absl::Time now) {
  events::v1::Event event = entry.event;
  event.clear_position();
  event.set_organisation(entry.organisation.bytes().data(), id::Uuid::kBytes);
  const int64_t micros = absl::ToUnixMicros(now);
  event.mutable_occur_time()->set_seconds(micros / 1000000);
  event.mutable_occur_time()->set_nanos(static_cast<int32_t>(micros % 1000000) * 1000);
  return event.SerializeAsString();
}

}  // namespace

int PartitionOf(const id::Uuid& organisation, int partitions) {
  uint64_t hash = 14695981039346656037u;  // FNV-1a
  for (char byte : organisation.bytes()) {
    hash = (hash ^ static_cast<uint8_t>(byte)) * 1099511628211u;
  }
  return static_cast<int>(hash % static_cast<uint64_t>(partitions));
}

void Outbox::Add(const id::Uuid& organisation, events::v1::Event event) {
  const telemetry::TraceContext& trace = telemetry::CurrentTrace();
  if (event.traceparent().empty() && trace.valid()) event.set_traceparent(trace.ToString());
  entries_.push_back({organisation, std::move(event)});
}

absl::Status Append(db::Connection& tx, const FeedOptions& options, const Outbox& outbox,
                    absl::Time now) {
  if (outbox.empty()) return absl::OkStatus();
  std::map<int, std::vector<const Outbox::Entry*>> by_partition;
  for (const Outbox::Entry& entry : outbox.entries()) {
    by_partition[PartitionOf(entry.organisation, options.partitions)].push_back(&entry);
  }
  std::vector<db::Values> rows;
  rows.reserve(outbox.size());
  for (const auto& [partition, entries] : by_partition) {
    ASSIGN_OR_RETURN(int64_t position,
                     TakePositions(tx, partition, static_cast<int64_t>(entries.size())));
    for (const Outbox::Entry* entry : entries) {
      rows.push_back({partition, position++, entry->organisation, now, Payload(*entry, now)});
    }
  }
  return tx.InsertRows(kInsertEvents, rows).status();
}

}  // namespace dap::feed
