// What the HR sync's operations work with.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_SYNC_PARTS_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_SYNC_PARTS_H_

#include "absl/status/status.h"
#include "libs/db/pool.h"
#include "libs/feed/feed.h"
#include "libs/id/uuid.h"
#include "libs/time/clock.h"
#include "services/enrolment/store/sync_records.h"

namespace dap::enrolment {

// A value of references; all must outlive it. Deadlines of these operations are of the machine's
// clock, `clock` is the one that rules go by.
struct SyncParts {
  db::Pool& pool;
  feed::Feed& feed;
  const time::Clock& clock;
  id::Generator& ids;
};

// NOT_FOUND (SYNC_RUN_NOT_FOUND).
absl::Status NoSuchRun(const store::SyncRunKey& key);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_SYNC_PARTS_H_
