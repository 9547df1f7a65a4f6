// What the other services hear of a barrier: BarrierStanding, one event for each person it stops.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_TELL_BARRIER_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_TELL_BARRIER_H_

#include <vector>

#include "absl/status/status.h"
#include "libs/db/connection.h"
#include "libs/feed/outbox.h"
#include "libs/id/uuid.h"
#include "services/activity/domain/barrier.h"
#include "services/activity/store/barrier_reports.h"

namespace dap::activity {

// How the barrier stands to one enrolment. `goals` are all of the barrier; those of others are
// passed over.
void TellStanding(feed::Outbox& outbox, const Barrier& barrier, const id::Uuid& enrolment,
                  const std::vector<BarrierGoalRow>& goals);

// The same to everybody whom it stops. Two queries.
absl::Status TellAllStopped(db::Connection& tx, feed::Outbox& outbox, const Barrier& barrier);

// To those alone who have goals among these.
void TellThoseWithGoals(feed::Outbox& outbox, const Barrier& barrier,
                        const std::vector<BarrierGoalRow>& goals);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_TELL_BARRIER_H_
