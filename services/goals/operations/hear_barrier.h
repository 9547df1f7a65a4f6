#ifndef DAP_SERVICES_GOALS_OPERATIONS_HEAR_BARRIER_H_
#define DAP_SERVICES_GOALS_OPERATIONS_HEAR_BARRIER_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/feed/outbox.h"
#include "libs/id/uuid.h"
#include "services/goals/domain/enrolment_key.h"

namespace dap::goals {

// How a barrier stands to the goals of one enrolment.
struct BarrierStanding {
  EnrolmentKey of;
  id::Uuid barrier;
  int64_t version = 0;
  bool blocks = false;
  std::vector<id::Uuid> goals;
  absl::Time at;  // since when
};

// An open goal that a barrier blocks is BLOCKED from then on; one that no barrier blocks any more
// is OPEN again, with the days that it was stopped. Goals that have ended, or are not there, are
// left. Told before, or out of order, it changes nothing. Tells GoalChanged. UNAVAILABLE
// (ENROLMENT_NOT_HERE_YET) while the enrolment's own event has not come. Six statements a goal.
absl::Status HearStanding(db::Connection& tx, feed::Outbox& outbox,
                          const BarrierStanding& standing);

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_OPERATIONS_HEAR_BARRIER_H_
