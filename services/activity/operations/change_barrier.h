// What coaches and administrators see to on a barrier's way, and merging.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_CHANGE_BARRIER_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_CHANGE_BARRIER_H_

#include <string>

#include "absl/status/statusor.h"
#include "libs/db/connection.h"
#include "libs/feed/outbox.h"
#include "libs/id/uuid.h"
#include "services/activity/domain/barrier.h"
#include "services/activity/operations/context.h"

namespace dap::activity {

// The barrier, or the one that it went into, locked. NOT_FOUND (BARRIER_NOT_FOUND).
absl::StatusOr<Barrier> LockSurvivor(db::Connection& tx, const id::Uuid& organisation,
                                     const id::Uuid& barrier);

// How a reader proves that they know the barrier as it is.
std::string EtagOf(const Barrier& barrier);

struct BarrierKey {
  id::Uuid organisation;
  id::Uuid barrier;
  std::string etag;  // empty: any
  id::Uuid by;       // who sees to it; nil for a caller who is no member of staff
};

// Takes a step and keeps who did. Ends and reopenings are told to all whom it stops. NOT_FOUND
// (BARRIER_NOT_FOUND), ABORTED (ETAG_MISMATCH), Take's, FAILED_PRECONDITION
// (BARRIER_REPORTED_ANEW).
absl::StatusOr<Barrier> StepBarrier(const Context& context, db::Connection& tx,
                                    feed::Outbox& outbox, const BarrierKey& key,
                                    const BarrierStep& step);

// Makes `key` part of `into`, or of what that went into, which is returned. Nobody counts twice.
// Nothing changes where it is so already. NOT_FOUND (BARRIER_NOT_FOUND), CheckMerge's.
absl::StatusOr<Barrier> MergeBarriers(const Context& context, db::Connection& tx,
                                      feed::Outbox& outbox, const BarrierKey& key,
                                      const id::Uuid& into);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_CHANGE_BARRIER_H_
