// Corrects and deletes activities, within the writer's transaction.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_CHANGE_ACTIVITY_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_CHANGE_ACTIVITY_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/feed/outbox.h"
#include "services/activity/domain/settings.h"
#include "services/activity/operations/pending_log.h"
#include "services/activity/store/activities.h"
#include "services/activity/store/participations.h"

namespace dap::activity {

// A change that may be made: the activity as it is and as it will be (the same for a deletion).
struct PlannedChange {
  ActivityRow before;
  ActivityRow after;
  v1::LogActivityResponse response;
};

// What `log` makes of the activity; the transaction has locked `participation`, so it stays true.
// NOT_FOUND (ACTIVITY_NOT_FOUND); FAILED_PRECONDITION (ACTIVITY_FROM_ATTENDANCE); for another time
// the errors of CheckActivity and CheckEnrolment. A time must be one that could have been told when
// the activity was logged, so that what it says stays within 60 days of that. Reads the enrolment's
// rows.
absl::StatusOr<PlannedChange> PlanChange(db::Connection& tx, const PendingLog& log,
                                         const Participation& participation,
                                         const Settings& settings);

// Keeps what the activity said as a revision, makes the change and tells of it. A deletion may set
// silence back: to the last contribution that is left. The spell, where there is one, goes on; a
// spell that the activity ended does not come back, but the next sweep begins another where it is
// due. The caller saves `participation`.
absl::Status MakeChange(const Context& context, db::Connection& tx, feed::Outbox& outbox,
                        const PendingLog& log, const PlannedChange& change,
                        Participation& participation, absl::Time now);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_CHANGE_ACTIVITY_H_
