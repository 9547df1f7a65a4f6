#include "services/goals/operations/change_goal.h"

#include <optional>
#include <utility>

#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/goals/operations/events.h"
#include "services/goals/store/goal_store.h"

namespace dap::goals {
namespace {

absl::StatusOr<Goal> LoadExisting(db::Connection& tx, const GoalKey& key) {
  ASSIGN_OR_RETURN(std::optional<Goal> goal, LoadGoalToChange(tx, key.of, key.goal));
  if (!goal) return NoSuchGoal(key);
  return *std::move(goal);
}

absl::StatusOr<Goal> SaveAndTell(db::Connection& tx, feed::Outbox& outbox, Goal goal) {
  RETURN_IF_ERROR(SaveGoal(tx, goal));
  TellGoalChanged(outbox, goal);
  return goal;
}

}  // namespace

absl::Status NoSuchGoal(const GoalKey& key) { return status::NotFound("goal", key.name); }

absl::StatusOr<Goal> CompleteGoalStep(const Context& context, db::Connection& tx,
                                      feed::Outbox& outbox, const GoalKey& key, int step) {
  ASSIGN_OR_RETURN(Goal goal, LoadExisting(tx, key));
  ASSIGN_OR_RETURN(const bool taken, CompleteStep(goal, step, context.clock.Now()));
  if (!taken) return goal;
  RETURN_IF_ERROR(SaveStep(tx, goal, step));
  RETURN_IF_ERROR(SaveGoal(tx, goal));
  TellGoalStepDone(outbox, goal, step);
  return goal;
}

absl::StatusOr<Goal> FinishGoal(const Context& context, db::Connection& tx, feed::Outbox& outbox,
                                const GoalKey& key, absl::string_view reflection) {
  ASSIGN_OR_RETURN(Goal goal, LoadExisting(tx, key));
  RETURN_IF_ERROR(Finish(goal, reflection, context.clock.Now()));
  return SaveAndTell(tx, outbox, std::move(goal));
}

absl::StatusOr<Goal> LetGoOfGoal(const Context& context, db::Connection& tx, feed::Outbox& outbox,
                                 const GoalKey& key) {
  ASSIGN_OR_RETURN(Goal goal, LoadExisting(tx, key));
  RETURN_IF_ERROR(LetGo(goal, context.clock.Now()));
  return SaveAndTell(tx, outbox, std::move(goal));
}

}  // namespace dap::goals
