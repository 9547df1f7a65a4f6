// A contribution that is no logged activity: what it does to the enrolment.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_CONTRIBUTE_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_CONTRIBUTE_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/feed/outbox.h"
#include "services/activity/store/activities.h"
#include "services/activity/store/participations.h"

namespace dap::activity {

// The participation, locked. Where no event has told of the enrolment yet a row of version 0 is
// written and locked, which the event fills in when it comes: a row that is not there cannot be
// locked, and two who begin it at once would overwrite each other.
absl::StatusOr<Participation> LockOrBegin(db::Connection& tx, const id::Uuid& organisation,
                                          const id::Uuid& enrolment);

// Keeps the contribution, sets silence back and ends a spell. The same one again changes nothing.
absl::Status Contribute(db::Connection& tx, feed::Outbox& outbox, const ContributionRow& row,
                        absl::Time now);

// Somebody was at a gathering: an activity with the session's id, so that it counts once.
absl::Status Attend(db::Connection& tx, feed::Outbox& outbox, const ActivityRow& row,
                    absl::Time now);
// They were not there after all: it counts no more, and silence is since what they did last before.
// What is not known changes nothing.
absl::Status TakeBackAttendance(db::Connection& tx, const id::Uuid& organisation,
                                const id::Uuid& enrolment, const id::Uuid& session);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_CONTRIBUTE_H_
