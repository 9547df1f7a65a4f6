// Between the protos and the domain.
#ifndef DAP_SERVICES_GOALS_CONVERT_H_
#define DAP_SERVICES_GOALS_CONVERT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dap/goals/v1/assessment.pb.h"
#include "dap/goals/v1/goal.pb.h"
#include "dap/goals/v1/goals_service.pb.h"
#include "services/goals/domain/assessment.h"
#include "services/goals/domain/framework.h"
#include "services/goals/domain/goal.h"
#include "services/goals/domain/goal_template.h"
#include "services/goals/domain/suggestion.h"
#include "services/goals/operations/create_goal.h"
#include "services/goals/store/barrier_block_store.h"

namespace dap::goals {

// The key of "frameworks/{framework}" or "goalTemplates/{goal_template}"; empty for an empty name.
std::string KeyOf(absl::string_view name);

v1::Framework ToProto(const Framework& framework);
v1::GoalTemplate ToProto(const GoalTemplate& goal_template);
// `enrolment` is the resource name that theirs begin with.
v1::Assessment ToProto(const Assessment& assessment, absl::string_view enrolment);
v1::Goal ToProto(const Goal& goal, absl::string_view enrolment);
v1::GoalSuggestion ToProto(const Suggestion& suggestion);
// Adds the barriers that block the goal, of all that block one of the enrolment's.
void AddBarriers(const std::vector<BarrierBlock>& blocks, const EnrolmentKey& of, const Goal& goal,
                 v1::Goal& proto);

// What a caller gives of it; the rest is left. INVALID_ARGUMENT (KIND_UNKNOWN).
absl::StatusOr<Assessment> FromProto(const v1::Assessment& assessment);
// INVALID_ARGUMENT (SETTING_UNKNOWN, DATE_MALFORMED).
absl::StatusOr<NewGoal> FromProto(const v1::Goal& goal);
// INVALID_ARGUMENT (STATE_UNKNOWN, field state).
absl::StatusOr<GoalState> FromProto(v1::GoalState state);

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_CONVERT_H_
