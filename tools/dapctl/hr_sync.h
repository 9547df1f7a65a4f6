// `dapctl hr-sync`: a CSV of staff to the service, with its plan and what was left out.
#ifndef DAP_TOOLS_DAPCTL_HR_SYNC_H_
#define DAP_TOOLS_DAPCTL_HR_SYNC_H_

#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tools/dapctl/arguments.h"
#include "tools/dapctl/commands.h"
#include "tools/dapctl/staff_stream.h"

namespace dap::ctl {

std::vector<Flag> HrSyncFlags();

// The command line; the file is the one word.
absl::Status HrSync(const Arguments& arguments, Streams& streams);

// Sends the file, prints the plan's figures and writes the rejected records to `rejected_file`
// (with the line each stands on; not at all where it is empty). FAILED_PRECONDITION (SYNC_REFUSED)
// with every reason where the guard refused it.
absl::Status SyncAndTell(const Gateway& gateway, const StaffSyncOptions& options,
                         const std::string& rejected_file, Streams& streams);

}  // namespace dap::ctl

#endif  // DAP_TOOLS_DAPCTL_HR_SYNC_H_
