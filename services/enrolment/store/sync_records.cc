#include "services/enrolment/store/sync_records.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/enrolment/domain/staff_sync_checksum.h"

namespace dap::enrolment::store {

const char kListRejectionsSql[] = R"sql(
  SELECT sequence, external_id, reason, field FROM sync_rejection
  WHERE organisation = ? AND sync_run = ? AND sequence > ? ORDER BY sequence LIMIT ?)sql";

namespace {

constexpr char kInsertRecords[] = R"sql(
  INSERT INTO sync_record (organisation, sync_run, kind, external_id, sequence, target, verdict,
    reason, field, was_active, releases, claim, claim_hash, display_name, email, team_external_id,
    manager_external_id, has_left, update_time, digest) VALUES)sql";
// Of a record that is the same as held.
constexpr char kInsertSame[] = R"sql(
  INSERT INTO sync_record (organisation, sync_run, kind, external_id, sequence, target, verdict,
    was_active) VALUES)sql";
constexpr char kInsertRejections[] = R"sql(
  INSERT INTO sync_rejection (organisation, sync_run, sequence, external_id, reason, field)
  VALUES)sql";
constexpr char kDrop[] = "DELETE FROM sync_record WHERE organisation = ? AND sync_run = ? LIMIT ?";
constexpr char kAnyPerson[] =
    "SELECT 1 FROM staff_member WHERE organisation = ? AND source = ? LIMIT 1";
constexpr char kAnyTeam[] = "SELECT 1 FROM team WHERE organisation = ? AND source = ? LIMIT 1";

// Followed by the ids, as many as kIds.
constexpr char kStagedIds[] = R"sql(
  SELECT external_id FROM sync_record
  WHERE organisation = ? AND sync_run = ? AND kind = ? AND external_id IN )sql";
constexpr char kPeopleDigests[] = R"sql(
  SELECT external_id, staff_member, state, hr_update_time, hr_digest, version FROM staff_member
  WHERE organisation = ? AND source = ? AND external_id IN )sql";
constexpr char kTeamDigests[] = R"sql(
  SELECT external_id, team, 1, hr_update_time, hr_digest, version FROM team
  WHERE organisation = ? AND source = ? AND external_id IN )sql";
constexpr char kPeople[] = R"sql(
  SELECT s.external_id, s.staff_member, s.state, s.hr_update_time, s.hr_digest, s.version,
    s.display_name, s.email, t.external_id, m.external_id
  FROM staff_member s
  LEFT JOIN team t ON t.organisation = s.organisation AND t.team = s.team
  LEFT JOIN staff_member m ON m.organisation = s.organisation AND m.staff_member = s.line_manager
  WHERE s.organisation = ? AND s.source = ? AND s.external_id IN )sql";
constexpr char kTeams[] = R"sql(
  SELECT s.external_id, s.team, 1, s.hr_update_time, s.hr_digest, s.version, s.display_name, '',
    p.external_id, NULL
  FROM team s
  LEFT JOIN team p ON p.organisation = s.organisation AND p.team = s.parent
  WHERE s.organisation = ? AND s.source = ? AND s.external_id IN )sql";

// A fixed number, so that each statement is prepared once; the last id fills up.
constexpr size_t kIds = 256;

std::string WithIds(absl::string_view sql) {
  std::string text = absl::StrCat(sql, "(?");
  for (size_t i = 1; i < kIds; ++i) text += ",?";
  return text + ")";
}

// Runs `sql` for all ids, kIds at a time, and hands over each row.
template <typename F>
absl::Status ForIds(db::Connection& connection, absl::string_view sql, const db::Values& leading,
                    const std::vector<std::string>& external_ids, F each) {
  for (size_t from = 0; from < external_ids.size(); from += kIds) {
    db::Values values = leading;
    values.reserve(leading.size() + kIds);
    for (size_t i = 0; i < kIds; ++i) {
      values.emplace_back(external_ids[std::min(from + i, external_ids.size() - 1)]);
    }
    ASSIGN_OR_RETURN(db::Rows rows, connection.Query(sql, values));
    for (const db::Row& row : rows) each(row);
  }
  return absl::OkStatus();
}

Held DigestsFromRow(const db::Row& row) {
  Held held;
  held.id = row.Uuid(1);
  held.state = static_cast<StaffState>(row.Int(2));
  held.update_time = row.OptionalTime(3);
  held.digest = row.OptionalString(4).value_or("");
  held.version = row.Int(5);
  return held;
}

// Of the address without regard to case. Equal addresses are then told apart by the database.
std::optional<int64_t> ClaimHash(const std::optional<std::string>& claim) {
  if (!claim.has_value()) return std::nullopt;
  SyncChecksum checksum;
  checksum.Add(absl::AsciiStrToLower(*claim));
  const std::string digest = checksum.Digest();
  int64_t hash = 0;
  std::memcpy(&hash, digest.data(), sizeof(hash));
  return hash;
}

db::Value OrNull(const std::string& bytes) {
  return bytes.empty() ? db::Value(db::Null()) : db::Value(bytes);
}

db::Values RecordRow(const SyncRunKey& key, const StagedRecord& staged) {
  const SyncRecord& record = staged.record;
  const Judgement& judgement = staged.judgement;
  db::Values row = {key.organisation, key.run,           record.kind,       record.external_id,
                    record.sequence,  staged.target,     judgement.verdict, judgement.fault,
                    judgement.field,  staged.was_active, judgement.releases};
  row.reserve(20);
  if (judgement.fault != Fault::kNone) {
    for (int i = 0; i < 6; ++i) row.emplace_back(db::Null());
    row.insert(row.end(), {record.left, db::Null(), db::Null()});
    return row;
  }
  row.insert(row.end(), {judgement.claim, ClaimHash(judgement.claim), record.display_name,
                         record.email, record.above, record.manager, record.left,
                         record.update_time, OrNull(staged.digest)});
  return row;
}

}  // namespace

absl::Status InsertRecords(db::Connection& tx, const SyncRunKey& key,
                           const std::vector<StagedRecord>& records) {
  // In the order of the primary key, so that a batch touches each page of it once.
  std::vector<const StagedRecord*> sorted;
  sorted.reserve(records.size());
  for (const StagedRecord& record : records) sorted.push_back(&record);
  std::sort(sorted.begin(), sorted.end(), [](const StagedRecord* a, const StagedRecord* b) {
    return a->record.external_id < b->record.external_id;
  });
  std::vector<db::Values> same;
  std::vector<db::Values> others;
  for (const StagedRecord* staged : sorted) {
    if (staged->judgement.verdict != Verdict::kUnchanged ||
        staged->judgement.fault != Fault::kNone) {
      others.push_back(RecordRow(key, *staged));
      continue;
    }
    same.push_back({key.organisation, key.run, staged->record.kind, staged->record.external_id,
                    staged->record.sequence, staged->target, staged->judgement.verdict,
                    staged->was_active});
  }
  RETURN_IF_ERROR(tx.InsertRows(kInsertSame, same).status());
  return tx.InsertRows(kInsertRecords, others).status();
}

absl::StatusOr<absl::flat_hash_set<std::string>> StagedIds(
    db::Connection& connection, const SyncRunKey& key, RecordKind kind,
    const std::vector<std::string>& external_ids) {
  static const auto& sql = *new std::string(WithIds(kStagedIds));
  absl::flat_hash_set<std::string> staged;
  RETURN_IF_ERROR(ForIds(connection, sql, {key.organisation, key.run, kind}, external_ids,
                         [&staged](const db::Row& row) { staged.insert(row.String(0)); }));
  return staged;
}

absl::StatusOr<HeldById> ReadHeldDigests(db::Connection& connection, const SourceKey& key,
                                         RecordKind kind,
                                         const std::vector<std::string>& external_ids) {
  static const auto& people = *new std::string(WithIds(kPeopleDigests));
  static const auto& teams = *new std::string(WithIds(kTeamDigests));
  HeldById held;
  held.reserve(external_ids.size());
  RETURN_IF_ERROR(ForIds(
      connection, kind == RecordKind::kTeam ? teams : people, {key.organisation, key.source},
      external_ids, [&held](const db::Row& row) { held[row.String(0)] = DigestsFromRow(row); }));
  return held;
}

absl::StatusOr<HeldById> ReadHeld(db::Connection& connection, const SourceKey& key, RecordKind kind,
                                  const std::vector<std::string>& external_ids) {
  static const auto& people = *new std::string(WithIds(kPeople));
  static const auto& teams = *new std::string(WithIds(kTeams));
  HeldById by_id;
  RETURN_IF_ERROR(ForIds(connection, kind == RecordKind::kTeam ? teams : people,
                         {key.organisation, key.source}, external_ids,
                         [&by_id](const db::Row& row) {
                           Held held = DigestsFromRow(row);
                           held.display_name = row.String(6);
                           held.email = row.String(7);
                           held.above = row.OptionalString(8);
                           held.manager = row.OptionalString(9);
                           by_id[row.String(0)] = std::move(held);
                         }));
  return by_id;
}

absl::StatusOr<bool> HasAny(db::Connection& connection, const SourceKey& key) {
  ASSIGN_OR_RETURN(std::optional<db::Row> person,
                   connection.QueryOne(kAnyPerson, {key.organisation, key.source}));
  ASSIGN_OR_RETURN(std::optional<db::Row> team,
                   connection.QueryOne(kAnyTeam, {key.organisation, key.source}));
  return person.has_value() || team.has_value();
}

absl::Status InsertRejections(db::Connection& tx, const SyncRunKey& key,
                              const std::vector<RejectedRecord>& rejections) {
  std::vector<db::Values> rows;
  for (const RejectedRecord& rejected : rejections) {
    rows.push_back({key.organisation, key.run, rejected.sequence, rejected.external_id,
                    rejected.fault, rejected.field});
  }
  return tx.InsertRows(kInsertRejections, rows).status();
}

absl::StatusOr<std::vector<RejectedRecord>> ListRejections(db::Connection& connection,
                                                           const SyncRunKey& key, int64_t after,
                                                           int limit) {
  ASSIGN_OR_RETURN(db::Rows rows,
                   connection.Query(kListRejectionsSql, {key.organisation, key.run, after, limit}));
  std::vector<RejectedRecord> rejections;
  for (const db::Row& row : rows) {
    rejections.push_back(
        {row.Int(0), row.String(1), static_cast<Fault>(row.Int(2)), row.String(3)});
  }
  return rejections;
}

absl::StatusOr<int64_t> DropRecords(db::Connection& tx, const SyncRunKey& key, int limit) {
  return tx.Execute(kDrop, {key.organisation, key.run, limit});
}

}  // namespace dap::enrolment::store
