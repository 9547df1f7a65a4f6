#include "services/activity/store/in_list.h"

#include <bit>

namespace dap::activity {

std::string InList(absl::Span<const id::Uuid> ids, db::Values& values) {
  const size_t places = std::bit_ceil(ids.size());
  std::string list = "(?";
  for (size_t i = 0; i < places; ++i) {
    if (i > 0) list += ",?";
    values.push_back(ids[std::min(i, ids.size() - 1)]);
  }
  return list + ")";
}

}  // namespace dap::activity
