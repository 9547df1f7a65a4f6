// `dapctl health`: whether a process serves.
#ifndef DAP_TOOLS_DAPCTL_HEALTH_H_
#define DAP_TOOLS_DAPCTL_HEALTH_H_

#include "absl/status/status.h"
#include "tools/dapctl/arguments.h"

namespace dap::ctl {

std::vector<Flag> HealthFlags();

// OK where HOST:PORT, the one word, says SERVING within --timeout (5 s).
absl::Status Health(const Arguments& arguments);

}  // namespace dap::ctl

#endif  // DAP_TOOLS_DAPCTL_HEALTH_H_
