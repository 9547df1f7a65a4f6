// What is read of barriers: lists, likely duplicates, the evidence pack.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_BARRIER_LISTS_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_BARRIER_LISTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "dap/activity/v1/barrier_service.pb.h"
#include "libs/id/uuid.h"
#include "libs/rpc/call.h"
#include "services/activity/domain/evidence.h"
#include "services/activity/operations/context.h"
#include "services/activity/operations/page.h"
#include "services/activity/store/barrier_reports.h"
#include "services/activity/store/barriers.h"

namespace dap::activity {

// One query each. Who may see them is asked before.
absl::StatusOr<Page<BarrierView>> ListBarrierPage(const Context& context, const rpc::Call& call,
                                                  const v1::ListBarriersRequest& request,
                                                  const id::Uuid& organisation);
absl::StatusOr<Page<BarrierChangeRow>> ListBarrierChangePage(
    const Context& context, const rpc::Call& call, const v1::ListBarrierChangesRequest& request,
    const id::Uuid& organisation, const id::Uuid& barrier);
absl::StatusOr<Page<ReportView>> ListReportPage(const Context& context, const rpc::Call& call,
                                                const v1::ListBarrierReportsRequest& request,
                                                const id::Uuid& organisation,
                                                const id::Uuid& barrier);

// Open barriers that `tool` may mean, the closest first: that tool, those that go on where it ends,
// those that it goes on from, the longest of these first. Empty for a tool with nothing to go by.
// Two queries and one for each stem of the key.
absl::StatusOr<std::vector<BarrierView>> FindSimilarBarriers(const Context& context,
                                                             const rpc::Call& call,
                                                             const id::Uuid& organisation,
                                                             BarrierCategory category,
                                                             absl::string_view tool, int limit);

// Reads all reports of the organisation once, as of one moment.
struct Evidence {
  EvidencePack pack;
  std::string time_zone;
};
absl::StatusOr<Evidence> GetEvidence(const Context& context, const rpc::Call& call,
                                     const id::Uuid& organisation, int months);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_BARRIER_LISTS_H_
