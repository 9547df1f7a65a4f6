// A stream of activities from an app that was offline.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_LOG_STREAM_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_LOG_STREAM_H_

#include "absl/status/status.h"
#include "dap/activity/v1/activity_service.pb.h"
#include "libs/rpc/call.h"
#include "libs/rpc/stream.h"
#include "services/activity/operations/activity_writer.h"
#include "services/activity/operations/context.h"

namespace dap::activity {

using ActivityStream = rpc::Stream<v1::StreamActivitiesRequest, v1::StreamActivitiesResponse>;

// Gives what comes to the writer, and acknowledges in the order it came what is durable or refused
// for good. At most 256 are not acknowledged at a time; then it reads no more, so that memory is
// bounded and a fast sender waits. What the writer cannot take now (a full queue, no database) is
// given to it again after a pause. Blocks until the stream ends; one thread besides writes the
// answers. INVALID_ARGUMENT (SEQUENCE_NOT_RISING).
absl::Status LogStream(const Context& context, ActivityWriter& writer, const rpc::Call& call,
                       ActivityStream& stream);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_LOG_STREAM_H_
