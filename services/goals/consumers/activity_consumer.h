#ifndef DAP_SERVICES_GOALS_CONSUMERS_ACTIVITY_CONSUMER_H_
#define DAP_SERVICES_GOALS_CONSUMERS_ACTIVITY_CONSUMER_H_

#include "absl/status/status.h"
#include "dap/events/v1/event.pb.h"
#include "libs/db/connection.h"
#include "libs/feed/outbox.h"

namespace dap::goals {

// Blocks goals, and opens them again, as the activity service tells of barriers; a feed::Handler.
// Passes over other events.
absl::Status ApplyActivityEvent(db::Connection& tx, feed::Outbox& outbox,
                                const events::v1::Event& event);

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_CONSUMERS_ACTIVITY_CONSUMER_H_
