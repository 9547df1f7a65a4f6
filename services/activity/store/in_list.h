// IN lists of any length as few statements, so that each is prepared once.
#ifndef DAP_SERVICES_ACTIVITY_STORE_IN_LIST_H_
#define DAP_SERVICES_ACTIVITY_STORE_IN_LIST_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "libs/db/value.h"
#include "libs/id/uuid.h"

namespace dap::activity {

// "(?,?,?,?)" with the next power of two of places, and the ids for them, the last one repeated.
// `ids` is not empty.
std::string InList(absl::Span<const id::Uuid> ids, db::Values& values);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_STORE_IN_LIST_H_
