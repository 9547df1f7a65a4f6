// `dapctl list` and `dapctl describe`: what can be called, from the compiled descriptors.
#ifndef DAP_TOOLS_DAPCTL_DESCRIBE_H_
#define DAP_TOOLS_DAPCTL_DESCRIBE_H_

#include <ostream>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace dap::ctl {

// The methods whose service's full name has `part` in it (all where it is empty), each with who may
// call it and its HTTP path. INVALID_ARGUMENT (USAGE) where no service has.
absl::Status List(absl::string_view part, std::ostream& out);

// A method with its request and answer, a message with its fields, or an enum with its values:
// types and rules, and the messages inside. (Comments are not in compiled descriptors; they stand
// in proto/.) INVALID_ARGUMENT (USAGE) where there is no such name.
absl::Status Describe(absl::string_view name, std::ostream& out);

}  // namespace dap::ctl

#endif  // DAP_TOOLS_DAPCTL_DESCRIBE_H_
