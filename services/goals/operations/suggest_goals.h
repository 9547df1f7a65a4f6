#ifndef DAP_SERVICES_GOALS_OPERATIONS_SUGGEST_GOALS_H_
#define DAP_SERVICES_GOALS_OPERATIONS_SUGGEST_GOALS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "libs/db/connection.h"
#include "services/goals/domain/suggestion.h"
#include "services/goals/operations/context.h"

namespace dap::goals {

// From the latest assessment and the goals there were, with today in `zone`; see Suggest. The
// templates it points to are the catalogue's. FAILED_PRECONDITION (BASELINE_MISSING). Four queries
// by key.
absl::StatusOr<std::vector<Suggestion>> SuggestGoals(const Context& context, db::Connection& tx,
                                                     const EnrolmentKey& of, absl::TimeZone zone,
                                                     absl::optional<GoalSetting> needed_setting);

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_OPERATIONS_SUGGEST_GOALS_H_
