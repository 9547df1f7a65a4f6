#include "services/activity/operations/change_barrier.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/db/error.h"
#include "libs/id/resource_name.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/activity/operations/tell_barrier.h"
#include "services/activity/store/barrier_reports.h"
#include "services/activity/store/barriers.h"

namespace dap::activity {
namespace {

absl::StatusOr<Barrier> LockExisting(db::Connection& tx, const id::Uuid& organisation,
                                     const id::Uuid& barrier) {
  ASSIGN_OR_RETURN(std::optional<Barrier> held, LockBarrier(tx, organisation, barrier));
  if (held) return *std::move(held);
  return status::NotFound("barrier",
                          id::Name({{"organisations", organisation}, {"barriers", barrier}}));
}

absl::Status Save(db::Connection& tx, const Barrier& barrier) {
  const absl::Status saved = SaveBarrier(tx, barrier);
  if (!db::IsDuplicateKey(saved)) return saved;
  return status::Precondition("BARRIER_REPORTED_ANEW",
                              "It was reported anew, and that report is open; see to that one.");
}

// Both locked, always in the same order, so that two merges at once do not wait for each other.
struct Pair {
  Barrier barrier;
  Barrier into;
};
absl::StatusOr<Pair> LockPair(db::Connection& tx, const id::Uuid& organisation,
                              const id::Uuid& barrier, const id::Uuid& into) {
  Pair pair;
  ASSIGN_OR_RETURN(Barrier first, LockExisting(tx, organisation, std::min(barrier, into)));
  ASSIGN_OR_RETURN(Barrier second, LockExisting(tx, organisation, std::max(barrier, into)));
  if (first.barrier != barrier) std::swap(first, second);
  pair.barrier = std::move(first);
  pair.into = std::move(second);
  if (pair.into.merged_into.is_nil()) return pair;
  ASSIGN_OR_RETURN(pair.into, LockExisting(tx, organisation, pair.into.merged_into));
  return pair;
}

absl::Status KeepMergeChanges(db::Connection& tx, const Pair& pair, const BarrierKey& key,
                              absl::Time now) {
  RETURN_IF_ERROR(InsertBarrierChange(
      tx, key.organisation, pair.barrier.barrier,
      {0, pair.barrier.state, now, key.by, "", pair.barrier.ticket, pair.into.barrier}));
  return InsertBarrierChange(
      tx, key.organisation, pair.into.barrier,
      {0, pair.into.state, now, key.by, "", pair.into.ticket, pair.barrier.barrier});
}

}  // namespace

absl::StatusOr<Barrier> LockSurvivor(db::Connection& tx, const id::Uuid& organisation,
                                     const id::Uuid& barrier) {
  ASSIGN_OR_RETURN(Barrier held, LockExisting(tx, organisation, barrier));
  if (held.merged_into.is_nil()) return held;
  return LockExisting(tx, organisation, held.merged_into);
}

// Of the last step alone: a number that grew with each report would tell how many people there are.
std::string EtagOf(const Barrier& barrier) {
  return absl::StrCat(absl::ToUnixMicros(barrier.state_time), "-", static_cast<int>(barrier.state));
}

absl::StatusOr<Barrier> StepBarrier(const Context& context, db::Connection& tx,
                                    feed::Outbox& outbox, const BarrierKey& key,
                                    const BarrierStep& step) {
  const absl::Time now = context.clock.Now();
  ASSIGN_OR_RETURN(Barrier barrier, LockExisting(tx, key.organisation, key.barrier));
  if (!key.etag.empty() && key.etag != EtagOf(barrier)) {
    return status::Aborted("ETAG_MISMATCH",
                           "The barrier has changed since it was read; read it again.");
  }
  const bool was_open = IsOpen(barrier.state);
  RETURN_IF_ERROR(Take(barrier, step, now));
  RETURN_IF_ERROR(Save(tx, barrier));
  RETURN_IF_ERROR(
      InsertBarrierChange(tx, key.organisation, key.barrier,
                          {0, barrier.state, now, key.by, barrier.reason, barrier.ticket, {}}));
  if (!was_open || !IsOpen(barrier.state)) {
    RETURN_IF_ERROR(TellAllStopped(tx, outbox, barrier));
  }
  return barrier;
}

absl::StatusOr<Barrier> MergeBarriers(const Context& context, db::Connection& tx,
                                      feed::Outbox& outbox, const BarrierKey& key,
                                      const id::Uuid& into) {
  const absl::Time now = context.clock.Now();
  if (key.barrier == into) {
    ASSIGN_OR_RETURN(const Barrier same, LockExisting(tx, key.organisation, into));
    return CheckMerge(same, same);
  }
  ASSIGN_OR_RETURN(Pair pair, LockPair(tx, key.organisation, key.barrier, into));
  if (pair.barrier.merged_into == pair.into.barrier) return pair.into;
  RETURN_IF_ERROR(CheckMerge(pair.barrier, pair.into));
  ASSIGN_OR_RETURN(const std::vector<BarrierGoalRow> moved,
                   ListBarrierGoals(tx, key.organisation, pair.barrier.barrier));
  RETURN_IF_ERROR(MoveReports(tx, key.organisation, pair.barrier.barrier, pair.into.barrier));
  RETURN_IF_ERROR(RedirectMerged(tx, key.organisation, pair.barrier.barrier, pair.into.barrier));
  Merge(pair.barrier, pair.into, now);
  ASSIGN_OR_RETURN(const int people, CountReports(tx, key.organisation, pair.into.barrier));
  ASSIGN_OR_RETURN(const BarrierSettings settings, LoadBarrierSettings(tx, key.organisation));
  CountPeople(pair.into, people, now, settings);
  RETURN_IF_ERROR(Save(tx, pair.barrier));
  RETURN_IF_ERROR(Save(tx, pair.into));
  RETURN_IF_ERROR(KeepMergeChanges(tx, pair, key, now));
  // The one that stays blocks a goal before the other one lets it go, so that it opens at no time.
  ASSIGN_OR_RETURN(const std::vector<BarrierGoalRow> goals,
                   ListBarrierGoals(tx, key.organisation, pair.into.barrier));
  TellThoseWithGoals(outbox, pair.into, goals);
  TellThoseWithGoals(outbox, pair.barrier, moved);
  return pair.into;
}

}  // namespace dap::activity
