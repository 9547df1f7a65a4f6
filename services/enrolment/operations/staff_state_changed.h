// What follows for enrolments when the HR system's word on a person changes. The staff sync calls
// these within the transaction that writes the person, one person a call.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_STAFF_STATE_CHANGED_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_STAFF_STATE_CHANGED_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/feed/outbox.h"
#include "libs/id/uuid.h"
#include "services/enrolment/domain/cohort.h"
#include "services/enrolment/domain/enrolment.h"
#include "services/enrolment/operations/work.h"

namespace dap::enrolment {

// Each costs one query for a person without enrolments, and some six statements an enrolment for
// others, whose cohorts are locked. What is there already is left as it is, so calling again does
// no harm. EnrolmentChanged goes into the outbox for each enrolment that changed.

// The person is SUSPENDED or has LEFT: every ACTIVE enrolment is PAUSED (SUSPENDED, without an
// end). Those PAUSED for another reason stay so; the job that ends pauses sees who is not back.
// Who has not begun keeps a place they have, and is passed over where one comes free.
absl::Status SuspendEnrolments(db::Connection& tx, feed::Outbox& outbox,
                               const id::Uuid& organisation, const id::Uuid& staff);

// All that follows when the person is SUSPENDED or has LEFT, and is written so: SuspendEnrolments,
// and nobody is looked after by them in another patron's place.
absl::Status FollowDeparture(db::Connection& tx, feed::Outbox& outbox, const id::Uuid& organisation,
                             const id::Uuid& staff, absl::Time now);

// The person is back, and written so: what SuspendEnrolments paused is ACTIVE again, and places
// that are free go to the waitlists on which they were passed over.
absl::Status ResumeEnrolments(db::Connection& tx, feed::Outbox& outbox,
                              const id::Uuid& organisation, const id::Uuid& staff, absl::Time now);

// For an enrolment that has just become ACTIVE and is not written yet: PAUSED (SUSPENDED) where the
// participant does not work there now. One query.
absl::Status PauseWhoIsAway(Work& work, Cohort& cohort, Enrolment& enrolment);

// The person's display name has changed and is written: tells it for each of their enrolments.
absl::Status RenameParticipant(db::Connection& tx, feed::Outbox& outbox,
                               const id::Uuid& organisation, const id::Uuid& staff);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_STAFF_STATE_CHANGED_H_
