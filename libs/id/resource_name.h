// Resource names, as the APIs use them: "organisations/{o}/cohorts/{c}", where each variable is a
// UUID.
#ifndef DAP_LIBS_ID_RESOURCE_NAME_H_
#define DAP_LIBS_ID_RESOURCE_NAME_H_

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/id/uuid.h"

namespace dap::id {

// {{"organisations", o}, {"cohorts", c}} gives "organisations/<o>/cohorts/<c>".
std::string Name(std::initializer_list<std::pair<absl::string_view, Uuid>> parts);

// The ids of a name with just these collections, in order: Ids("organisations/<o>/cohorts/<c>",
// {"organisations", "cohorts"}) gives {o, c}. INVALID_ARGUMENT (reason NAME_MALFORMED, field
// "name") where the name has another shape. A handler whose request declares the rule `resource`
// never sees that.
absl::StatusOr<std::vector<Uuid>> Ids(absl::string_view name,
                                      std::initializer_list<absl::string_view> collections);

}  // namespace dap::id

#endif  // DAP_LIBS_ID_RESOURCE_NAME_H_
