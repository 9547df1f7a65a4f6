// Which barriers block which goals.
#ifndef DAP_SERVICES_GOALS_STORE_BARRIER_BLOCK_STORE_H_
#define DAP_SERVICES_GOALS_STORE_BARRIER_BLOCK_STORE_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/goals/domain/enrolment_key.h"

namespace dap::goals {

struct BarrierBlock {
  id::Uuid goal;
  id::Uuid barrier;
  bool blocks = false;
  int64_t version = 0;  // the barrier's
};

// Keeps it unless one of this version or a later one is here. One statement.
absl::Status SaveBlock(db::Connection& tx, const EnrolmentKey& of, const BarrierBlock& block);

// How many barriers block the goal. One query by key.
absl::StatusOr<int> CountBlocks(db::Connection& tx, const EnrolmentKey& of, const id::Uuid& goal);

// Those that block a goal of the enrolment. One query by key.
absl::StatusOr<std::vector<BarrierBlock>> ListBlocks(db::Connection& tx, const EnrolmentKey& of);

// For tests that ask how they are run.
extern const char kListBlocks[];
extern const char kCountBlocks[];

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_STORE_BARRIER_BLOCK_STORE_H_
