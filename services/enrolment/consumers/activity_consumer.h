// What enrolment hears from activity.
#ifndef DAP_SERVICES_ENROLMENT_CONSUMERS_ACTIVITY_CONSUMER_H_
#define DAP_SERVICES_ENROLMENT_CONSUMERS_ACTIVITY_CONSUMER_H_

#include "absl/status/status.h"
#include "libs/db/connection.h"
#include "libs/feed/consumer.h"
#include "libs/time/clock.h"

namespace dap::enrolment {

// A feed::Handler: CheckInAnswered with BUSY pauses until then, with NOT_FOR_ME withdraws; all else
// passes. `clock` must outlive it.
feed::Handler ActivityHandler(const time::Clock& clock);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_CONSUMERS_ACTIVITY_CONSUMER_H_
