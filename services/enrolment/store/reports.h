// Counts for reports.
#ifndef DAP_SERVICES_ENROLMENT_STORE_REPORTS_H_
#define DAP_SERVICES_ENROLMENT_STORE_REPORTS_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/enrolment/domain/reports.h"

namespace dap::enrolment::store {

// The organisation's numbers for reports.
absl::StatusOr<privacy::Rules> LoadReportRules(db::Connection& connection,
                                               const id::Uuid& organisation);

// What happened from `from` on, in one cohort or in all. One statement over the enrolments.
absl::StatusOr<std::vector<RecruitmentCount>> CountRecruitment(
    db::Connection& connection, const id::Uuid& organisation, const std::optional<id::Uuid>& cohort,
    absl::Time from);

// Of kick-offs that ended `days` days before `before`, those of the newest cohorts first, at most
// `limit`; as they were those days after their end, so that a count once told stays.
absl::StatusOr<std::vector<KickOffCount>> CountKickOffs(db::Connection& connection,
                                                        const id::Uuid& organisation,
                                                        const std::optional<id::Uuid>& cohort,
                                                        absl::Time before, int days, int limit);

// The statements, for the test that each goes by its index.
extern const char kCountRecruitmentSql[];
extern const char kCountRecruitmentOfCohortSql[];
extern const char kCountKickOffsSql[];
extern const char kCountKickOffOfCohortSql[];

}  // namespace dap::enrolment::store

#endif  // DAP_SERVICES_ENROLMENT_STORE_REPORTS_H_
