// What of a plan needs all records of a run at once, as set operations on its records.
#ifndef DAP_SERVICES_ENROLMENT_STORE_SYNC_PLAN_H_
#define DAP_SERVICES_ENROLMENT_STORE_SYNC_PLAN_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/db/connection.h"
#include "services/enrolment/domain/staff_sync_tree.h"
#include "services/enrolment/store/sync_records.h"

namespace dap::enrolment::store {

// Each rejects records that are not rejected yet and returns how many; one statement, which reads
// the run's records once. References and addresses depend on which other records hold, so they are
// repeated until none is found.
//
// Trust says whether another record of the run that is not rejected may be built on. kNone decides
// at once, and rejects more than it must: for chains so long that no organisation has them.
enum class Trust { kNone = 0, kRun = 1 };

absl::StatusOr<int64_t> RejectUnknownParents(db::Connection& tx, const SyncRunKey& key,
                                             const SourceKey& source, Trust trust);
absl::StatusOr<int64_t> RejectUnknownTeams(db::Connection& tx, const SyncRunKey& key,
                                           const SourceKey& source, Trust trust);
absl::StatusOr<int64_t> RejectUnknownManagers(db::Connection& tx, const SyncRunKey& key,
                                              const SourceKey& source, Trust trust);
// Whoever asks second for an address in the run. Once, before the others.
absl::StatusOr<int64_t> RejectSecondClaims(db::Connection& tx, const SyncRunKey& key);
// Whoever asks for the address of somebody who keeps it.
absl::StatusOr<int64_t> RejectTakenAddresses(db::Connection& tx, const SyncRunKey& key,
                                             const SourceKey& source, Trust trust);

// The source's teams with one above them, as they would be; `moved` where this run says so.
struct ProposedEdge {
  TeamEdge edge;
  bool moved = false;
};
absl::StatusOr<std::vector<ProposedEdge>> ReadTeamEdges(db::Connection& tx, const SyncRunKey& key,
                                                        const SourceKey& source);
// A statement for each 256.
absl::StatusOr<int64_t> RejectCycle(db::Connection& tx, const SyncRunKey& key,
                                    const std::vector<id::Uuid>& teams);

// Copies what is rejected to where it is kept for good.
absl::Status KeepRejections(db::Connection& tx, const SyncRunKey& key);

struct VerdictCount {
  RecordKind kind = RecordKind::kPerson;
  Verdict verdict = Verdict::kUnchanged;
  bool rejected = false;
  int64_t records = 0;
  // How many of them were active people of the source.
  int64_t were_active = 0;
};
absl::StatusOr<std::vector<VerdictCount>> CountVerdicts(db::Connection& connection,
                                                        const SyncRunKey& key);
// The source's ACTIVE people.
absl::StatusOr<int64_t> CountActive(db::Connection& connection, const SourceKey& source);

}  // namespace dap::enrolment::store

#endif  // DAP_SERVICES_ENROLMENT_STORE_SYNC_PLAN_H_
