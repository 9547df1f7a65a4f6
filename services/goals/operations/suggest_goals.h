#ifndef DAP_SERVICES_GOALS_OPERATIONS_SUGGEST_GOALS_H_
#define DAP_SERVICES_GOALS_OPERATIONS_SUGGEST_GOALS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "libs/db/connection.h"
#include "services/goals/domain/goal.h"
#include "services/goals/domain/suggestion.h"
#include "services/goals/operations/context.h"

namespace dap::goals {

// From the latest assessment and the goals there were, with today in `zone`; see Suggest. The
// templates it points to are the catalogue's. FAILED_PRECONDITION (BASELINE_MISSING). Four queries
// by key.
absl::StatusOr<std::vector<Suggestion>> SuggestGoals(const Context& context, db::Connection& tx,
                                                     const EnrolmentKey& of, absl::TimeZone zone,
                                                     absl::optional<GoalSetting> needed_setting);

// What may be done in place of a BLOCKED goal: for one of the library see the domain's
// SuggestAlternatives; for one they wrote what suits them from the other setting, nothing before a
// baseline. FAILED_PRECONDITION (GOAL_STATE) where it is not BLOCKED. Five queries by key at most.
absl::StatusOr<std::vector<Suggestion>> SuggestAlternatives(const Context& context,
                                                            db::Connection& tx, const Goal& goal,
                                                            absl::TimeZone zone);

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_OPERATIONS_SUGGEST_GOALS_H_
