#include "services/activity/store/sweep_days.h"

#include "libs/status/macros.h"

namespace dap::activity {
namespace {

constexpr absl::string_view kSave =
    "INSERT INTO sweep_day (organisation, time_zone) VALUES (?, ?)"
    " ON DUPLICATE KEY UPDATE time_zone = VALUES(time_zone)";
constexpr absl::string_view kList = "SELECT organisation, time_zone, swept_day FROM sweep_day";
constexpr absl::string_view kSaveSwept =
    "UPDATE sweep_day SET swept_day = ? WHERE organisation = ?";

}  // namespace

absl::Status SaveOrganisation(db::Connection& tx, const id::Uuid& organisation,
                              absl::string_view time_zone) {
  return tx.Execute(kSave, {organisation, time_zone}).status();
}

absl::StatusOr<std::vector<SweepDay>> ListSweepDays(db::Connection& db) {
  ASSIGN_OR_RETURN(db::Rows rows, db.Query(kList));
  std::vector<SweepDay> days;
  for (const db::Row& row : rows) days.push_back({row.Uuid(0), row.String(1), row.OptionalDay(2)});
  return days;
}

absl::Status SaveSweptDay(db::Connection& db, const id::Uuid& organisation, absl::CivilDay day) {
  return db.Execute(kSaveSwept, {day, organisation}).status();
}

}  // namespace dap::activity
