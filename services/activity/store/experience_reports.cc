#include "services/activity/store/experience_reports.h"

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/activity/store/in_list.h"

namespace dap::activity {
namespace {

constexpr absl::string_view kInsert =
    "INSERT IGNORE INTO experience_report (organisation, experience, staff, reason, create_time,"
    " settled) VALUES (?, ?, ?, ?, ?, 0)";
constexpr absl::string_view kSettle =
    "UPDATE experience_report SET settled = 1 WHERE organisation = ? AND experience = ?";

}  // namespace

// Followed by the list of experiences and what keeps them in order.
const absl::string_view kListReportReasonsSql =
    "SELECT experience, reason FROM experience_report WHERE organisation = ? AND settled = 0"
    " AND experience IN ";
const absl::string_view kReportReasonsInOrderSql = " ORDER BY experience, create_time DESC, staff";

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

absl::StatusOr<ReportReasons> ListReportReasons(db::Connection& db, const id::Uuid& organisation,
                                                absl::Span<const id::Uuid> experiences) {
  ReportReasons reasons;
  if (experiences.empty()) return reasons;
  db::Values values = {organisation};
  const std::string list = InList(experiences, values);
  ASSIGN_OR_RETURN(
      const db::Rows rows,
      db.Query(absl::StrCat(kListReportReasonsSql, list, kReportReasonsInOrderSql), values));
  for (const db::Row& row : rows) reasons[row.Uuid(0)].push_back(row.String(1));
  return reasons;
}

}  // namespace dap::activity
