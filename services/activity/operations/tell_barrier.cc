#include "services/activity/operations/tell_barrier.h"

#include <set>
#include <utility>

#include "dap/events/v1/event.pb.h"
#include "libs/status/macros.h"
#include "services/activity/convert.h"

namespace dap::activity {

void TellStanding(feed::Outbox& outbox, const Barrier& barrier, const id::Uuid& enrolment,
                  const std::vector<BarrierGoalRow>& goals) {
  events::v1::Event event;
  events::v1::BarrierStanding& standing = *event.mutable_barrier_standing();
  standing.set_barrier(Bytes(barrier.barrier));
  standing.set_version(barrier.version);
  standing.set_enrolment(Bytes(enrolment));
  standing.set_state(static_cast<v1::BarrierState>(barrier.state));
  standing.set_category(static_cast<v1::BarrierCategory>(barrier.category));
  standing.set_tool(barrier.tool);
  for (const BarrierGoalRow& goal : goals) {
    if (goal.enrolment == enrolment) standing.add_goals(Bytes(goal.goal));
  }
  if (!barrier.merged_into.is_nil()) standing.set_merged_into(Bytes(barrier.merged_into));
  outbox.Add(barrier.organisation, std::move(event));
}

absl::Status TellAllStopped(db::Connection& tx, feed::Outbox& outbox, const Barrier& barrier) {
  ASSIGN_OR_RETURN(const std::vector<id::Uuid> stopped,
                   ListStopped(tx, barrier.organisation, barrier.barrier));
  ASSIGN_OR_RETURN(const std::vector<BarrierGoalRow> goals,
                   ListBarrierGoals(tx, barrier.organisation, barrier.barrier));
  for (const id::Uuid& enrolment : stopped) TellStanding(outbox, barrier, enrolment, goals);
  return absl::OkStatus();
}

void TellThoseWithGoals(feed::Outbox& outbox, const Barrier& barrier,
                        const std::vector<BarrierGoalRow>& goals) {
  std::set<id::Uuid> enrolments;
  for (const BarrierGoalRow& goal : goals) enrolments.insert(goal.enrolment);
  for (const id::Uuid& enrolment : enrolments) TellStanding(outbox, barrier, enrolment, goals);
}

}  // namespace dap::activity
