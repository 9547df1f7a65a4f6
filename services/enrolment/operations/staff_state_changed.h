// What follows for enrolments when the HR system's word on a person changes. The staff sync calls
// these within the transaction that writes the person, one person a call.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_STAFF_STATE_CHANGED_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_STAFF_STATE_CHANGED_H_

#include "absl/status/status.h"
#include "libs/db/connection.h"
#include "libs/feed/outbox.h"
#include "libs/id/uuid.h"

namespace dap::enrolment {

// Each costs one query for a person without enrolments, and some six statements an enrolment for
// others, whose cohorts are locked. What is there already is left as it is, so calling again does
// no harm. EnrolmentChanged goes into the outbox for each enrolment that changed.

// The person is SUSPENDED or has LEFT: every ACTIVE enrolment is PAUSED (SUSPENDED, without an
// end). Those PAUSED for another reason stay so; the job that ends pauses sees who is not back.
absl::Status SuspendEnrolments(db::Connection& tx, feed::Outbox& outbox,
                               const id::Uuid& organisation, const id::Uuid& staff);

// The person is back: what SuspendEnrolments paused is ACTIVE again.
absl::Status ResumeEnrolments(db::Connection& tx, feed::Outbox& outbox,
                              const id::Uuid& organisation, const id::Uuid& staff);

// The person's display name has changed and is written: tells it for each of their enrolments.
absl::Status RenameParticipant(db::Connection& tx, feed::Outbox& outbox,
                               const id::Uuid& organisation, const id::Uuid& staff);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_STAFF_STATE_CHANGED_H_
