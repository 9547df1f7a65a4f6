#include "services/goals/consumers/activity_consumer.h"

#include <string>

#include "libs/id/uuid.h"
#include "services/goals/operations/hear_barrier.h"
#include "services/goals/timestamp.h"

namespace dap::goals {
namespace {

id::Uuid Id(const std::string& bytes) { return id::Uuid::FromBytes(bytes); }

bool Blocks(activity::v1::BarrierState state) {
  switch (state) {
    case activity::v1::BARRIER_STATE_FIXED:
    case activity::v1::BARRIER_STATE_WORKAROUND:
    case activity::v1::BARRIER_STATE_MERGED:
      return false;
    default:
      return true;
  }
}

}  // namespace

absl::Status ApplyActivityEvent(db::Connection& tx, feed::Outbox& outbox,
                                const events::v1::Event& event) {
  if (!event.has_barrier_standing()) return absl::OkStatus();
  const events::v1::BarrierStanding& told = event.barrier_standing();
  BarrierStanding standing;
  standing.of = {Id(event.organisation()), Id(told.enrolment())};
  standing.barrier = Id(told.barrier());
  standing.version = told.version();
  standing.blocks = Blocks(told.state());
  for (const std::string& goal : told.goals()) standing.goals.push_back(Id(goal));
  standing.at = FromTimestamp(event.occur_time());
  return HearStanding(tx, outbox, standing);
}

}  // namespace dap::goals
