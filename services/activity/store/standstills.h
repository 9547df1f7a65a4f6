// The tables standstill and goal_state: when an enrolment's clocks stood still.
#ifndef DAP_SERVICES_ACTIVITY_STORE_STANDSTILLS_H_
#define DAP_SERVICES_ACTIVITY_STORE_STANDSTILLS_H_

#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/activity/domain/contribution.h"

namespace dap::activity {

enum class StandstillCause { kPause = 1, kBlocked = 2 };

// Begins one that lasts. One that began at the same moment goes on.
absl::Status BeginStandstill(db::Connection& tx, const id::Uuid& organisation,
                             const id::Uuid& enrolment, StandstillCause cause, absl::Time start);
// Ends the one that lasts; nothing where none does.
absl::Status EndStandstill(db::Connection& tx, const id::Uuid& organisation,
                           const id::Uuid& enrolment, StandstillCause cause, absl::Time end);

// By enrolment; those without are left out. One read along the primary key.
absl::StatusOr<absl::flat_hash_map<id::Uuid, std::vector<Standstill>>> ListStandstills(
    db::Connection& db, const id::Uuid& organisation, absl::Span<const id::Uuid> enrolments);

// Numbers of dap.goals.v1.GoalState.
inline constexpr int kGoalOpen = 1;
inline constexpr int kGoalBlocked = 2;
// Keeps the goal's state unless a later one is here.
absl::Status SaveGoalState(db::Connection& tx, const id::Uuid& organisation,
                           const id::Uuid& enrolment, const id::Uuid& goal, int state,
                           int64_t version);
// The goal's state as last heard; nothing where it was never heard of. One query by key.
absl::StatusOr<std::optional<int>> FindGoalState(db::Connection& db, const id::Uuid& organisation,
                                                 const id::Uuid& enrolment, const id::Uuid& goal);
// Those that are OPEN. One query by key.
absl::StatusOr<std::vector<id::Uuid>> ListOpenGoals(db::Connection& db,
                                                    const id::Uuid& organisation,
                                                    const id::Uuid& enrolment);
// Whether there are goals under way and every one of them is blocked.
absl::StatusOr<bool> EveryOpenGoalBlocked(db::Connection& tx, const id::Uuid& organisation,
                                          const id::Uuid& enrolment);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_STORE_STANDSTILLS_H_
