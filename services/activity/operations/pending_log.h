// What waits for the activity writer: a request to log, correct or delete an activity, with
// everything made of it that needs no database.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_PENDING_LOG_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_PENDING_LOG_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dap/activity/v1/activity_service.pb.h"
#include "libs/requests/records.h"
#include "libs/rpc/call.h"
#include "libs/telemetry/trace.h"
#include "services/activity/operations/context.h"
#include "services/activity/store/activities.h"

namespace dap::activity {

enum class WriteKind { kLog, kCorrect, kDelete };

struct PendingLog {
  WriteKind kind = WriteKind::kLog;
  requests::Record record;
  // The answer; of a correction or deletion only once it is written, as the activity is not known
  // before.
  v1::LogActivityResponse response;
  // What is logged or is to be; of a deletion only the ids.
  ActivityRow row;
  // A correction that leaves the time as it is.
  bool keeps_time = false;
  id::Uuid cohort;
  id::Uuid staff;
  absl::Time deadline;  // machine's clock
  // Of the call, for whatever is told because of it.
  telemetry::TraceContext trace;
  // The enrolment service was asked for the enrolment already.
  bool asked = false;

  bool changes() const { return kind != WriteKind::kLog; }
};

// What is recorded of an answer: all but link and note, which the same request brings again. So
// whatever is corrected or deleted is not kept there.
std::string WithoutText(v1::LogActivityResponse response);
// The answer of `record` for the same request, `log`. INVALID_ARGUMENT (REQUEST_ID_REUSED) where it
// is another one.
absl::StatusOr<v1::LogActivityResponse> FirstAnswer(const requests::Record& record,
                                                    const PendingLog& log);

// What can be said on the thread of the call, which must not block: names, field values, the
// request's fingerprint, the answer. The errors of CheckActivity and PERMISSION_DENIED
// (OTHER_ORGANISATION).
absl::StatusOr<std::shared_ptr<PendingLog>> PrepareLog(const Context& context,
                                                       const rpc::Call& call,
                                                       const v1::LogActivityRequest& request);
absl::StatusOr<std::shared_ptr<PendingLog>> PrepareCorrection(
    const Context& context, const rpc::Call& call, const v1::CorrectActivityRequest& request);
absl::StatusOr<std::shared_ptr<PendingLog>> PrepareDeletion(
    const Context& context, const rpc::Call& call, const v1::DeleteActivityRequest& request);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_PENDING_LOG_H_
