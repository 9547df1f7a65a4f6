// What this service does with the events of the others.
#ifndef DAP_SERVICES_NOTIFICATION_CONSUMERS_EVENT_HANDLERS_H_
#define DAP_SERVICES_NOTIFICATION_CONSUMERS_EVENT_HANDLERS_H_

#include "libs/feed/consumer.h"
#include "services/notification/operations/context.h"

namespace dap::notification {

// Enrolment's: organisations' zones, people's addresses, the roster, gatherings; tells of places
// and gatherings. A one-to-one is told to nobody, since its event does not say who it is with.
// `context` must outlive the handler.
feed::Handler EnrolmentHandler(const Context& context);

// Activity's: the rungs of silence, the patrons' queues, first-time moments; and what settles them.
// UNAVAILABLE (ENROLMENT_NOT_HERE_YET) for an enrolment that enrolment's own events have not told
// of yet: it is tried again.
feed::Handler ActivityHandler(const Context& context);

}  // namespace dap::notification

#endif  // DAP_SERVICES_NOTIFICATION_CONSUMERS_EVENT_HANDLERS_H_
