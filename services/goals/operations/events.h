// What this service tells the others. Texts and answers stay here.
#ifndef DAP_SERVICES_GOALS_OPERATIONS_EVENTS_H_
#define DAP_SERVICES_GOALS_OPERATIONS_EVENTS_H_

#include "libs/feed/outbox.h"
#include "services/goals/domain/assessment.h"
#include "services/goals/domain/goal.h"

namespace dap::goals {

void TellAssessmentSubmitted(feed::Outbox& outbox, const Assessment& assessment);
// After a change of state.
void TellGoalChanged(feed::Outbox& outbox, const Goal& goal);
// A contribution. `step` counts from 1 and is done.
void TellGoalStepDone(feed::Outbox& outbox, const Goal& goal, int step);

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_OPERATIONS_EVENTS_H_
