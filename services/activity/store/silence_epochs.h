// The table silence_epoch: how often silence may have been set back in an organisation.
//
// Whoever logs holds the epoch until its commit, and whoever deletes raises it, so neither happens
// during the other: a deletion sees every activity that was logged without writing the enrolment's
// row, and a log after the deletion finds another epoch than the one it knows the row from.
#ifndef DAP_SERVICES_ACTIVITY_STORE_SILENCE_EPOCHS_H_
#define DAP_SERVICES_ACTIVITY_STORE_SILENCE_EPOCHS_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"

namespace dap::activity {

// One row read, without a lock. 0 where there is none yet.
absl::StatusOr<int64_t> ReadEpoch(db::Connection& db, const id::Uuid& organisation);

// Reads it and keeps it from being raised until the transaction ends; others may hold it too.
absl::StatusOr<int64_t> HoldEpoch(db::Connection& tx, const id::Uuid& organisation);

// Waits for those who hold it, raises it and keeps it until the transaction ends.
absl::StatusOr<int64_t> RaiseEpoch(db::Connection& tx, const id::Uuid& organisation);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_STORE_SILENCE_EPOCHS_H_
