// The tables barrier, barrier_change and barrier_settings. The barrier's row is the aggregate's
// lock: whatever changes it, its reports or its goals locks it first.
#ifndef DAP_SERVICES_ACTIVITY_STORE_BARRIERS_H_
#define DAP_SERVICES_ACTIVITY_STORE_BARRIERS_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/activity/domain/barrier.h"

namespace dap::activity {

// An organisation's settings; the domain's defaults for what it has not set. One query by key.
absl::StatusOr<BarrierSettings> LoadBarrierSettings(db::Connection& db,
                                                    const id::Uuid& organisation);

// Keeps a new one, or gives the open one of its category and tool key that is there already: locked
// either way. Two statements.
absl::StatusOr<Barrier> InsertOrLockOpenBarrier(db::Connection& tx, const Barrier& barrier);

// One query on the primary key.
absl::StatusOr<std::optional<Barrier>> FindBarrier(db::Connection& db, const id::Uuid& organisation,
                                                   const id::Uuid& barrier);
// The same, locked until the transaction ends.
absl::StatusOr<std::optional<Barrier>> LockBarrier(db::Connection& tx, const id::Uuid& organisation,
                                                   const id::Uuid& barrier);

// Writes what may change of one that is locked. ALREADY_EXISTS (DUPLICATE_KEY) where it is opened
// again beside another open one of its category and tool key.
absl::Status SaveBarrier(db::Connection& tx, const Barrier& barrier);
// What went into `from` went into `to`.
absl::Status RedirectMerged(db::Connection& tx, const id::Uuid& organisation, const id::Uuid& from,
                            const id::Uuid& to);

// A barrier as somebody reads it.
struct BarrierView {
  Barrier barrier;
  bool reported_by_me = false;
};

// Newest first, before that one (none: from the newest): those of a state, or of all but MERGED
// where it is kUnspecified. `reader` is the staff member for whom reported_by_me is told.
absl::StatusOr<std::vector<BarrierView>> ListBarriers(db::Connection& db,
                                                      const id::Uuid& organisation,
                                                      const id::Uuid& reader, BarrierState state,
                                                      const std::optional<id::Uuid>& before,
                                                      int limit);
// By tool key, those that begin with `prefix`, after (key, barrier).
struct BarrierPlace {
  std::string tool_key;
  id::Uuid barrier;
};
absl::StatusOr<std::vector<BarrierView>> ListBarriersByTool(
    db::Connection& db, const id::Uuid& organisation, const id::Uuid& reader, BarrierState state,
    absl::string_view prefix, const std::optional<BarrierPlace>& after, int limit);

// Open ones of a category whose key begins with `key`, by key.
absl::StatusOr<std::vector<BarrierView>> ListOpenBarriers(db::Connection& db,
                                                          const id::Uuid& organisation,
                                                          const id::Uuid& reader,
                                                          BarrierCategory category,
                                                          absl::string_view key, int limit);
// The open one with just this key.
absl::StatusOr<std::optional<BarrierView>> FindOpenBarrier(db::Connection& db,
                                                           const id::Uuid& organisation,
                                                           const id::Uuid& reader,
                                                           BarrierCategory category,
                                                           absl::string_view key);

// All but MERGED ones: what an evidence pack is about.
absl::StatusOr<std::vector<Barrier>> ListAllBarriers(db::Connection& db,
                                                     const id::Uuid& organisation);

struct BarrierChangeRow {
  int number = 0;  // from 1; given by InsertBarrierChange
  BarrierState state = BarrierState::kUnspecified;
  absl::Time change_time;
  id::Uuid changed_by;  // nil: reports did
  std::string reason;
  std::string ticket;
  id::Uuid other_barrier;  // nil: none
};
// With the next number; the barrier is locked.
absl::Status InsertBarrierChange(db::Connection& tx, const id::Uuid& organisation,
                                 const id::Uuid& barrier, const BarrierChangeRow& change);
// Oldest first, after that number.
absl::StatusOr<std::vector<BarrierChangeRow>> ListBarrierChanges(db::Connection& db,
                                                                 const id::Uuid& organisation,
                                                                 const id::Uuid& barrier, int after,
                                                                 int limit);

// The statements of the lists, for the test that they go by their keys.
extern const absl::string_view kListBarriersSql;
extern const absl::string_view kListBarriersOfStateSql;
extern const absl::string_view kListBarriersByToolSql;
extern const absl::string_view kListOpenBarriersSql;
extern const absl::string_view kListAllBarriersSql;
extern const absl::string_view kListBarrierChangesSql;

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_STORE_BARRIERS_H_
