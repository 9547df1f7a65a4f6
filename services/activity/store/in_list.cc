#include "services/activity/store/in_list.h"

#include <bit>

#include "absl/strings/str_cat.h"

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

std::string UnionOf(absl::string_view select, absl::Span<const id::Uuid> ids, db::Values& values,
                    absl::FunctionRef<void(const id::Uuid&, db::Values&)> of) {
  const size_t places = std::bit_ceil(ids.size());
  std::string sql;
  for (size_t i = 0; i < places; ++i) {
    absl::StrAppend(&sql, i == 0 ? "(" : " UNION ALL (", select, ")");
    of(i < ids.size() ? ids[i] : id::Uuid(), values);
  }
  return sql;
}

}  // namespace dap::activity
