// Sends a file of staff over dap.enrolment.v1.StaffSyncService, however often the stream breaks.
#ifndef DAP_TOOLS_DAPCTL_STAFF_STREAM_H_
#define DAP_TOOLS_DAPCTL_STAFF_STREAM_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dap/enrolment/v1/staff_sync.pb.h"
#include "tools/dapctl/gateway.h"
#include "tools/dapctl/staff_file.h"

namespace dap::ctl {

struct StaffSyncOptions {
  std::string file;
  ColumnNames columns;
  // As a resource name.
  std::string organisation;
  std::string source;
  enrolment::v1::SyncMode mode = enrolment::v1::SYNC_MODE_FULL;
  // Whether the plan is applied at once where the guard allows it.
  bool apply = false;
  // Breaks in a row that bring nothing further before it gives up, and the first pause after one;
  // each next pause is twice as long, up to 10 s.
  int most_breaks = 10;
  absl::Duration first_pause = absl::Milliseconds(200);
};

// The run that the service answered: planned, refused or applied. Goes on after a broken stream
// from the last record that the service has acknowledged, which it tells to `durable` (on a thread
// of its own, one at a time) and the break to `broke`. Memory does not grow with the file.
// INVALID_ARGUMENT where the file is wrong (nothing is sent), ABORTED (FILE_CHANGED) where it
// changed meanwhile, else the call's error.
absl::StatusOr<enrolment::v1::SyncRun> SyncStaff(
    const Gateway& gateway, const StaffSyncOptions& options, const StaffSummary& summary,
    const std::function<void(int64_t)>& durable,
    const std::function<void(const absl::Status&)>& broke);

}  // namespace dap::ctl

#endif  // DAP_TOOLS_DAPCTL_STAFF_STREAM_H_
