// The job that begins and ends patrons' covers by the clock.
#ifndef DAP_SERVICES_ENROLMENT_JOBS_TURN_COVERS_H_
#define DAP_SERVICES_ENROLMENT_JOBS_TURN_COVERS_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/db/pool.h"
#include "libs/feed/feed.h"
#include "libs/time/clock.h"

namespace dap::enrolment {

// Begins and ends every cover whose time has come, each in a transaction of its own, until there is
// none left or `deadline` (of the machine's clock) has come. One that fails does not keep the
// others; the first error is returned, and the next run tries again. Safe to run twice at once.
absl::Status TurnCovers(db::Pool& pool, feed::Feed& feed, const time::Clock& clock,
                        absl::Time deadline);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_JOBS_TURN_COVERS_H_
