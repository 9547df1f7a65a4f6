// The tables cohort_feed and cohort_change: what changed in a cohort, in order, for those who
// watch.
#ifndef DAP_SERVICES_ACTIVITY_STORE_COHORT_CHANGES_H_
#define DAP_SERVICES_ACTIVITY_STORE_COHORT_CHANGES_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/activity/domain/experience.h"

namespace dap::activity {

enum class ChangeKind { kExperience = 1, kCheers = 2, kComment = 3, kMembers = 4 };

struct CohortChangeRow {
  int64_t position = 0;
  ChangeKind kind = ChangeKind::kMembers;
  id::Uuid experience = {};  // nil for kMembers
  id::Uuid comment = {};     // nil but for kComment
  // Who saw the experience before; kUnspecified for nobody.
  Audience audience_before = Audience::kUnspecified;
};

using CohortKey = std::pair<id::Uuid, id::Uuid>;  // organisation, cohort

// Changes of a cohort that are kept: whoever is further behind reads the lists again.
inline constexpr int kChangesKept = 1000;

// Gives the change the cohort's next position, and lets the oldest go. Holds the cohort's row until
// the transaction ends, so it comes after whatever else is locked but the feed.
absl::Status AppendChange(db::Connection& tx, const CohortKey& cohort, CohortChangeRow change);

// How far these cohorts are; one that has had no change is not in it. One query on the primary key.
absl::StatusOr<absl::flat_hash_map<CohortKey, int64_t>> LastChanges(
    db::Connection& db, absl::Span<const CohortKey> cohorts);

// After a position, in order, at most `limit`.
absl::StatusOr<std::vector<CohortChangeRow>> ListChanges(db::Connection& db,
                                                         const CohortKey& cohort, int64_t after,
                                                         int limit);

// For the test that they go by their keys.
extern const absl::string_view kListChangesSql;
extern const absl::string_view kLastChangesSql;  // with a list of pairs

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_STORE_COHORT_CHANGES_H_
