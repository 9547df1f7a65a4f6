// What a participant does with a goal that is there. Each loads it so that nobody else changes it
// meanwhile, applies the domain's rule, saves and tells. NOT_FOUND (GOAL_NOT_FOUND), and what the
// rule says. Three statements or four.
#ifndef DAP_SERVICES_GOALS_OPERATIONS_CHANGE_GOAL_H_
#define DAP_SERVICES_GOALS_OPERATIONS_CHANGE_GOAL_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/db/connection.h"
#include "libs/feed/outbox.h"
#include "services/goals/domain/goal.h"
#include "services/goals/operations/context.h"

namespace dap::goals {

struct GoalKey {
  EnrolmentKey of;
  id::Uuid goal;
  std::string name;  // its resource name, for the error
};

// NOT_FOUND (GOAL_NOT_FOUND).
absl::Status NoSuchGoal(const GoalKey& key);

// Tells GoalStepDone; nothing where the step was done before.
absl::StatusOr<Goal> CompleteGoalStep(const Context& context, db::Connection& tx,
                                      feed::Outbox& outbox, const GoalKey& key, int step);

// Tells GoalChanged.
absl::StatusOr<Goal> FinishGoal(const Context& context, db::Connection& tx, feed::Outbox& outbox,
                                const GoalKey& key, absl::string_view reflection);

// Tells GoalChanged.
absl::StatusOr<Goal> LetGoOfGoal(const Context& context, db::Connection& tx, feed::Outbox& outbox,
                                 const GoalKey& key);

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_OPERATIONS_CHANGE_GOAL_H_
