// The table activity_report: what was published of each organisation.
#ifndef DAP_SERVICES_ACTIVITY_STORE_ACTIVITY_REPORTS_H_
#define DAP_SERVICES_ACTIVITY_STORE_ACTIVITY_REPORTS_H_

#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"

namespace dap::activity {

// The one that is there stays: what was published never changes.
absl::Status InsertReport(db::Connection& db, const id::Uuid& organisation, absl::CivilDay as_of,
                          absl::string_view report);
// The last one of that day or before, serialised. One row by the key.
absl::StatusOr<std::optional<std::string>> FindReport(db::Connection& db,
                                                      const id::Uuid& organisation,
                                                      absl::CivilDay day);
// The day of the newest of each organisation that has one: a look at each organisation in the key.
absl::StatusOr<absl::flat_hash_map<id::Uuid, absl::CivilDay>> ListLatestReports(db::Connection& db);

// For the test that they go by the key.
extern const absl::string_view kFindReportSql;
extern const absl::string_view kListLatestReportsSql;

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_STORE_ACTIVITY_REPORTS_H_
