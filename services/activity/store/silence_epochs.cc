#include "services/activity/store/silence_epochs.h"

#include <optional>

#include "libs/status/macros.h"

namespace dap::activity {
namespace {

constexpr absl::string_view kRead = "SELECT epoch FROM silence_epoch WHERE organisation = ?";
constexpr absl::string_view kHold =
    "SELECT epoch FROM silence_epoch WHERE organisation = ? LOCK IN SHARE MODE";
constexpr absl::string_view kBegin =
    "INSERT IGNORE INTO silence_epoch (organisation, epoch) VALUES (?, 0)";
constexpr absl::string_view kRaise =
    "INSERT INTO silence_epoch (organisation, epoch) VALUES (?, 1)"
    " ON DUPLICATE KEY UPDATE epoch = epoch + 1";

absl::StatusOr<int64_t> Read(db::Connection& db, absl::string_view sql,
                             const id::Uuid& organisation) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row, db.QueryOne(sql, {organisation}));
  return row ? row->Int(0) : int64_t{0};
}

}  // namespace

absl::StatusOr<int64_t> ReadEpoch(db::Connection& db, const id::Uuid& organisation) {
  return Read(db, kRead, organisation);
}

absl::StatusOr<int64_t> HoldEpoch(db::Connection& tx, const id::Uuid& organisation) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row, tx.QueryOne(kHold, {organisation}));
  if (row) return row->Int(0);
  // There is nothing to hold before the row is there.
  RETURN_IF_ERROR(tx.Execute(kBegin, {organisation}).status());
  return Read(tx, kHold, organisation);
}

absl::StatusOr<int64_t> RaiseEpoch(db::Connection& tx, const id::Uuid& organisation) {
  RETURN_IF_ERROR(tx.Execute(kRaise, {organisation}).status());
  return Read(tx, kRead, organisation);
}

}  // namespace dap::activity
