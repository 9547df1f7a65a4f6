#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_RESOLVE_QUEUE_ENTRY_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_RESOLVE_QUEUE_ENTRY_H_

#include "absl/status/statusor.h"
#include "libs/db/connection.h"
#include "libs/feed/outbox.h"
#include "libs/id/uuid.h"
#include "services/activity/domain/patronage.h"
#include "services/activity/operations/context.h"
#include "services/activity/store/patron_queue.h"

namespace dap::activity {

// The patron says what came of their entry. NOT_FOUND (PATRON_QUEUE_ENTRY_NOT_FOUND),
// PERMISSION_DENIED (NOT_YOURS) for another's, and CheckResolve's errors.
absl::StatusOr<QueueView> ResolveQueueEntry(const Context& context, db::Connection& tx,
                                            feed::Outbox& outbox, const id::Uuid& organisation,
                                            const id::Uuid& entry, const id::Uuid& patron,
                                            Outcome outcome);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_RESOLVE_QUEUE_ENTRY_H_
