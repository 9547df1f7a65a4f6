#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_CONTRIBUTION_FIGURES_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_CONTRIBUTION_FIGURES_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "dap/activity/v1/experience_service.pb.h"
#include "libs/roster/entry.h"
#include "services/activity/operations/context.h"

namespace dap::activity {

// Of so many weeks up to the one of `last_day` (none: today), small counts left out. `cohort` are
// its entries, one or more. One query.
absl::StatusOr<v1::ContributionFigures> GetContributionFigures(
    const Context& context, absl::Time deadline, const std::vector<roster::Entry>& cohort,
    std::optional<absl::CivilDay> last_day, int weeks);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_CONTRIBUTION_FIGURES_H_
