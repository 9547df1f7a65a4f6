// The table experience_report: who asked the coaches to look at what, and why.
#ifndef DAP_SERVICES_ACTIVITY_STORE_EXPERIENCE_REPORTS_H_
#define DAP_SERVICES_ACTIVITY_STORE_EXPERIENCE_REPORTS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"

namespace dap::activity {

// False where this person has reported it already: nothing is changed.
absl::StatusOr<bool> InsertReport(db::Connection& tx, const id::Uuid& organisation,
                                  const id::Uuid& experience, const id::Uuid& staff,
                                  absl::string_view reason, absl::Time now);
absl::Status SettleReports(db::Connection& tx, const id::Uuid& organisation,
                           const id::Uuid& experience);

// Why each was reported since a coach last decided, newest first; all of them. One query.
using ReportReasons = std::map<id::Uuid, std::vector<std::string>>;
absl::StatusOr<ReportReasons> ListReportReasons(db::Connection& db, const id::Uuid& organisation,
                                                absl::Span<const id::Uuid> experiences);

// For the test that it goes by its key.
extern const absl::string_view kListReportReasonsSql;
extern const absl::string_view kReportReasonsInOrderSql;

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_STORE_EXPERIENCE_REPORTS_H_
