// Receiving the records of a sync run: kept in the database as they come, a thousand at a time.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_SYNC_RECEIVE_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_SYNC_RECEIVE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/enrolment/domain/staff_sync_checksum.h"
#include "services/enrolment/operations/sync_parts.h"
#include "services/enrolment/store/sync_runs.h"

namespace dap::enrolment {

struct SyncStart {
  id::Uuid organisation;
  std::string source;
  SyncMode mode = SyncMode::kUnspecified;
  int64_t expected = 0;
  // The run to go on with; none for a new one.
  std::optional<id::Uuid> run;
};

// One stream of a run. Not thread-safe. Holds at most kBatch records, whose fields are short
// (longer ones were cut off by the field rules), so its memory does not grow with the sync.
class SyncReceiver {
 public:
  static constexpr int kBatch = 1000;
  // A run's team records above this are rejected (FIELD_INVALID): the tree is checked in memory.
  static constexpr int64_t kMostTeams = 200'000;

  // Finishes a run that is being applied in the organisation first, so that records are compared
  // with what will be held. NOT_FOUND (ORGANISATION_NOT_FOUND, SYNC_RUN_NOT_FOUND);
  // INVALID_ARGUMENT (SYNC_RUN_OF_ANOTHER_SYNC) where the run has another source or mode;
  // FAILED_PRECONDITION (SYNC_RUN_STATE) where it has ended.
  static absl::StatusOr<std::unique_ptr<SyncReceiver>> Begin(const SyncParts& parts,
                                                             const SyncStart& start,
                                                             absl::Time deadline);

  // Takes the next record. `raw_id` is the external id as it was sent, for the checksum. True when
  // a batch is full: Flush is due.
  bool Add(absl::string_view raw_id, SyncRecord record);

  // Makes what was taken durable. One transaction of some ten statements. ABORTED
  // (SYNC_TAKEN_OVER) where another stream goes on with the run, FAILED_PRECONDITION
  // (SYNC_RUN_STATE) where it has ended.
  absl::Status Flush(absl::Time deadline);

  // Records 1 to this one are durable.
  int64_t watermark() const { return run_.received; }
  store::SyncRunKey key() const { return {run_.organisation, run_.id}; }

 private:
  struct Staged;
  SyncReceiver(const SyncParts& parts, store::SyncRun run, bool compare)
      : parts_(parts), run_(std::move(run)), compare_(compare) {}

  absl::Status Write(db::Connection& tx, bool look_for_duplicates, store::SyncRun& after);
  absl::Status Judge(db::Connection& tx, RecordKind kind, Staged& staged);
  absl::Status DropDuplicates(db::Connection& tx, RecordKind kind, Staged& staged);
  Staged Sort(int64_t teams_before) const;

  const SyncParts parts_;
  store::SyncRun run_;  // as it is durable
  // The source had people or teams when the stream began.
  const bool compare_;
  // A duplicate was found in another batch: look for more before writing.
  bool duplicates_ = false;
  SyncChecksum checksum_;
  std::vector<SyncRecord> pending_;
};

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_SYNC_RECEIVE_H_
