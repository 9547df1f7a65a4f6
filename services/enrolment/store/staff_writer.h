// The only writer of people and teams of an HR system, and the batches that applying a run reads.
#ifndef DAP_SERVICES_ENROLMENT_STORE_STAFF_WRITER_H_
#define DAP_SERVICES_ENROLMENT_STORE_STAFF_WRITER_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/enrolment/store/sync_records.h"

namespace dap::enrolment::store {

// A batch of a run: records after this external id, at most so many.
struct Batch {
  SyncRunKey key;
  SourceKey source;
  std::string after;
  int limit = 0;
};

// A record to apply, with what it refers to as ids, as they will be once it is applied.
struct Planned {
  SyncRecord record;
  std::string digest;
  id::Uuid target;
  std::optional<id::Uuid> above;
  std::optional<id::Uuid> manager;
  // Nothing for a new one.
  std::optional<Held> held;
};

// New and changed teams.
absl::StatusOr<std::vector<Planned>> ReadPlannedTeams(db::Connection& tx, const Batch& batch);
absl::StatusOr<std::vector<Planned>> ReadPlannedNewPeople(db::Connection& tx, const Batch& batch);
absl::StatusOr<std::vector<Planned>> ReadPlannedPeople(db::Connection& tx, const Batch& batch);

// Active people of the source who have no record in the run.
struct Missing {
  std::string external_id;
  StaffMember member;
};
absl::StatusOr<std::vector<Missing>> ReadMissing(db::Connection& tx, const Batch& batch);

// A person or team as it is to be. `digest` empty: not known, so the next sync looks closer.
struct Written {
  SourceKey source;
  std::string external_id;
  id::Uuid id;
  std::string display_name;
  std::string email;
  std::optional<id::Uuid> above;
  std::optional<id::Uuid> manager;
  StaffState state = StaffState::kActive;
  absl::Time state_since;
  std::optional<absl::Time> update_time;
  std::string digest;
  int64_t version = 1;
};

// Few statements. ALREADY_EXISTS (DUPLICATE_KEY) where an address is taken; some rows may then
// stand in the transaction.
absl::Status InsertPeople(db::Connection& tx, const std::vector<Written>& people);
// `state_since` is written only where the state changes. ALREADY_EXISTS (DUPLICATE_KEY) where the
// address is taken: the statement is undone, the transaction may go on.
absl::Status UpdatePerson(db::Connection& tx, const Written& person);
absl::Status InsertTeams(db::Connection& tx, const std::vector<Written>& teams);
absl::Status UpdateTeam(db::Connection& tx, const Written& team);

// Teams that the source's full snapshots do not name any more. Those that the run names are as
// before; those that it does not are unnamed; and of the unnamed those are hidden in which nobody
// works and below which no team is to be seen. Each one statement over the source's teams.
absl::Status MarkNamedAgain(db::Connection& tx, const Batch& batch);
absl::Status MarkUnnamed(db::Connection& tx, const Batch& batch);
// How many it hid: call it again until none, since now those above them may have nothing below.
absl::StatusOr<int64_t> HideUnnamed(db::Connection& tx, const Batch& batch);

// Makes free the addresses that people of the batch give up, so that others can take them; nothing
// else of them changes. Returns the last external id of the batch, empty where there was nobody.
// Two statements.
absl::StatusOr<std::string> ReleaseAddresses(db::Connection& tx, const Batch& batch);

// Of a new person who could not be made: whoever was to have them as a manager has none. Two
// statements.
absl::Status RejectLate(db::Connection& tx, const Batch& batch, const SyncRecord& record);
// Gives somebody whose new address turned out to be taken the one they had. Errors as UpdatePerson.
absl::Status RestoreAddress(db::Connection& tx, const id::Uuid& organisation,
                            const id::Uuid& staff);

// Whoever has been suspended for as long as their organisation gives them, and so has left by
// `now`; at most `limit`.
absl::StatusOr<std::vector<StaffMember>> ListToLeave(db::Connection& connection, absl::Time now,
                                                     int default_days, int limit);
// Changes the state, from `from` only: false where it is another by now. Of whoever has left the
// address is free. `member` gets the state and its version.
absl::StatusOr<bool> MoveStaff(db::Connection& tx, StaffMember& member, StaffState from,
                               StaffState to, absl::Time now);

// The statements of the above, for the test that each goes by its index. Their joins name the
// index: the first load fills the tables faster than the optimizer's statistics follow, and by
// those of an empty table it reads all of it for each row.
extern const char kPlannedTeamsSql[];
extern const char kPlannedNewPeopleSql[];
extern const char kPlannedPeopleSql[];
extern const char kReadMissingSql[];
extern const char kListToLeaveSql[];

}  // namespace dap::enrolment::store

#endif  // DAP_SERVICES_ENROLMENT_STORE_STAFF_WRITER_H_
