// What this service does with the events of the others.
#ifndef DAP_SERVICES_ACTIVITY_CONSUMERS_EVENT_HANDLERS_H_
#define DAP_SERVICES_ACTIVITY_CONSUMERS_EVENT_HANDLERS_H_

#include "libs/feed/consumer.h"
#include "services/activity/operations/context.h"

namespace dap::activity {

// Enrolment's: the roster and the participations, organisations and their zones, attendance at
// gatherings. `context` must outlive the handler.
feed::Handler EnrolmentHandler(const Context& context);

// Goals': steps and assessments are contributions; while every open goal is blocked the clocks
// stand still. Those of an enrolment that enrolment's own events have not told of yet are kept.
feed::Handler GoalsHandler();

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_CONSUMERS_EVENT_HANDLERS_H_
