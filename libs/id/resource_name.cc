#include "libs/id/resource_name.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/status/error.h"

namespace dap::id {

std::string Name(std::initializer_list<std::pair<absl::string_view, Uuid>> parts) {
  std::string name;
  for (const auto& [collection, uuid] : parts) {
    absl::StrAppend(&name, name.empty() ? "" : "/", collection, "/", uuid.ToString());
  }
  return name;
}

absl::StatusOr<std::vector<Uuid>> Ids(absl::string_view name,
                                      std::initializer_list<absl::string_view> collections) {
  const auto malformed = [&] {
    std::string shape;
    for (absl::string_view collection : collections) {
      absl::StrAppend(&shape, shape.empty() ? "" : "/", collection, "/{uuid}");
    }
    return status::Invalid("name", "NAME_MALFORMED", absl::StrCat("must be like ", shape));
  };
  const std::vector<absl::string_view> segments = absl::StrSplit(name, '/');
  if (segments.size() != 2 * collections.size()) return malformed();
  std::vector<Uuid> ids;
  auto segment = segments.begin();
  for (absl::string_view collection : collections) {
    if (*segment++ != collection) return malformed();
    absl::StatusOr<Uuid> uuid = Uuid::Parse(*segment++);
    if (!uuid.ok()) return malformed();
    ids.push_back(*uuid);
  }
  return ids;
}

}  // namespace dap::id
