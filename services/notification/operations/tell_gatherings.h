// Makes the messages about gatherings: what events lead to, and what the clock does. None goes out
// here: that is decided when it is due.
#ifndef DAP_SERVICES_NOTIFICATION_OPERATIONS_TELL_GATHERINGS_H_
#define DAP_SERVICES_NOTIFICATION_OPERATIONS_TELL_GATHERINGS_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/roster/entry.h"
#include "services/notification/operations/context.h"
#include "services/notification/store/gatherings.h"

namespace dap::notification {

// They come to gatherings: AWAITING_KICKOFF, ACTIVE, PAUSED.
bool TakesPart(const roster::Entry& entry);

// Each of these runs in the caller's transaction, and changes nothing where the same was told
// before.

// A gathering as it is now, to all who take part in its cohort: planned, or changed for those who
// were told of it before. That it is called off hears whoever was told of it and has not withdrawn.
absl::Status TellGathering(const Context& context, db::Connection& tx,
                           const GatheringRow& gathering, absl::Time at);
// The coming gatherings of the cohort that somebody joins, but for others' one-to-ones.
absl::Status TellComing(const Context& context, db::Connection& tx, const roster::Entry& entry,
                        absl::Time at);
// To somebody who has left, that the coming gatherings which they were told of are off their
// calendar.
absl::Status TellLeft(const Context& context, db::Connection& tx, const roster::Entry& entry,
                      absl::Time at);

// Reminds those who take part, are not paused, have not said no, and have not heard of it within
// the organisation's time before the start: that news is their reminder. Once for each sequence.
absl::Status RemindOfGathering(const Context& context, db::Connection& tx, const GatheringKey& key);
// Offers the next drop-in of the cohort, where one is planned, to those who await a kick-off and
// were at neither this one nor a drop-in. Once for each enrolment.
absl::Status OfferCatchUp(const Context& context, db::Connection& tx, const GatheringKey& kick_off);

}  // namespace dap::notification

#endif  // DAP_SERVICES_NOTIFICATION_OPERATIONS_TELL_GATHERINGS_H_
