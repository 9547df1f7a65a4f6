// `dapctl sample`: an organisation to look at, loaded through the gateway like anybody's.
#ifndef DAP_TOOLS_DAPCTL_SAMPLE_H_
#define DAP_TOOLS_DAPCTL_SAMPLE_H_

#include <vector>

#include "absl/status/status.h"
#include "tools/dapctl/arguments.h"
#include "tools/dapctl/commands.h"

namespace dap::ctl {

std::vector<Flag> SampleFlags();

// Loads what the API does not know yet and prints `organisation ID` and `ROLE SUBJECT` for each of
// the six roles. It may be stopped anywhere and run again: what it asks for it asks for with the
// same request ids. --known names an earlier run's output, by which it finds its organisation again
// for as long as it lives; without it that works for the days that a service remembers a request
// id.
absl::Status Sample(const Arguments& arguments, Streams& streams);

}  // namespace dap::ctl

#endif  // DAP_TOOLS_DAPCTL_SAMPLE_H_
