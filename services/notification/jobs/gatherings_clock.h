// What is told of gatherings because time passes.
#ifndef DAP_SERVICES_NOTIFICATION_JOBS_GATHERINGS_CLOCK_H_
#define DAP_SERVICES_NOTIFICATION_JOBS_GATHERINGS_CLOCK_H_

#include "absl/status/status.h"
#include "libs/db/pool.h"
#include "libs/jobs/runner.h"
#include "services/notification/operations/context.h"

namespace dap::notification {

// Both are safe in several replicas at once: each gathering is looked at in a transaction of its
// own that holds its row. One that cannot be told of holds up no other; its error is returned at
// the end. What a run does not get to is for the next.

// Reminds of the gatherings that are soon.
absl::Status RemindOfGatherings(const Context& context, db::Pool& pool, const jobs::JobRun& run);
// Offers a catch-up to those who were not at a kick-off of late.
absl::Status OfferCatchUps(const Context& context, db::Pool& pool, const jobs::JobRun& run);

}  // namespace dap::notification

#endif  // DAP_SERVICES_NOTIFICATION_JOBS_GATHERINGS_CLOCK_H_
