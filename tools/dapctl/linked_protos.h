// The descriptors that are compiled in.
#ifndef DAP_TOOLS_DAPCTL_LINKED_PROTOS_H_
#define DAP_TOOLS_DAPCTL_LINKED_PROTOS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

namespace dap::ctl {

// Every service of the program, the internal ones included, by name.
std::vector<const google::protobuf::ServiceDescriptor*> Services();

// "dap.goals.v1.GoalsService/GetGoal", with a slash or a dot before the method. INVALID_ARGUMENT
// (USAGE) where there is none, naming those that come close.
absl::StatusOr<const google::protobuf::MethodDescriptor*> FindMethod(absl::string_view name);

}  // namespace dap::ctl

#endif  // DAP_TOOLS_DAPCTL_LINKED_PROTOS_H_
