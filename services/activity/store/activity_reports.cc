#include "services/activity/store/activity_reports.h"

#include "libs/status/macros.h"

namespace dap::activity {
namespace {

constexpr absl::string_view kInsert =
    "INSERT IGNORE INTO activity_report (organisation, as_of_day, report) VALUES (?, ?, ?)";

}  // namespace

const absl::string_view kFindReportSql =
    "SELECT report FROM activity_report WHERE organisation = ? AND as_of_day <= ?"
    " ORDER BY as_of_day DESC LIMIT 1";
const absl::string_view kListLatestReportsSql =
    "SELECT organisation, MAX(as_of_day) FROM activity_report GROUP BY organisation";

absl::Status InsertReport(db::Connection& db, const id::Uuid& organisation, absl::CivilDay as_of,
                          absl::string_view report) {
  return db.Execute(kInsert, {organisation, as_of, report}).status();
}

absl::StatusOr<std::optional<std::string>> FindReport(db::Connection& db,
                                                      const id::Uuid& organisation,
                                                      absl::CivilDay day) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row, db.QueryOne(kFindReportSql, {organisation, day}));
  if (!row) return std::nullopt;
  return row->String(0);
}

absl::StatusOr<absl::flat_hash_map<id::Uuid, absl::CivilDay>> ListLatestReports(
    db::Connection& db) {
  ASSIGN_OR_RETURN(db::Rows rows, db.Query(kListLatestReportsSql));
  absl::flat_hash_map<id::Uuid, absl::CivilDay> days;
  for (const db::Row& row : rows) days[row.Uuid(0)] = row.Day(1);
  return days;
}

}  // namespace dap::activity
