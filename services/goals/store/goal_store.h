#ifndef DAP_SERVICES_GOALS_STORE_GOAL_STORE_H_
#define DAP_SERVICES_GOALS_STORE_GOAL_STORE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/goals/domain/goal.h"

namespace dap::goals {

// Two statements.
absl::Status InsertGoal(db::Connection& tx, const Goal& goal);

// Nothing where there is none. Two queries by key.
absl::StatusOr<std::optional<Goal>> LoadGoal(db::Connection& tx, const EnrolmentKey& of,
                                             const id::Uuid& goal);
// The same, and nobody else changes it until the end of the transaction.
absl::StatusOr<std::optional<Goal>> LoadGoalToChange(db::Connection& tx, const EnrolmentKey& of,
                                                     const id::Uuid& goal);

// Writes what may change of a goal loaded with LoadGoalToChange. One statement.
absl::Status SaveGoal(db::Connection& tx, const Goal& goal);
// Writes the done time of a step, from 1. One statement.
absl::Status SaveStep(db::Connection& tx, const Goal& goal, int step);

// Newest first: up to `limit` of that state (of all where it is kUnspecified) that are older than
// `before`, from the newest where that is unset. Two queries by key.
absl::StatusOr<std::vector<Goal>> ListGoals(db::Connection& tx, const EnrolmentKey& of,
                                            GoalState state, std::optional<id::Uuid> before,
                                            int limit);

// How many are OPEN. One query by key.
absl::StatusOr<int> CountOpenGoals(db::Connection& tx, const EnrolmentKey& of);

// Keys of the templates of all goals there ever were. One query by key.
absl::StatusOr<std::vector<std::string>> ListBegunTemplates(db::Connection& tx,
                                                            const EnrolmentKey& of);

// For tests that ask how they are run.
extern const char kListGoals[];
extern const char kListGoalsOfState[];
extern const char kListSteps[];
extern const char kCountOpenGoals[];
extern const char kListBegunTemplates[];

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_STORE_GOAL_STORE_H_
