// Sync runs, their sources, and the turn of an organisation's runs to be applied.
#ifndef DAP_SERVICES_ENROLMENT_STORE_SYNC_RUNS_H_
#define DAP_SERVICES_ENROLMENT_STORE_SYNC_RUNS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/enrolment/domain/staff_sync.h"

namespace dap::enrolment::store {

struct SyncCounts {
  int64_t created = 0;
  int64_t updated = 0;
  // Unchanged but for the time of the record; told as unchanged.
  int64_t touched = 0;
  int64_t unchanged = 0;
  int64_t suspended = 0;
  int64_t returned = 0;
  int64_t rejected = 0;
  int64_t left = 0;
  // Of them, those who were ACTIVE.
  int64_t left_active = 0;
};

// What applying does, in this order.
enum class SyncPhase {
  kRelease = 0,
  kTeams = 1,
  kNewPeople = 2,
  kPeople = 3,
  kSuspend = 4,
  kTeamsGone = 5,
  kEnd = 6
};

// A run's row. What the proto does not tell is explained in the migration.
struct SyncRun {
  id::Uuid organisation;
  id::Uuid id;
  std::string source;
  SyncMode mode = SyncMode::kDelta;
  SyncState state = SyncState::kReceiving;
  int64_t generation = 0;
  int64_t expected = 0;
  int64_t received = 0;
  int64_t received_teams = 0;
  int64_t rejected_early = 0;
  std::string checksum_state;
  int64_t ended = 0;
  int refusals = 0;
  int64_t active_people = 0;
  SyncCounts counts;
  SyncPhase phase = SyncPhase::kRelease;
  std::string phase_after;
  absl::Time create_time;
  std::optional<absl::Time> expire_time;
  std::optional<absl::Time> apply_time;
  std::optional<std::string> approver;
  std::optional<std::string> approve_reason;
  std::optional<absl::Time> approve_time;
  bool records_kept = true;
};

// One statement a call, here and in the other sync files unless it says otherwise.

absl::Status InsertSyncRun(db::Connection& tx, const SyncRun& run);
absl::StatusOr<std::optional<SyncRun>> FindSyncRun(db::Connection& connection,
                                                   const id::Uuid& organisation,
                                                   const id::Uuid& run);
// With its row locked until COMMIT. Lock the turn first where both are needed.
absl::StatusOr<std::optional<SyncRun>> LockSyncRun(db::Connection& tx, const id::Uuid& organisation,
                                                   const id::Uuid& run);
absl::Status SaveSyncRun(db::Connection& tx, const SyncRun& run);
// Newest first, before `before` where it is not nil.
absl::StatusOr<std::vector<SyncRun>> ListSyncRuns(db::Connection& connection,
                                                  const id::Uuid& organisation,
                                                  const id::Uuid& before, int limit);

// Runs of any organisation that still have records, in one state, that began before `before`;
// oldest first.
absl::StatusOr<std::vector<SyncRun>> ListRunsWithRecords(db::Connection& connection,
                                                         SyncState state, absl::Time before,
                                                         int limit);

// Makes the rows of an organisation and source where they are not there. Up to four statements.
absl::Status EnsureSyncSource(db::Connection& tx, const id::Uuid& organisation,
                              const std::string& source);
absl::StatusOr<int64_t> SourceGeneration(db::Connection& connection, const id::Uuid& organisation,
                                         const std::string& source);
absl::Status AdvanceGeneration(db::Connection& tx, const id::Uuid& organisation,
                               const std::string& source);

// The organisation's run that is being applied, if any. Locked: nobody else applies until COMMIT.
absl::StatusOr<std::optional<id::Uuid>> LockTurn(db::Connection& tx, const id::Uuid& organisation);
absl::StatusOr<std::optional<id::Uuid>> FindTurn(db::Connection& connection,
                                                 const id::Uuid& organisation);
absl::Status SetTurn(db::Connection& tx, const id::Uuid& organisation,
                     const std::optional<id::Uuid>& run);
// The defaults where the organisation has no row.
absl::StatusOr<SyncRules> LoadSyncRules(db::Connection& connection, const id::Uuid& organisation);

// The statements of lists, for the test that each goes by its index.
extern const char kListSyncRunsFirstSql[];
extern const char kListSyncRunsAfterSql[];
extern const char kListRunsWithRecordsSql[];

}  // namespace dap::enrolment::store

#endif  // DAP_SERVICES_ENROLMENT_STORE_SYNC_RUNS_H_
