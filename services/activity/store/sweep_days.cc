#include "services/activity/store/sweep_days.h"

#include "libs/status/macros.h"

namespace dap::activity {
namespace {

constexpr absl::string_view kSave =
    "INSERT INTO sweep_day (organisation, time_zone) VALUES (?, ?)"
    " ON DUPLICATE KEY UPDATE time_zone = VALUES(time_zone)";
constexpr absl::string_view kList =
    "SELECT organisation, time_zone, swept_day, seen_day, days_version, reviewed_version"
    " FROM sweep_day";
constexpr absl::string_view kFindZone = "SELECT time_zone FROM sweep_day WHERE organisation = ?";
constexpr absl::string_view kSaveSwept =
    "UPDATE sweep_day SET swept_day = ?, seen_day = ?, reviewed_version = ? WHERE organisation = ?";
constexpr absl::string_view kMark =
    "UPDATE sweep_day SET days_version = days_version + 1 WHERE organisation = ?";

}  // namespace

absl::Status SaveOrganisation(db::Connection& tx, const id::Uuid& organisation,
                              absl::string_view time_zone) {
  return tx.Execute(kSave, {organisation, time_zone}).status();
}

absl::StatusOr<std::vector<SweepDay>> ListSweepDays(db::Connection& db) {
  ASSIGN_OR_RETURN(db::Rows rows, db.Query(kList));
  std::vector<SweepDay> days;
  for (const db::Row& row : rows) {
    days.push_back({row.Uuid(0), row.String(1), row.OptionalDay(2), row.OptionalDay(3), row.Int(4),
                    row.Int(5)});
  }
  return days;
}

absl::StatusOr<std::string> FindTimeZone(db::Connection& db, const id::Uuid& organisation) {
  ASSIGN_OR_RETURN(const std::optional<db::Row> row, db.QueryOne(kFindZone, {organisation}));
  return row ? row->String(0) : "UTC";
}

absl::Status SaveSweptDay(db::Connection& tx, const SweepDay& day) {
  return tx
      .Execute(kSaveSwept, {day.swept_day, day.seen_day, day.reviewed_version, day.organisation})
      .status();
}

absl::Status MarkDaysChanged(db::Connection& tx, const id::Uuid& organisation) {
  return tx.Execute(kMark, {organisation}).status();
}

}  // namespace dap::activity
