#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_ANSWER_CHECK_IN_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_ANSWER_CHECK_IN_H_

#include <optional>

#include "absl/status/statusor.h"
#include "dap/activity/v1/activity_service.pb.h"
#include "libs/db/connection.h"
#include "libs/feed/outbox.h"
#include "libs/id/uuid.h"
#include "libs/roster/entry.h"
#include "services/activity/operations/context.h"
#include "services/activity/store/check_ins.h"

namespace dap::activity {

// Keeps the participant's answer: a contribution, so the spell of silence ends; the enrolment
// service hears of it (CheckInAnswered) and pauses or withdraws. The same answer again changes
// nothing. NOT_FOUND (CHECK_IN_NOT_FOUND), FAILED_PRECONDITION (CHECK_IN_ANSWERED,
// ENROLMENT_STATE), INVALID_ARGUMENT: CheckBusyUntil's; busy_until_time without BUSY (NOT_BUSY).
absl::StatusOr<CheckInRow> AnswerCheckIn(const Context& context, db::Connection& tx,
                                         feed::Outbox& outbox, const roster::Entry& entry,
                                         const id::Uuid& check_in,
                                         const v1::AnswerCheckInRequest& request);

// Where the answer was IT_BLOCKS_ME: the report that it leads to, as far as it is known, with the
// goal where there is just one under way. Nothing after another answer. One query.
absl::StatusOr<std::optional<v1::BarrierReport>> DraftReport(db::Connection& tx,
                                                             const CheckInRow& row,
                                                             const id::Uuid& cohort);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_ANSWER_CHECK_IN_H_
