// The records of a sync run while it lasts, and those it left out.
#ifndef DAP_SERVICES_ENROLMENT_STORE_SYNC_RECORDS_H_
#define DAP_SERVICES_ENROLMENT_STORE_SYNC_RECORDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/enrolment/domain/staff_sync.h"

namespace dap::enrolment::store {

// A run by its ids.
struct SyncRunKey {
  id::Uuid organisation;
  id::Uuid run;
};

// Whose people and teams: those of one HR system.
struct SourceKey {
  id::Uuid organisation;
  std::string source;
};

// A record with what it means; see the migration.
struct StagedRecord {
  SyncRecord record;
  std::string digest;
  id::Uuid target;
  Judgement judgement;
  bool was_active = false;
};

// ALREADY_EXISTS (DUPLICATE_KEY) where one of the ids is in the run already; some rows may then
// stand in the transaction. Few statements.
absl::Status InsertRecords(db::Connection& tx, const SyncRunKey& key,
                           const std::vector<StagedRecord>& records);

// Which of the ids are in the run. A statement for each 256.
absl::StatusOr<absl::flat_hash_set<std::string>> StagedIds(
    db::Connection& connection, const SyncRunKey& key, RecordKind kind,
    const std::vector<std::string>& external_ids);

// Everything about people or teams that Judge needs. A statement for each 256.
using HeldById = absl::flat_hash_map<std::string, Held>;
absl::StatusOr<HeldById> ReadHeld(db::Connection& connection, const SourceKey& key, RecordKind kind,
                                  const std::vector<std::string>& external_ids);
// The same with what JudgeByDigest needs alone: cheaper, as it reads one table.
absl::StatusOr<HeldById> ReadHeldDigests(db::Connection& connection, const SourceKey& key,
                                         RecordKind kind,
                                         const std::vector<std::string>& external_ids);
// Whether the source has any person or team. Two statements.
absl::StatusOr<bool> HasAny(db::Connection& connection, const SourceKey& key);

struct RejectedRecord {
  int64_t sequence = 0;
  std::string external_id;
  Fault fault = Fault::kNone;
  std::string field;
};
absl::Status InsertRejections(db::Connection& tx, const SyncRunKey& key,
                              const std::vector<RejectedRecord>& rejections);
// In the order of the stream, after `after`.
absl::StatusOr<std::vector<RejectedRecord>> ListRejections(db::Connection& connection,
                                                           const SyncRunKey& key, int64_t after,
                                                           int limit);

// Drops up to `limit` records; how many went.
absl::StatusOr<int64_t> DropRecords(db::Connection& tx, const SyncRunKey& key, int limit);

// The statement of ListRejections, for the test that it goes by its index.
extern const char kListRejectionsSql[];

}  // namespace dap::enrolment::store

#endif  // DAP_SERVICES_ENROLMENT_STORE_SYNC_RECORDS_H_
