// Many activities of one enrolment by one call.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_LOG_BATCH_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_LOG_BATCH_H_

#include <memory>

#include "dap/activity/v1/activity_service.pb.h"
#include "libs/rpc/call.h"
#include "libs/rpc/service.h"
#include "services/activity/operations/activity_writer.h"
#include "services/activity/operations/context.h"

namespace dap::activity {

// A request that nothing in libs/rpc has looked into: checks its field rules, then as PrepareLog.
absl::StatusOr<std::shared_ptr<PendingLog>> CheckAndPrepareLog(
    const Context& context, const rpc::Call& call, const v1::LogActivityRequest& request);

// Gives each request of the batch to the writer and responds when all have their results. Does not
// block.
void LogBatch(const Context& context, ActivityWriter& writer,
              const std::shared_ptr<rpc::Call>& call, const v1::BatchLogActivitiesRequest& request,
              rpc::Respond<v1::BatchLogActivitiesResponse> respond);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_LOG_BATCH_H_
