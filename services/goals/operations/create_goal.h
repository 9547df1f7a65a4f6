#ifndef DAP_SERVICES_GOALS_OPERATIONS_CREATE_GOAL_H_
#define DAP_SERVICES_GOALS_OPERATIONS_CREATE_GOAL_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "libs/db/connection.h"
#include "libs/feed/outbox.h"
#include "services/goals/domain/goal.h"
#include "services/goals/operations/context.h"

namespace dap::goals {

struct NewGoal {
  std::string goal_template;  // key; where it is empty, `own` says what the goal is
  OwnGoal own;
  absl::optional<absl::CivilDay> due_date;  // unset: the latest there may be
};

// Begins a goal, with today as its first day in `zone`. Tells GoalChanged. NOT_FOUND
// (GOAL_TEMPLATE_NOT_FOUND), and what FromTemplate, FromOwn, DueDate and CheckRoom say. Five
// statements.
absl::StatusOr<Goal> CreateGoal(const Context& context, db::Connection& tx, feed::Outbox& outbox,
                                const EnrolmentKey& of, absl::TimeZone zone,
                                const NewGoal& new_goal);

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_OPERATIONS_CREATE_GOAL_H_
