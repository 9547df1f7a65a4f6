// Brings a participation to what the enrolment service says of the enrolment.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_TAKE_IN_ENTRY_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_TAKE_IN_ENTRY_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/feed/outbox.h"
#include "libs/roster/entry.h"
#include "services/activity/operations/context.h"

namespace dap::activity {

// Takes in an entry that became so at `at`; one of a version that is not above the one held changes
// nothing. The start, pauses and the end of an enrolment follow from it: a pause stops the clocks
// and ends the spell and the patron's entry (ENDED), and silence counts from the return; an end of
// the enrolment ends both too. A new
// patron takes over the open entry. Somebody who was told to come gets a word of welcome asked of
// their patron once they are active (lesson 6), within the first five working days.
absl::Status TakeInEntry(const Context& context, db::Connection& tx, feed::Outbox& outbox,
                         const roster::Entry& entry, absl::Time at);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_TAKE_IN_ENTRY_H_
