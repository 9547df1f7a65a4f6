#include "libs/feed/parking.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "libs/db/connection.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::feed {
namespace {

// Waits for a consumer that is moving it.
constexpr char kReadCursor[] =
    "SELECT position FROM feed_cursor WHERE producer = ? AND partition_no = ? FOR UPDATE";
constexpr char kPark[] =
    "INSERT INTO feed_parked (producer, partition_no, position, parked_at) VALUES (?, ?, ?, ?) "
    "ON DUPLICATE KEY UPDATE parked_at = parked_at";

}  // namespace

absl::Status Park(db::Connection& tx, absl::string_view producer, int partition, int64_t position,
                  absl::Time now) {
  ASSIGN_OR_RETURN(std::optional<db::Row> cursor, tx.QueryOne(kReadCursor, {producer, partition}));
  if (!cursor.has_value()) {
    return status::NotFound("feed cursor", absl::StrCat(producer, "/", partition));
  }
  if (cursor->Int(0) >= position) {
    return status::Precondition(
        "EVENT_ALREADY_PASSED",
        absl::StrCat("The cursor is at ", cursor->Int(0), ", past event ", position));
  }
  return tx.Execute(kPark, {producer, partition, position, now}).status();
}

}  // namespace dap::feed
