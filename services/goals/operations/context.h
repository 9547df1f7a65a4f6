#ifndef DAP_SERVICES_GOALS_OPERATIONS_CONTEXT_H_
#define DAP_SERVICES_GOALS_OPERATIONS_CONTEXT_H_

#include "libs/id/uuid.h"
#include "libs/time/clock.h"
#include "services/goals/domain/catalogue.h"

namespace dap::goals {

// What operations are done with. All of it is thread-safe and outlives them.
//
// An operation runs within a transaction of the caller's, possibly several times; it changes
// nothing but `tx` and `outbox`. That the caller may do it was checked before.
struct Context {
  const Catalogue& catalogue;
  const time::Clock& clock;
  id::Generator& ids;
};

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_OPERATIONS_CONTEXT_H_
