#include "services/enrolment/operations/sync_receive.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "libs/db/error.h"
#include "libs/db/transaction.h"
#include "libs/id/resource_name.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/operations/sync_apply.h"
#include "services/enrolment/store/organisations.h"
#include "services/enrolment/store/sync_records.h"

namespace dap::enrolment {
namespace {

absl::Status Ended() {
  return status::Precondition("SYNC_RUN_STATE",
                              "This sync run has ended. Look at it, or begin a new one.");
}

absl::StatusOr<store::SyncRun> MakeRun(db::Connection& tx, const SyncParts& parts,
                                       const SyncStart& start, const id::Uuid& id) {
  store::SyncRun run;
  run.organisation = start.organisation;
  run.id = id;
  run.source = start.source;
  run.mode = start.mode;
  run.expected = start.expected;
  run.checksum_state = SyncChecksum().State();
  run.create_time = parts.clock.Now();
  ASSIGN_OR_RETURN(run.generation, store::SourceGeneration(tx, start.organisation, start.source));
  RETURN_IF_ERROR(store::InsertSyncRun(tx, run));
  return run;
}

absl::StatusOr<store::SyncRun> Resume(db::Connection& tx, const SyncStart& start) {
  const store::SyncRunKey key{start.organisation, *start.run};
  ASSIGN_OR_RETURN(std::optional<store::SyncRun> run,
                   store::LockSyncRun(tx, key.organisation, key.run));
  if (!run.has_value()) return NoSuchRun(key);
  if (run->source != start.source || run->mode != start.mode) {
    return status::Invalid("begin.sync_run", "SYNC_RUN_OF_ANOTHER_SYNC",
                           "That run has another source or mode. Begin a new one.");
  }
  if (run->state != SyncState::kReceiving) return Ended();
  run->expected = start.expected;
  RETURN_IF_ERROR(store::SaveSyncRun(tx, *run));
  return *std::move(run);
}

std::string CutTo(const std::string& text, size_t characters) {
  size_t end = 0;
  for (size_t seen = 0; end < text.size() && seen < characters; ++seen) {
    ++end;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
  }
  return text.substr(0, end);
}

constexpr size_t kIdCharacters = 128;

}  // namespace

absl::Status NoSuchRun(const store::SyncRunKey& key) {
  return status::NotFound("sync run",
                          id::Name({{"organisations", key.organisation}, {"syncRuns", key.run}}));
}

// The batch sorted out: what is kept by its key, by kind, and what cannot be.
struct SyncReceiver::Staged {
  std::vector<store::StagedRecord> teams;
  std::vector<store::StagedRecord> people;
  std::vector<store::RejectedRecord> rejected;

  std::vector<store::StagedRecord>& of(RecordKind kind) {
    return kind == RecordKind::kTeam ? teams : people;
  }
  void Reject(const SyncRecord& record, Fault fault, absl::string_view field) {
    rejected.push_back(
        {record.sequence, CutTo(record.external_id, kIdCharacters), fault, std::string(field)});
  }
};

namespace {

std::vector<std::string> IdsOf(const std::vector<store::StagedRecord>& records) {
  std::vector<std::string> ids;
  ids.reserve(records.size());
  for (const store::StagedRecord& staged : records) ids.push_back(staged.record.external_id);
  return ids;
}

void Decide(store::StagedRecord& staged, const Held* held, id::Generator& ids) {
  const SyncRecord& record = staged.record;
  staged.was_active = held != nullptr && held->state == StaffState::kActive;
  if (record.fault != Fault::kNone) {
    staged.judgement.fault = record.fault;
    staged.judgement.field = record.field;
  } else {
    staged.judgement = Judge(record, staged.digest, held);
  }
  if (held != nullptr) {
    staged.target = held->id;
  } else if (staged.judgement.verdict == Verdict::kCreated) {
    staged.target = ids.Next();
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<SyncReceiver>> SyncReceiver::Begin(const SyncParts& parts,
                                                                  const SyncStart& start,
                                                                  absl::Time deadline) {
  RETURN_IF_ERROR(FinishApplying(parts, start.organisation, deadline));
  const id::Uuid fresh = parts.ids.Next();
  bool compare = false;
  auto run = db::Transaction(
      parts.pool, deadline, [&](db::Connection& tx) -> absl::StatusOr<store::SyncRun> {
        ASSIGN_OR_RETURN(std::optional<Organisation> organisation,
                         store::FindOrganisation(tx, start.organisation));
        if (!organisation.has_value()) {
          return status::NotFound("organisation",
                                  id::Name({{"organisations", start.organisation}}));
        }
        RETURN_IF_ERROR(store::EnsureSyncSource(tx, start.organisation, start.source));
        ASSIGN_OR_RETURN(compare, store::HasAny(tx, {start.organisation, start.source}));
        return start.run.has_value() ? Resume(tx, start) : MakeRun(tx, parts, start, fresh);
      });
  RETURN_IF_ERROR(run.status());
  std::optional<SyncChecksum> checksum = SyncChecksum::Resume(run->checksum_state);
  if (!checksum.has_value()) return status::Internal("a sync run's checksum is broken");
  auto receiver = std::unique_ptr<SyncReceiver>(new SyncReceiver(parts, *std::move(run), compare));
  receiver->checksum_ = *std::move(checksum);
  return receiver;
}

bool SyncReceiver::Add(absl::string_view raw_id, SyncRecord record) {
  checksum_.AddId(raw_id);
  record.sequence = run_.received + static_cast<int64_t>(pending_.size()) + 1;
  Normalise(record);
  pending_.push_back(std::move(record));
  return pending_.size() >= kBatch;
}

SyncReceiver::Staged SyncReceiver::Sort(int64_t teams_before) const {
  Staged staged;
  absl::flat_hash_set<std::pair<RecordKind, absl::string_view>> seen;
  for (const SyncRecord& record : pending_) {
    if (HasNoKey(record)) {
      staged.Reject(record, record.fault, record.field);
    } else if (record.kind == RecordKind::kTeam &&
               teams_before + static_cast<int64_t>(staged.teams.size()) >= kMostTeams) {
      staged.Reject(record, Fault::kFieldInvalid, "team");
    } else if (!seen.emplace(record.kind, record.external_id).second) {
      staged.Reject(record, Fault::kDuplicateRecord, "external_id");
    } else {
      store::StagedRecord& kept = staged.of(record.kind).emplace_back();
      kept.record = record;
      kept.digest = Digest(record);
    }
  }
  return staged;
}

absl::Status SyncReceiver::DropDuplicates(db::Connection& tx, RecordKind kind, Staged& staged) {
  std::vector<store::StagedRecord>& records = staged.of(kind);
  ASSIGN_OR_RETURN(absl::flat_hash_set<std::string> known,
                   store::StagedIds(tx, key(), kind, IdsOf(records)));
  const auto first = std::stable_partition(records.begin(), records.end(),
                                           [&known](const store::StagedRecord& candidate) {
                                             return !known.contains(candidate.record.external_id);
                                           });
  for (auto duplicate = first; duplicate != records.end(); ++duplicate) {
    staged.Reject(duplicate->record, Fault::kDuplicateRecord, "external_id");
  }
  records.erase(first, records.end());
  return absl::OkStatus();
}

absl::Status SyncReceiver::Judge(db::Connection& tx, RecordKind kind, Staged& staged) {
  std::vector<store::StagedRecord>& records = staged.of(kind);
  store::HeldById held;
  const store::SourceKey source{run_.organisation, run_.source};
  if (compare_) {
    ASSIGN_OR_RETURN(held, store::ReadHeldDigests(tx, source, kind, IdsOf(records)));
    std::vector<std::string> closer;
    for (const store::StagedRecord& candidate : records) {
      const auto known = held.find(candidate.record.external_id);
      if (known != held.end() &&
          !JudgeByDigest(candidate.record, candidate.digest, known->second).has_value()) {
        closer.push_back(candidate.record.external_id);
      }
    }
    ASSIGN_OR_RETURN(store::HeldById whole, store::ReadHeld(tx, source, kind, closer));
    for (auto& [external_id, one] : whole) held[external_id] = std::move(one);
  }
  for (store::StagedRecord& candidate : records) {
    const auto known = held.find(candidate.record.external_id);
    Decide(candidate, known == held.end() ? nullptr : &known->second, parts_.ids);
  }
  return absl::OkStatus();
}

absl::Status SyncReceiver::Write(db::Connection& tx, bool look_for_duplicates,
                                 store::SyncRun& after) {
  ASSIGN_OR_RETURN(std::optional<store::SyncRun> now,
                   store::LockSyncRun(tx, run_.organisation, run_.id));
  if (!now.has_value()) return NoSuchRun(key());
  if (now->state != SyncState::kReceiving) return Ended();
  if (now->received != run_.received) {
    return status::Aborted("SYNC_TAKEN_OVER", "Another stream goes on with this sync run.");
  }
  Staged staged = Sort(now->received_teams);
  for (RecordKind kind : {RecordKind::kTeam, RecordKind::kPerson}) {
    if (look_for_duplicates) RETURN_IF_ERROR(DropDuplicates(tx, kind, staged));
    RETURN_IF_ERROR(Judge(tx, kind, staged));
    RETURN_IF_ERROR(store::InsertRecords(tx, key(), staged.of(kind)));
  }
  RETURN_IF_ERROR(store::InsertRejections(tx, key(), staged.rejected));
  after = *std::move(now);
  after.received += static_cast<int64_t>(pending_.size());
  after.received_teams += static_cast<int64_t>(staged.teams.size());
  after.rejected_early += static_cast<int64_t>(staged.rejected.size());
  after.checksum_state = checksum_.State();
  return store::SaveSyncRun(tx, after);
}

absl::Status SyncReceiver::Flush(absl::Time deadline) {
  if (pending_.empty()) return absl::OkStatus();
  store::SyncRun after;
  const auto write = [&] {
    return db::Transaction(parts_.pool, deadline,
                           [&](db::Connection& tx) { return Write(tx, duplicates_, after); });
  };
  absl::Status written = write();
  if (db::IsDuplicateKey(written) && !duplicates_) {
    duplicates_ = true;
    written = write();
  }
  RETURN_IF_ERROR(written);
  run_ = std::move(after);
  pending_.clear();
  return absl::OkStatus();
}

}  // namespace dap::enrolment
