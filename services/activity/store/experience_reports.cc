#include "services/activity/store/experience_reports.h"

#include "libs/status/macros.h"

namespace dap::activity {
namespace {

constexpr absl::string_view kInsert =
    "INSERT IGNORE INTO experience_report (organisation, experience, staff, reason, create_time,"
    " settled) VALUES (?, ?, ?, ?, ?, 0)";
constexpr absl::string_view kSettle =
    "UPDATE experience_report SET settled = 1 WHERE organisation = ? AND experience = ?";

}  // namespace

const absl::string_view kListReportReasonsSql =
    "SELECT reason FROM experience_report WHERE organisation = ? AND experience = ?"
    " AND settled = 0 ORDER BY create_time DESC, staff";

absl::StatusOr<bool> InsertReport(db::Connection& tx, const id::Uuid& organisation,
                                  const id::Uuid& experience, const id::Uuid& staff,
                                  absl::string_view reason, absl::Time now) {
  ASSIGN_OR_RETURN(int64_t added,
                   tx.Execute(kInsert, {organisation, experience, staff, reason, now}));
  return added > 0;
}

absl::Status SettleReports(db::Connection& tx, const id::Uuid& organisation,
                           const id::Uuid& experience) {
  return tx.Execute(kSettle, {organisation, experience}).status();
}

absl::StatusOr<std::vector<std::string>> ListReportReasons(db::Connection& db,
                                                           const id::Uuid& organisation,
                                                           const id::Uuid& experience) {
  ASSIGN_OR_RETURN(db::Rows rows, db.Query(kListReportReasonsSql, {organisation, experience}));
  std::vector<std::string> reasons;
  for (const db::Row& row : rows) reasons.push_back(row.String(0));
  return reasons;
}

}  // namespace dap::activity
