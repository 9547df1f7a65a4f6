#include "services/enrolment/operations/sync_plan.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "libs/db/transaction.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/domain/staff_sync_checksum.h"
#include "services/enrolment/domain/staff_sync_tree.h"
#include "services/enrolment/store/sync_plan.h"

namespace dap::enrolment {
namespace {

using store::Trust;

// One round finds what the last one's rejections leave without ground, so a round is a level of the
// hierarchy. More levels than this have no organisation, only a hostile file.
constexpr int kMostRounds = 64;

class Planner {
 public:
  Planner(db::Connection& tx, const store::SyncRun& run)
      : tx_(tx), key_{run.organisation, run.id}, source_{run.organisation, run.source} {}

  absl::Status RejectTeams() {
    for (int round = 0;; ++round) {
      const Trust trust = round < kMostRounds ? Trust::kRun : Trust::kNone;
      ASSIGN_OR_RETURN(int64_t unknown, store::RejectUnknownParents(tx_, key_, source_, trust));
      if (unknown > 0) continue;
      ASSIGN_OR_RETURN(int64_t cycles, RejectCycles());
      if (cycles == 0) return absl::OkStatus();
    }
  }

  absl::Status RejectPeople() {
    RETURN_IF_ERROR(store::RejectSecondClaims(tx_, key_).status());
    RETURN_IF_ERROR(store::RejectUnknownTeams(tx_, key_, source_, Trust::kRun).status());
    for (int round = 0;; ++round) {
      const Trust trust = round < kMostRounds ? Trust::kRun : Trust::kNone;
      ASSIGN_OR_RETURN(int64_t unknown, store::RejectUnknownManagers(tx_, key_, source_, trust));
      ASSIGN_OR_RETURN(int64_t taken, store::RejectTakenAddresses(tx_, key_, source_, trust));
      if (unknown + taken == 0) return absl::OkStatus();
    }
  }

 private:
  // Those of the cycle's teams that this run would put there. What is held has no cycle, so each
  // cycle has one.
  absl::StatusOr<int64_t> RejectCycles() {
    ASSIGN_OR_RETURN(std::vector<store::ProposedEdge> proposed,
                     store::ReadTeamEdges(tx_, key_, source_));
    std::vector<TeamEdge> edges;
    std::vector<id::Uuid> moved;
    for (const store::ProposedEdge& one : proposed) {
      edges.push_back(one.edge);
      if (one.moved) moved.push_back(one.edge.team);
    }
    std::sort(moved.begin(), moved.end());
    std::vector<id::Uuid> on_cycle = OnCycle(edges);
    std::erase_if(on_cycle, [&moved](const id::Uuid& team) {
      return !std::binary_search(moved.begin(), moved.end(), team);
    });
    return store::RejectCycle(tx_, key_, on_cycle);
  }

  db::Connection& tx_;
  const store::SyncRunKey key_;
  const store::SourceKey source_;
};

bool NeedsChecks(const std::vector<store::VerdictCount>& counts, RecordKind kind) {
  return std::any_of(counts.begin(), counts.end(), [kind](const store::VerdictCount& count) {
    return count.kind == kind && !count.rejected &&
           (count.verdict == Verdict::kCreated || count.verdict == Verdict::kUpdated ||
            count.verdict == Verdict::kReturned);
  });
}

struct Named {
  int64_t people = 0;
  // Of them, those who are active people of the source.
  int64_t active = 0;
};

// The run's counts; returns whom it names.
Named AddUp(const std::vector<store::VerdictCount>& verdicts, store::SyncRun& run) {
  store::SyncCounts counts;
  counts.rejected = run.rejected_early;
  Named named;
  for (const store::VerdictCount& one : verdicts) {
    if (one.kind == RecordKind::kPerson) {
      named.people += one.records;
      named.active += one.were_active;
    }
    int64_t* count = &counts.rejected;
    if (!one.rejected) {
      switch (one.verdict) {
        case Verdict::kCreated:
          count = &counts.created;
          break;
        case Verdict::kUpdated:
          count = &counts.updated;
          break;
        case Verdict::kUnchanged:
          count = &counts.unchanged;
          break;
        case Verdict::kReturned:
          count = &counts.returned;
          break;
        case Verdict::kLeft:
          count = &counts.left;
          counts.left_active += one.were_active;
          break;
        case Verdict::kTouched:
          count = &counts.touched;
          break;
      }
    }
    *count += one.records;
  }
  run.counts = counts;
  return named;
}

absl::StatusOr<store::SyncRun> LockForPlan(db::Connection& tx, const store::SyncRunKey& key) {
  ASSIGN_OR_RETURN(std::optional<store::SyncRun> run,
                   store::LockSyncRun(tx, key.organisation, key.run));
  if (!run.has_value()) return NoSuchRun(key);
  if (run->state != SyncState::kReceiving) {
    return status::Precondition("SYNC_RUN_STATE", "This sync run has ended already.");
  }
  ASSIGN_OR_RETURN(int64_t generation, store::SourceGeneration(tx, key.organisation, run->source));
  if (generation != run->generation) {
    return status::Aborted("STAFF_CHANGED",
                           "Another sync of this source was applied meanwhile. Sync again.");
  }
  return *std::move(run);
}

absl::Status Plan(db::Connection& tx, store::SyncRun& run, const SyncFinish& finish,
                  absl::Time now) {
  const store::SyncRunKey key{run.organisation, run.id};
  ASSIGN_OR_RETURN(std::vector<store::VerdictCount> verdicts, store::CountVerdicts(tx, key));
  Planner planner(tx, run);
  const bool teams = NeedsChecks(verdicts, RecordKind::kTeam);
  const bool people = NeedsChecks(verdicts, RecordKind::kPerson);
  if (teams) RETURN_IF_ERROR(planner.RejectTeams());
  if (people) RETURN_IF_ERROR(planner.RejectPeople());
  if (teams || people) {
    ASSIGN_OR_RETURN(verdicts, store::CountVerdicts(tx, key));
  }
  RETURN_IF_ERROR(store::KeepRejections(tx, key));

  const Named named = AddUp(verdicts, run);
  ASSIGN_OR_RETURN(run.active_people, store::CountActive(tx, {run.organisation, run.source}));
  if (run.mode == SyncMode::kFull) run.counts.suspended = run.active_people - named.active;
  run.ended = finish.count;
  const std::optional<SyncChecksum> checksum = SyncChecksum::Resume(run.checksum_state);
  const bool checksum_ok = checksum.has_value() && checksum->Digest() == finish.checksum;
  ASSIGN_OR_RETURN(SyncRules rules, store::LoadSyncRules(tx, run.organisation));
  SyncTotals totals = TotalsOf(run);
  totals.received_people = named.people;
  totals.checksum_ok = checksum_ok;
  run.refusals = Guard(totals, rules);
  run.state = run.refusals == 0 ? SyncState::kPlanned : SyncState::kRefused;
  run.expire_time = now + absl::Hours(rules.plan_hours);
  return store::SaveSyncRun(tx, run);
}

}  // namespace

SyncTotals TotalsOf(const store::SyncRun& run) {
  SyncTotals totals;
  totals.mode = run.mode;
  totals.expected = run.expected;
  totals.ended = run.ended;
  totals.received = run.received;
  totals.active = run.active_people;
  totals.suspended = run.counts.suspended;
  totals.leaving = run.counts.left_active;
  return totals;
}

absl::StatusOr<store::SyncRun> PlanSyncRun(const SyncParts& parts, const store::SyncRunKey& key,
                                           const SyncFinish& finish, absl::Time deadline) {
  return db::Transaction(parts.pool, deadline,
                         [&](db::Connection& tx) -> absl::StatusOr<store::SyncRun> {
                           ASSIGN_OR_RETURN(store::SyncRun run, LockForPlan(tx, key));
                           RETURN_IF_ERROR(Plan(tx, run, finish, parts.clock.Now()));
                           return run;
                         });
}

}  // namespace dap::enrolment
