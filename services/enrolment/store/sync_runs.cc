#include "services/enrolment/store/sync_runs.h"

#include <utility>

#include "libs/status/macros.h"

namespace dap::enrolment::store {
namespace {

#define DAP_SYNC_RUN_COLUMNS                                                                      \
  "organisation, sync_run, source, mode, state, generation, expected_count, received, "           \
  "received_teams, rejected_early, checksum_state, end_count, refusals, active_people, "          \
  "created, updated, touched, unchanged, suspended, returned, rejected, told_left, left_active, " \
  "phase, "                                                                                       \
  "phase_after, create_time, expire_time, apply_time, approver, approve_reason, approve_time, "   \
  "records_kept"

constexpr char kInsert[] = "INSERT INTO sync_run (" DAP_SYNC_RUN_COLUMNS ") VALUES";
constexpr char kFind[] =
    "SELECT " DAP_SYNC_RUN_COLUMNS " FROM sync_run WHERE organisation = ? AND sync_run = ?";
constexpr char kLock[] = "SELECT " DAP_SYNC_RUN_COLUMNS
                         " FROM sync_run WHERE organisation = ? AND sync_run = ? FOR UPDATE";
}  // namespace

const char kListSyncRunsFirstSql[] =
    "SELECT " DAP_SYNC_RUN_COLUMNS
    " FROM sync_run WHERE organisation = ? ORDER BY sync_run DESC LIMIT ?";
const char kListSyncRunsAfterSql[] =
    "SELECT " DAP_SYNC_RUN_COLUMNS
    " FROM sync_run WHERE organisation = ? AND sync_run < ? ORDER BY sync_run DESC LIMIT ?";
const char kListRunsWithRecordsSql[] =
    "SELECT " DAP_SYNC_RUN_COLUMNS
    " FROM sync_run WHERE records_kept = 1 AND state = ? AND create_time < ?"
    " ORDER BY create_time LIMIT ?";
#undef DAP_SYNC_RUN_COLUMNS

namespace {

constexpr char kSave[] = R"sql(
  UPDATE sync_run SET state = ?, generation = ?, expected_count = ?, received = ?,
    received_teams = ?, rejected_early = ?, checksum_state = ?, end_count = ?, refusals = ?,
    active_people = ?, created = ?, updated = ?, touched = ?, unchanged = ?, suspended = ?,
    returned = ?, rejected = ?, told_left = ?, left_active = ?, phase = ?, phase_after = ?, expire_time = ?,
    apply_time = ?, approver = ?, approve_reason = ?, approve_time = ?, records_kept = ?
  WHERE organisation = ? AND sync_run = ?)sql";

// Ignoring only the row that is there already; a plain look first, as it takes no lock.
constexpr char kFindOrganisation[] = "SELECT 1 FROM sync_organisation WHERE organisation = ?";
constexpr char kInsertOrganisation[] = R"sql(
  INSERT INTO sync_organisation
    (organisation, guard_people, guard_percent, plan_hours, suspended_days)
  VALUES (?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE organisation = organisation)sql";
constexpr char kGeneration[] =
    "SELECT generation FROM sync_source WHERE organisation = ? AND source = ?";
constexpr char kInsertSource[] = R"sql(
  INSERT INTO sync_source (organisation, source, generation) VALUES (?, ?, 0)
  ON DUPLICATE KEY UPDATE organisation = organisation)sql";
constexpr char kAdvance[] =
    "UPDATE sync_source SET generation = generation + 1 WHERE organisation = ? AND source = ?";
constexpr char kLockTurn[] =
    "SELECT applying_run FROM sync_organisation WHERE organisation = ? FOR UPDATE";
constexpr char kFindTurn[] = "SELECT applying_run FROM sync_organisation WHERE organisation = ?";
constexpr char kSetTurn[] = "UPDATE sync_organisation SET applying_run = ? WHERE organisation = ?";
constexpr char kRules[] = R"sql(
  SELECT guard_people, guard_percent, plan_hours, suspended_days
  FROM sync_organisation WHERE organisation = ?)sql";

SyncRun FromRow(const db::Row& row) {
  SyncRun run;
  int c = 0;
  run.organisation = row.Uuid(c++);
  run.id = row.Uuid(c++);
  run.source = row.String(c++);
  run.mode = static_cast<SyncMode>(row.Int(c++));
  run.state = static_cast<SyncState>(row.Int(c++));
  for (int64_t* number :
       {&run.generation, &run.expected, &run.received, &run.received_teams, &run.rejected_early}) {
    *number = row.Int(c++);
  }
  run.checksum_state = row.String(c++);
  run.ended = row.Int(c++);
  run.refusals = static_cast<int>(row.Int(c++));
  SyncCounts& counts = run.counts;
  for (int64_t* number :
       {&run.active_people, &counts.created, &counts.updated, &counts.touched, &counts.unchanged,
        &counts.suspended, &counts.returned, &counts.rejected, &counts.left, &counts.left_active}) {
    *number = row.Int(c++);
  }
  run.phase = static_cast<SyncPhase>(row.Int(c++));
  run.phase_after = row.String(c++);
  run.create_time = row.Time(c++);
  run.expire_time = row.OptionalTime(c++);
  run.apply_time = row.OptionalTime(c++);
  run.approver = row.OptionalString(c++);
  run.approve_reason = row.OptionalString(c++);
  run.approve_time = row.OptionalTime(c++);
  run.records_kept = row.Bool(c++);
  return run;
}

absl::StatusOr<std::optional<SyncRun>> One(absl::StatusOr<std::optional<db::Row>> row) {
  RETURN_IF_ERROR(row.status());
  if (!row->has_value()) return std::optional<SyncRun>();
  return std::make_optional(FromRow(**row));
}

absl::StatusOr<std::vector<SyncRun>> Many(absl::StatusOr<db::Rows> rows) {
  RETURN_IF_ERROR(rows.status());
  std::vector<SyncRun> runs;
  for (const db::Row& row : *rows) runs.push_back(FromRow(row));
  return runs;
}

std::optional<id::Uuid> TurnOf(const std::optional<db::Row>& row) {
  return row.has_value() ? row->OptionalUuid(0) : std::nullopt;
}

}  // namespace

absl::Status InsertSyncRun(db::Connection& tx, const SyncRun& run) {
  const SyncCounts& counts = run.counts;
  return tx
      .InsertRows(kInsert, {{run.organisation,   run.id,
                             run.source,         run.mode,
                             run.state,          run.generation,
                             run.expected,       run.received,
                             run.received_teams, run.rejected_early,
                             run.checksum_state, run.ended,
                             run.refusals,       run.active_people,
                             counts.created,     counts.updated,
                             counts.touched,     counts.unchanged,
                             counts.suspended,   counts.returned,
                             counts.rejected,    counts.left,
                             counts.left_active, run.phase,
                             run.phase_after,    run.create_time,
                             run.expire_time,    run.apply_time,
                             run.approver,       run.approve_reason,
                             run.approve_time,   run.records_kept}})
      .status();
}

absl::StatusOr<std::optional<SyncRun>> FindSyncRun(db::Connection& connection,
                                                   const id::Uuid& organisation,
                                                   const id::Uuid& run) {
  return One(connection.QueryOne(kFind, {organisation, run}));
}

absl::StatusOr<std::optional<SyncRun>> LockSyncRun(db::Connection& tx, const id::Uuid& organisation,
                                                   const id::Uuid& run) {
  return One(tx.QueryOne(kLock, {organisation, run}));
}

absl::Status SaveSyncRun(db::Connection& tx, const SyncRun& run) {
  const SyncCounts& counts = run.counts;
  return tx
      .Execute(kSave, {run.state,
                       run.generation,
                       run.expected,
                       run.received,
                       run.received_teams,
                       run.rejected_early,
                       run.checksum_state,
                       run.ended,
                       run.refusals,
                       run.active_people,
                       counts.created,
                       counts.updated,
                       counts.touched,
                       counts.unchanged,
                       counts.suspended,
                       counts.returned,
                       counts.rejected,
                       counts.left,
                       counts.left_active,
                       run.phase,
                       run.phase_after,
                       run.expire_time,
                       run.apply_time,
                       run.approver,
                       run.approve_reason,
                       run.approve_time,
                       run.records_kept,
                       run.organisation,
                       run.id})
      .status();
}

absl::StatusOr<std::vector<SyncRun>> ListSyncRuns(db::Connection& connection,
                                                  const id::Uuid& organisation,
                                                  const id::Uuid& before, int limit) {
  return Many(before.is_nil()
                  ? connection.Query(kListSyncRunsFirstSql, {organisation, limit})
                  : connection.Query(kListSyncRunsAfterSql, {organisation, before, limit}));
}

absl::StatusOr<std::vector<SyncRun>> ListRunsWithRecords(db::Connection& connection,
                                                         SyncState state, absl::Time before,
                                                         int limit) {
  return Many(connection.Query(kListRunsWithRecordsSql, {state, before, limit}));
}

absl::Status EnsureSyncSource(db::Connection& tx, const id::Uuid& organisation,
                              const std::string& source) {
  ASSIGN_OR_RETURN(std::optional<db::Row> known, tx.QueryOne(kFindOrganisation, {organisation}));
  if (!known.has_value()) {
    const SyncRules rules;
    RETURN_IF_ERROR(
        tx.Execute(kInsertOrganisation, {organisation, rules.guard_people, rules.guard_percent,
                                         rules.plan_hours, rules.suspended_days})
            .status());
  }
  ASSIGN_OR_RETURN(known, tx.QueryOne(kGeneration, {organisation, source}));
  if (known.has_value()) return absl::OkStatus();
  return tx.Execute(kInsertSource, {organisation, source}).status();
}

absl::StatusOr<int64_t> SourceGeneration(db::Connection& connection, const id::Uuid& organisation,
                                         const std::string& source) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row,
                   connection.QueryOne(kGeneration, {organisation, source}));
  return row.has_value() ? row->Int(0) : 0;
}

absl::Status AdvanceGeneration(db::Connection& tx, const id::Uuid& organisation,
                               const std::string& source) {
  return tx.Execute(kAdvance, {organisation, source}).status();
}

absl::StatusOr<std::optional<id::Uuid>> LockTurn(db::Connection& tx, const id::Uuid& organisation) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row, tx.QueryOne(kLockTurn, {organisation}));
  return TurnOf(row);
}

absl::StatusOr<std::optional<id::Uuid>> FindTurn(db::Connection& connection,
                                                 const id::Uuid& organisation) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row, connection.QueryOne(kFindTurn, {organisation}));
  return TurnOf(row);
}

absl::Status SetTurn(db::Connection& tx, const id::Uuid& organisation,
                     const std::optional<id::Uuid>& run) {
  return tx.Execute(kSetTurn, {run, organisation}).status();
}

absl::StatusOr<SyncRules> LoadSyncRules(db::Connection& connection, const id::Uuid& organisation) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row, connection.QueryOne(kRules, {organisation}));
  SyncRules rules;
  if (!row.has_value()) return rules;
  rules.guard_people = static_cast<int>(row->Int(0));
  rules.guard_percent = static_cast<int>(row->Int(1));
  rules.plan_hours = static_cast<int>(row->Int(2));
  rules.suspended_days = static_cast<int>(row->Int(3));
  return rules;
}

}  // namespace dap::enrolment::store
