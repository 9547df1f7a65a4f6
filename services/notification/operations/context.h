#ifndef DAP_SERVICES_NOTIFICATION_OPERATIONS_CONTEXT_H_
#define DAP_SERVICES_NOTIFICATION_OPERATIONS_CONTEXT_H_

#include "libs/id/uuid.h"
#include "libs/time/clock.h"

namespace dap::notification {

// What every operation needs; references that outlive it.
struct Context {
  const time::Clock& clock;
  id::Generator& ids;
};

}  // namespace dap::notification

#endif  // DAP_SERVICES_NOTIFICATION_OPERATIONS_CONTEXT_H_
