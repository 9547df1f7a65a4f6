#ifndef DAP_SERVICES_GOALS_STORE_NEWEST_FIRST_H_
#define DAP_SERVICES_GOALS_STORE_NEWEST_FIRST_H_

#include <string>

#include "libs/id/uuid.h"

namespace dap::goals {

// Where a list that goes down the ids begins: above all of them, so that the first page takes the
// same statement as the others.
inline id::Uuid NewestFirst() { return id::Uuid::FromBytes(std::string(id::Uuid::kBytes, '\xff')); }

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_STORE_NEWEST_FIRST_H_
