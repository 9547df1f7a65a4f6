// IN lists of any length as few statements, so that each is prepared once.
#ifndef DAP_SERVICES_ACTIVITY_STORE_IN_LIST_H_
#define DAP_SERVICES_ACTIVITY_STORE_IN_LIST_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "libs/db/value.h"
#include "libs/id/uuid.h"

namespace dap::activity {

// "(?,?,?,?)" with the next power of two of places, and the ids for them, the last one repeated.
// `ids` is not empty.
std::string InList(absl::Span<const id::Uuid> ids, db::Values& values);

// `select` once for each id, as one statement, where each has a LIMIT of its own; `of` adds the
// values for one id. Its places are the next power of two: those left over ask for nil, which finds
// nothing. In no order beyond each one's own. `ids` is not empty.
std::string UnionOf(absl::string_view select, absl::Span<const id::Uuid> ids, db::Values& values,
                    absl::FunctionRef<void(const id::Uuid&, db::Values&)> of);
// So many ids in one statement of UnionOf are enough.
inline constexpr size_t kUnionIds = 64;

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_STORE_IN_LIST_H_
