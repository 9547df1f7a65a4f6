#include "services/goals/store/barrier_block_store.h"

#include <optional>

#include "libs/status/macros.h"

namespace dap::goals {

const char kListBlocks[] =
    "SELECT goal, barrier, version FROM barrier_block "
    "WHERE organisation = ? AND enrolment = ? AND blocks ORDER BY goal, barrier";

const char kCountBlocks[] =
    "SELECT COUNT(*) FROM barrier_block "
    "WHERE organisation = ? AND enrolment = ? AND goal = ? AND blocks";

namespace {

// `version` is set last, since the assignment before it looks at the one held.
constexpr char kSave[] =
    "INSERT INTO barrier_block (organisation, enrolment, goal, barrier, blocks, version) "
    "VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE "
    "blocks = IF(VALUES(version) > version, VALUES(blocks), blocks), "
    "version = GREATEST(version, VALUES(version))";

}  // namespace

absl::Status SaveBlock(db::Connection& tx, const EnrolmentKey& of, const BarrierBlock& block) {
  return tx
      .Execute(kSave, {of.organisation, of.enrolment, block.goal, block.barrier, block.blocks,
                       block.version})
      .status();
}

absl::StatusOr<int> CountBlocks(db::Connection& tx, const EnrolmentKey& of, const id::Uuid& goal) {
  ASSIGN_OR_RETURN(const std::optional<db::Row> row,
                   tx.QueryOne(kCountBlocks, {of.organisation, of.enrolment, goal}));
  return static_cast<int>(row->Int(0));
}

absl::StatusOr<std::vector<BarrierBlock>> ListBlocks(db::Connection& tx, const EnrolmentKey& of) {
  ASSIGN_OR_RETURN(const db::Rows rows, tx.Query(kListBlocks, {of.organisation, of.enrolment}));
  std::vector<BarrierBlock> blocks;
  for (const db::Row& row : rows) blocks.push_back({row.Uuid(0), row.Uuid(1), true, row.Int(2)});
  return blocks;
}

}  // namespace dap::goals
