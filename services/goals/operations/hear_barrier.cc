#include "services/goals/operations/hear_barrier.h"

#include <algorithm>
#include <optional>

#include "libs/roster/roster.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/calendar.h"
#include "services/goals/domain/goal.h"
#include "services/goals/operations/events.h"
#include "services/goals/store/barrier_block_store.h"
#include "services/goals/store/goal_store.h"

namespace dap::goals {
namespace {

absl::StatusOr<absl::TimeZone> ZoneOf(db::Connection& tx, const EnrolmentKey& of) {
  const absl::StatusOr<roster::Entry> entry = roster::Get(tx, of.organisation, of.enrolment);
  if (absl::IsNotFound(entry.status())) {
    return status::Unavailable("ENROLMENT_NOT_HERE_YET",
                               "The enrolment's own event has not come yet.");
  }
  RETURN_IF_ERROR(entry.status());
  return time::ZoneOf(entry->time_zone);
}

absl::Status ApplyTo(db::Connection& tx, feed::Outbox& outbox, const BarrierStanding& standing,
                     Goal goal) {
  RETURN_IF_ERROR(
      SaveBlock(tx, standing.of, {goal.id, standing.barrier, standing.blocks, standing.version}));
  ASSIGN_OR_RETURN(const int blocks, CountBlocks(tx, standing.of, goal.id));
  if (goal.state == GoalState::kOpen && blocks > 0) {
    RETURN_IF_ERROR(Block(goal, std::max(standing.at, goal.create_time)));
  } else if (goal.state == GoalState::kBlocked && blocks == 0) {
    ASSIGN_OR_RETURN(const absl::TimeZone zone, ZoneOf(tx, standing.of));
    const absl::Time since = goal.block_time.value_or(standing.at);
    RETURN_IF_ERROR(Unblock(goal, std::max(standing.at, since), zone));
  } else {
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(SaveGoal(tx, goal));
  TellGoalChanged(outbox, goal);
  return absl::OkStatus();
}

}  // namespace

absl::Status HearStanding(db::Connection& tx, feed::Outbox& outbox,
                          const BarrierStanding& standing) {
  for (const id::Uuid& id : standing.goals) {
    ASSIGN_OR_RETURN(std::optional<Goal> goal, LoadGoalToChange(tx, standing.of, id));
    if (goal) RETURN_IF_ERROR(ApplyTo(tx, outbox, standing, *std::move(goal)));
  }
  return absl::OkStatus();
}

}  // namespace dap::goals
