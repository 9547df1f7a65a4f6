#include "services/enrolment/operations/sync_jobs.h"

#include <optional>
#include <vector>

#include "libs/db/transaction.h"
#include "libs/jobs/runner.h"
#include "libs/status/macros.h"
#include "services/enrolment/operations/staff_state_changed.h"
#include "services/enrolment/operations/sync_apply.h"
#include "services/enrolment/operations/sync_step.h"
#include "services/enrolment/store/staff_writer.h"
#include "services/enrolment/store/sync_runs.h"

namespace dap::enrolment {
namespace {

constexpr int kRuns = 100;
constexpr int kDropped = 2000;
constexpr int kPeople = 200;

bool Over(absl::Time deadline) { return time::SystemClock().Now() >= deadline; }

absl::StatusOr<std::vector<store::SyncRun>> Runs(const SyncParts& parts, SyncState state,
                                                 absl::Time before, absl::Time deadline) {
  return db::Read(parts.pool, deadline, [&](db::Connection& connection) {
    return store::ListRunsWithRecords(connection, state, before, kRuns);
  });
}

// Marks a run as over where its time is; true where its records can go.
absl::StatusOr<bool> Close(db::Connection& tx, const store::SyncRun& seen, absl::Time now) {
  ASSIGN_OR_RETURN(std::optional<store::SyncRun> run,
                   store::LockSyncRun(tx, seen.organisation, seen.id));
  if (!run.has_value()) return false;
  ASSIGN_OR_RETURN(SyncRules rules, store::LoadSyncRules(tx, seen.organisation));
  const absl::Time end =
      run->expire_time.value_or(run->create_time + absl::Hours(rules.plan_hours));
  switch (run->state) {
    case SyncState::kApplied:
    case SyncState::kExpired:
      return true;
    case SyncState::kApplying:
      return false;
    case SyncState::kRefused:
      return end <= now;
    case SyncState::kReceiving:
    case SyncState::kPlanned:
      break;
  }
  if (end > now) return false;
  run->state = SyncState::kExpired;
  RETURN_IF_ERROR(store::SaveSyncRun(tx, *run));
  return true;
}

absl::Status Drop(const SyncParts& parts, const store::SyncRun& run, absl::Time deadline) {
  for (bool more = true; more && !Over(deadline);) {
    RETURN_IF_ERROR(db::Transaction(parts.pool, deadline, [&](db::Connection& tx) -> absl::Status {
      ASSIGN_OR_RETURN(int64_t dropped,
                       store::DropRecords(tx, {run.organisation, run.id}, kDropped));
      more = dropped == kDropped;
      if (more) return absl::OkStatus();
      ASSIGN_OR_RETURN(std::optional<store::SyncRun> now,
                       store::LockSyncRun(tx, run.organisation, run.id));
      if (!now.has_value()) return absl::OkStatus();
      now->records_kept = false;
      return store::SaveSyncRun(tx, *now);
    }));
  }
  return absl::OkStatus();
}

// Some runs of one state; true where there may be more that are over.
absl::StatusOr<bool> TidySome(const SyncParts& parts, SyncState state, absl::Time deadline) {
  const absl::Time now = parts.clock.Now();
  ASSIGN_OR_RETURN(std::vector<store::SyncRun> runs,
                   Runs(parts, state, now + absl::Seconds(1), deadline));
  int closed = 0;
  for (const store::SyncRun& run : runs) {
    if (Over(deadline)) return false;
    ASSIGN_OR_RETURN(bool over, db::Transaction(parts.pool, deadline, [&](db::Connection& tx) {
                       return Close(tx, run, now);
                     }));
    if (!over) continue;
    RETURN_IF_ERROR(Drop(parts, run, deadline));
    ++closed;
  }
  return closed > 0 && runs.size() == kRuns;
}

absl::Status Leave(const SyncParts& parts, StaffMember member, absl::Time deadline) {
  RETURN_IF_ERROR(db::Transaction(parts.pool, deadline, [&](db::Connection& tx) -> absl::Status {
    StaffMember gone = member;
    const absl::Time now = parts.clock.Now();
    ASSIGN_OR_RETURN(bool moved,
                     store::MoveStaff(tx, gone, StaffState::kSuspended, StaffState::kLeft, now));
    if (!moved) return absl::OkStatus();
    feed::Outbox outbox;
    outbox.Add(gone.organisation, StaffEvent(gone));
    RETURN_IF_ERROR(FollowDeparture(tx, outbox, gone.organisation, gone.id, now));
    return parts.feed.Append(tx, outbox);
  }));
  parts.feed.Notify();
  return absl::OkStatus();
}

}  // namespace

absl::Status FinishSyncRuns(const SyncParts& parts, absl::Time deadline) {
  ASSIGN_OR_RETURN(
      std::vector<store::SyncRun> runs,
      Runs(parts, SyncState::kApplying, parts.clock.Now() + absl::Seconds(1), deadline));
  absl::Status first_error;
  for (const store::SyncRun& run : runs) {
    if (Over(deadline)) break;
    first_error.Update(FinishApplying(parts, run.organisation, deadline));
  }
  return first_error;
}

absl::Status TidySyncRuns(const SyncParts& parts, absl::Time deadline) {
  for (SyncState state : {SyncState::kApplied, SyncState::kExpired, SyncState::kRefused,
                          SyncState::kPlanned, SyncState::kReceiving}) {
    // The oldest come first, so once none of them is over the others are not either.
    for (bool more = true; more;) {
      ASSIGN_OR_RETURN(more, TidySome(parts, state, deadline));
    }
  }
  return absl::OkStatus();
}

absl::Status LeaveSuspended(const SyncParts& parts, absl::Time deadline) {
  absl::Status first_error;
  while (true) {
    ASSIGN_OR_RETURN(std::vector<StaffMember> members,
                     db::Read(parts.pool, deadline, [&](db::Connection& connection) {
                       return store::ListToLeave(connection, parts.clock.Now(),
                                                 SyncRules().suspended_days, kPeople);
                     }));
    for (const StaffMember& member : members) {
      if (Over(deadline)) return first_error;
      first_error.Update(Leave(parts, member, deadline));
    }
    // A full batch with an error in it would be found again and again.
    if (static_cast<int>(members.size()) < kPeople || !first_error.ok()) return first_error;
  }
}

void AddSyncJobs(jobs::Runner& runner, const SyncParts& parts) {
  const auto add = [&](absl::string_view name, absl::Duration period, auto body) {
    runner.Add(name, period, [parts, body](absl::Time deadline) { return body(parts, deadline); });
  };
  add("finish_sync_runs", absl::Seconds(15), FinishSyncRuns);
  add("tidy_sync_runs", absl::Minutes(1), TidySyncRuns);
  add("leave_suspended", absl::Minutes(1), LeaveSuspended);
}

}  // namespace dap::enrolment
