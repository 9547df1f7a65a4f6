// Several reads of one moment.
#ifndef DAP_LIBS_DB_SNAPSHOT_H_
#define DAP_LIBS_DB_SNAPSHOT_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/db/transaction.h"

namespace dap::db {

namespace internal {
absl::Status RunSnapshot(Pool& pool, absl::Time deadline, Body body);
}  // namespace internal

// Runs `body` (absl::Status or absl::StatusOr<T> of Connection&), which only reads: all its
// statements see what was committed when it began, whatever the pool's isolation is. A write in it
// is an error. Runs it again as Read does. Three round trips beyond what `body` costs; and the
// server keeps old versions of rows meanwhile, so let it be short.
template <typename F>
auto Snapshot(Pool& pool, absl::Time deadline, F body) {
  return internal::Run(&internal::RunSnapshot, pool, deadline, body);
}

}  // namespace dap::db

#endif  // DAP_LIBS_DB_SNAPSHOT_H_
