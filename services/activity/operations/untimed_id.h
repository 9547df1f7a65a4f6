// Ids that tell no time.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_UNTIMED_ID_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_UNTIMED_ID_H_

#include "libs/id/uuid.h"

namespace dap::activity {

// A random one (version 4), for what is seen by who is not to know when it was made: those of
// version 7 tell it.
id::Uuid UntimedId(id::Generator& ids);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_UNTIMED_ID_H_
