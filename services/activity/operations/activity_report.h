// Reports of a cohort or an organisation, in which nobody can be recognised.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_ACTIVITY_REPORT_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_ACTIVITY_REPORT_H_

#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "dap/activity/v1/activity_report.pb.h"
#include "libs/id/uuid.h"
#include "libs/roster/entry.h"
#include "services/activity/domain/activity_figures.h"
#include "services/activity/operations/context.h"

namespace dap::activity {

struct CohortFigures {
  std::string title;
  ActivityFigures figures;
};
using FiguresByCohort = std::map<id::Uuid, CohortFigures>;

// Adds these entries of one organisation to their cohorts'. WorkOutProgress's queries and errors.
absl::Status AddFigures(const Context& context, absl::Time deadline,
                        absl::Span<const roster::Entry> entries,
                        std::optional<absl::CivilDay> as_of, FiguresByCohort& figures);

// Of one cohort alone.
v1::ActivityReport ReportOf(const ActivityFigures& cohort, absl::CivilDay as_of);
// Of a whole organisation, with its larger cohorts one by one unless it has but one.
v1::ActivityReport ReportOf(const id::Uuid& organisation, const FiguresByCohort& cohorts,
                            absl::CivilDay as_of, const Settings& settings);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_ACTIVITY_REPORT_H_
