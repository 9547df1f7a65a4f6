#include "services/enrolment/operations/sync_apply.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "libs/db/error.h"
#include "libs/db/transaction.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/operations/sync_step.h"

namespace dap::enrolment {
namespace {

// For one transaction; a stream's own deadline may be hours away.
constexpr absl::Duration kStepTime = absl::Seconds(60);

absl::Time StepDeadline(absl::Time deadline) {
  return std::min(deadline, time::SystemClock().Now() + kStepTime);
}

// A run that is to be driven, that waits (still PLANNED), or that is over.
struct Started {
  store::SyncRun run;
  bool expired = false;
};

absl::Status CanApply(const store::SyncRun& run) {
  switch (run.state) {
    case SyncState::kPlanned:
      return absl::OkStatus();
    case SyncState::kRefused:
      return status::Precondition("SYNC_RUN_STATE",
                                  "The guard refused this run: see its refusals.");
    case SyncState::kReceiving:
      return status::Precondition("SYNC_RUN_STATE", "This run is still receiving: end its stream.");
    default:
      return status::Precondition("SYNC_RUN_STATE", "This run has expired. Sync again.");
  }
}

absl::StatusOr<Started> Start(db::Connection& tx, const store::SyncRunKey& key, absl::Time now) {
  ASSIGN_OR_RETURN(std::optional<id::Uuid> turn, store::LockTurn(tx, key.organisation));
  ASSIGN_OR_RETURN(std::optional<store::SyncRun> found,
                   store::LockSyncRun(tx, key.organisation, key.run));
  if (!found.has_value()) return NoSuchRun(key);
  Started started{*std::move(found)};
  store::SyncRun& run = started.run;
  if (run.state == SyncState::kApplied || run.state == SyncState::kApplying) return started;
  RETURN_IF_ERROR(CanApply(run));
  if (run.expire_time <= now) {
    run.state = SyncState::kExpired;
    started.expired = true;
    RETURN_IF_ERROR(store::SaveSyncRun(tx, run));
    return started;
  }
  if (turn.has_value()) return started;  // another run, which has to end first
  ASSIGN_OR_RETURN(int64_t generation, store::SourceGeneration(tx, key.organisation, run.source));
  if (generation != run.generation) {
    return status::Aborted("STAFF_CHANGED",
                           "Another sync of this source was applied meanwhile. Sync again.");
  }
  run.state = SyncState::kApplying;
  RETURN_IF_ERROR(store::AdvanceGeneration(tx, key.organisation, run.source));
  RETURN_IF_ERROR(store::SetTurn(tx, key.organisation, run.id));
  RETURN_IF_ERROR(store::SaveSyncRun(tx, run));
  return started;
}

absl::Status End(db::Connection& tx, store::SyncRun& run, absl::Time now) {
  run.state = SyncState::kApplied;
  run.apply_time = now;
  RETURN_IF_ERROR(store::AdvanceGeneration(tx, run.organisation, run.source));
  return store::SetTurn(tx, run.organisation, std::nullopt);
}

absl::StatusOr<store::SyncRun> Step(const SyncParts& parts, const store::SyncRunKey& key,
                                    Writing writing, absl::Time deadline) {
  return db::Transaction(parts.pool, StepDeadline(deadline),
                         [&](db::Connection& tx) -> absl::StatusOr<store::SyncRun> {
                           RETURN_IF_ERROR(store::LockTurn(tx, key.organisation).status());
                           ASSIGN_OR_RETURN(std::optional<store::SyncRun> run,
                                            store::LockSyncRun(tx, key.organisation, key.run));
                           if (!run.has_value()) return NoSuchRun(key);
                           if (run->state != SyncState::kApplying) return *std::move(run);
                           const absl::Time now = parts.clock.Now();
                           feed::Outbox outbox;
                           RETURN_IF_ERROR(SyncStep(tx, outbox, *run, now, writing).Run());
                           if (run->phase == store::SyncPhase::kEnd)
                             RETURN_IF_ERROR(End(tx, *run, now));
                           RETURN_IF_ERROR(store::SaveSyncRun(tx, *run));
                           RETURN_IF_ERROR(parts.feed.Append(tx, outbox));
                           return *std::move(run);
                         });
}

// Goes on until the run is over.
absl::StatusOr<store::SyncRun> Drive(const SyncParts& parts, const store::SyncRunKey& key,
                                     absl::Time deadline) {
  for (;;) {
    absl::StatusOr<store::SyncRun> run = Step(parts, key, Writing::kTogether, deadline);
    if (db::IsDuplicateKey(run.status())) run = Step(parts, key, Writing::kOneByOne, deadline);
    // A step notes how far it came, so doing it again finds out.
    if (db::IsCommitOutcomeUnknown(run.status())) continue;
    RETURN_IF_ERROR(run.status());
    parts.feed.Notify();
    if (run->state != SyncState::kApplying) return run;
  }
}

}  // namespace

absl::Status FinishApplying(const SyncParts& parts, const id::Uuid& organisation,
                            absl::Time deadline) {
  auto turn = db::Read(parts.pool, StepDeadline(deadline), [&](db::Connection& connection) {
    return store::FindTurn(connection, organisation);
  });
  RETURN_IF_ERROR(turn.status());
  if (!turn->has_value()) return absl::OkStatus();
  return Drive(parts, {organisation, **turn}, deadline).status();
}

absl::StatusOr<store::SyncRun> ApplySyncRun(const SyncParts& parts, const store::SyncRunKey& key,
                                            absl::Time deadline) {
  for (;;) {
    auto started = db::Transaction(parts.pool, StepDeadline(deadline), [&](db::Connection& tx) {
      return Start(tx, key, parts.clock.Now());
    });
    RETURN_IF_ERROR(started.status());
    if (started->expired) {
      return status::Precondition("SYNC_RUN_STATE", "This run has expired. Sync again.");
    }
    if (started->run.state == SyncState::kApplied) return std::move(started->run);
    if (started->run.state == SyncState::kApplying) return Drive(parts, key, deadline);
    RETURN_IF_ERROR(FinishApplying(parts, key.organisation, deadline));
  }
}

}  // namespace dap::enrolment
