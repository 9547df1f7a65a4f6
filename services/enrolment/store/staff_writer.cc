#include "services/enrolment/store/staff_writer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"

namespace dap::enrolment::store {

const char kReadMissingSql[] = R"sql(
  SELECT s.external_id, s.staff_member, s.display_name, s.email, s.version
  FROM staff_member s FORCE INDEX (staff_by_external_id)
  LEFT JOIN sync_record r FORCE INDEX (PRIMARY)
    ON r.organisation = s.organisation AND r.sync_run = ? AND r.kind = 2
    AND r.external_id = s.external_id
  WHERE s.organisation = ? AND s.source = ? AND s.external_id > ? AND s.state = 1
    AND r.kind IS NULL
  ORDER BY s.external_id LIMIT ?)sql";

const char kListToLeaveSql[] = R"sql(
  SELECT s.organisation, s.staff_member, s.display_name, s.email, s.version FROM staff_member s
  LEFT JOIN sync_organisation o ON o.organisation = s.organisation
  WHERE s.state = 2 AND s.state_since <= ? - INTERVAL COALESCE(o.suspended_days, ?) DAY
  ORDER BY s.state_since LIMIT ?)sql";

// The first columns of each batch, as FromRecord reads them.
#define DAP_SYNC_PLANNED                                                                      \
  "SELECT r.external_id, r.sequence, r.target, r.display_name, r.email, r.team_external_id, " \
  "r.manager_external_id, r.has_left, r.update_time, r.digest, "

const char kPlannedTeamsSql[] = DAP_SYNC_PLANNED R"sql(
    CASE WHEN r.team_external_id IS NULL THEN own.parent ELSE COALESCE(p.target, h.team) END, NULL,
    own.display_name, '', 1, own.hr_update_time, own.version, ownp.external_id, NULL
  FROM sync_record r
  LEFT JOIN team own FORCE INDEX (PRIMARY)
    ON own.organisation = r.organisation AND own.team = r.target
  LEFT JOIN team ownp FORCE INDEX (PRIMARY)
    ON ownp.organisation = own.organisation AND ownp.team = own.parent
  LEFT JOIN sync_record p FORCE INDEX (PRIMARY)
    ON p.organisation = r.organisation AND p.sync_run = r.sync_run
    AND p.kind = 1 AND p.external_id = r.team_external_id AND p.verdict = 1 AND p.reason = 0
  LEFT JOIN team h FORCE INDEX (team_by_external_id)
    ON h.organisation = r.organisation AND h.source = ?
    AND h.external_id = r.team_external_id
  WHERE r.organisation = ? AND r.sync_run = ? AND r.kind = 1 AND r.external_id > ?
    AND r.reason = 0 AND r.verdict IN (1, 2, 6)
  ORDER BY r.external_id LIMIT ?)sql";
// A manager may be new as well, and not be made yet.
const char kPlannedNewPeopleSql[] = DAP_SYNC_PLANNED R"sql(
    t.team, COALESCE(p.target, m.staff_member)
  FROM sync_record r
  LEFT JOIN team t FORCE INDEX (team_by_external_id)
    ON t.organisation = r.organisation AND t.source = ?
    AND t.external_id = r.team_external_id
  LEFT JOIN sync_record p FORCE INDEX (PRIMARY)
    ON p.organisation = r.organisation AND p.sync_run = r.sync_run
    AND p.kind = 2 AND p.external_id = r.manager_external_id AND p.verdict = 1 AND p.reason = 0
  LEFT JOIN staff_member m FORCE INDEX (staff_by_external_id)
    ON m.organisation = r.organisation AND m.source = ?
    AND m.external_id = r.manager_external_id
  WHERE r.organisation = ? AND r.sync_run = ? AND r.kind = 2 AND r.external_id > ?
    AND r.reason = 0 AND r.verdict = 1
  ORDER BY r.external_id LIMIT ?)sql";
const char kPlannedPeopleSql[] = DAP_SYNC_PLANNED R"sql(
    CASE WHEN r.team_external_id IS NULL THEN s.team ELSE t.team END,
    CASE WHEN r.manager_external_id IS NULL THEN s.line_manager ELSE m.staff_member END,
    s.display_name, s.email, s.state, s.hr_update_time, s.version, st.external_id, sm.external_id
  FROM sync_record r
  STRAIGHT_JOIN staff_member s FORCE INDEX (PRIMARY)
    ON s.organisation = r.organisation AND s.staff_member = r.target
  LEFT JOIN team st FORCE INDEX (PRIMARY)
    ON st.organisation = s.organisation AND st.team = s.team
  LEFT JOIN staff_member sm FORCE INDEX (PRIMARY)
    ON sm.organisation = s.organisation
    AND sm.staff_member = s.line_manager
  LEFT JOIN team t FORCE INDEX (team_by_external_id)
    ON t.organisation = r.organisation AND t.source = ?
    AND t.external_id = r.team_external_id
  LEFT JOIN staff_member m FORCE INDEX (staff_by_external_id)
    ON m.organisation = r.organisation AND m.source = ?
    AND m.external_id = r.manager_external_id
  WHERE r.organisation = ? AND r.sync_run = ? AND r.kind = 2 AND r.external_id > ?
    AND r.reason = 0 AND r.verdict IN (2, 4, 5, 6)
  ORDER BY r.external_id LIMIT ?)sql";
#undef DAP_SYNC_PLANNED

namespace {

constexpr char kInsertPeople[] = R"sql(
  INSERT INTO staff_member (organisation, staff_member, source, external_id, display_name, email,
    active_email, team, line_manager, state, state_since, hr_update_time, version, hr_digest)
  VALUES)sql";
// state_since before state: assignments see what those to their left have set.
constexpr char kUpdatePerson[] = R"sql(
  UPDATE staff_member SET display_name = ?, email = ?, active_email = ?, team = ?,
    line_manager = ?, state_since = IF(state = ?, state_since, ?), state = ?, hr_update_time = ?,
    version = ?, hr_digest = ?
  WHERE organisation = ? AND staff_member = ?)sql";
constexpr char kInsertTeams[] = R"sql(
  INSERT INTO team (organisation, team, source, external_id, display_name, parent, hr_update_time,
    version, hr_digest) VALUES)sql";
constexpr char kUpdateTeam[] = R"sql(
  UPDATE team SET display_name = ?, parent = ?, hr_update_time = ?, version = ?, hr_digest = ?
  WHERE organisation = ? AND team = ?)sql";

constexpr char kNamedAgain[] = R"sql(
  UPDATE team t FORCE INDEX (team_unnamed)
  STRAIGHT_JOIN sync_record r FORCE INDEX (PRIMARY)
    ON r.organisation = t.organisation AND r.sync_run = ? AND r.kind = 1
    AND r.external_id = t.external_id
  SET t.unnamed = FALSE, t.hidden = FALSE
  WHERE t.organisation = ? AND t.source = ? AND t.unnamed = TRUE)sql";
// Looked for first, as an update that finds nothing locks all of them the same.
#define DAP_UNNAMED                                                                   \
  "team t FORCE INDEX (team_by_external_id) "                                         \
  "LEFT JOIN sync_record r FORCE INDEX (PRIMARY) ON r.organisation = t.organisation " \
  "AND r.sync_run = ? AND r.kind = 1 AND r.external_id = t.external_id "
#define DAP_IS_UNNAMED \
  "WHERE t.organisation = ? AND t.source = ? AND t.unnamed = FALSE AND r.kind IS NULL"
constexpr char kAnyUnnamed[] = "SELECT 1 FROM " DAP_UNNAMED DAP_IS_UNNAMED " LIMIT 1";
constexpr char kUnnamed[] = "UPDATE " DAP_UNNAMED "SET t.unnamed = TRUE " DAP_IS_UNNAMED;
#undef DAP_UNNAMED
#undef DAP_IS_UNNAMED
constexpr char kHide[] = R"sql(
  UPDATE team t FORCE INDEX (team_unnamed)
  LEFT JOIN staff_member s FORCE INDEX (staff_by_team)
    ON s.organisation = t.organisation AND s.team = t.team AND s.state IN (1, 2)
  LEFT JOIN team k FORCE INDEX (team_by_parent)
    ON k.organisation = t.organisation AND k.parent = t.team AND k.hidden = FALSE
  SET t.hidden = TRUE
  WHERE t.organisation = ? AND t.source = ? AND t.unnamed = TRUE AND t.hidden = FALSE
    AND s.staff_member IS NULL AND k.team IS NULL)sql";

constexpr char kReleasing[] = R"sql(
  SELECT external_id FROM sync_record
  WHERE organisation = ? AND sync_run = ? AND kind = 2 AND external_id > ? AND reason = 0
    AND releases = 1
  ORDER BY external_id LIMIT ?)sql";
constexpr char kRelease[] = R"sql(
  UPDATE sync_record r
  STRAIGHT_JOIN staff_member s FORCE INDEX (PRIMARY)
    ON s.organisation = r.organisation AND s.staff_member = r.target
  SET s.active_email = NULL
  WHERE r.organisation = ? AND r.sync_run = ? AND r.kind = 2 AND r.external_id > ?
    AND r.external_id <= ? AND r.reason = 0 AND r.releases = 1)sql";

constexpr char kRejectLate[] = R"sql(
  UPDATE sync_record SET reason = 3, field = 'email'
  WHERE organisation = ? AND sync_run = ? AND kind = 2 AND external_id = ?)sql";
constexpr char kForgetManager[] = R"sql(
  UPDATE sync_record r
  STRAIGHT_JOIN staff_member s FORCE INDEX (PRIMARY)
    ON s.organisation = r.organisation AND s.staff_member = r.target
  SET s.line_manager = NULL, s.hr_digest = NULL
  WHERE r.organisation = ? AND r.sync_run = ? AND r.kind = 2 AND r.manager_external_id = ?)sql";

constexpr char kRestoreAddress[] = R"sql(
  UPDATE staff_member SET active_email = IF(state = 3, NULL, email), hr_digest = NULL
  WHERE organisation = ? AND staff_member = ?)sql";

constexpr char kMove[] = R"sql(
  UPDATE staff_member SET state = ?, state_since = ?, version = version + 1,
    active_email = IF(? = 3, NULL, active_email)
  WHERE organisation = ? AND staff_member = ? AND state = ? AND version = ?)sql";

Planned FromRecord(const db::Row& row, RecordKind kind) {
  Planned planned;
  SyncRecord& record = planned.record;
  record.kind = kind;
  record.external_id = row.String(0);
  record.sequence = row.Int(1);
  planned.target = row.Uuid(2);
  record.display_name = row.OptionalString(3);
  record.email = row.OptionalString(4);
  record.above = row.OptionalString(5);
  record.manager = row.OptionalString(6);
  record.left = row.Bool(7);
  record.update_time = row.OptionalTime(8);
  planned.digest = row.OptionalString(9).value_or("");
  planned.above = row.OptionalUuid(10);
  planned.manager = row.OptionalUuid(11);
  return planned;
}

// A batch's rows, those of a held one with its columns after the record's.
std::vector<Planned> FromRows(const db::Rows& rows, RecordKind kind) {
  std::vector<Planned> batch;
  batch.reserve(rows.size());
  for (const db::Row& row : rows) {
    Planned planned = FromRecord(row, kind);
    if (row.size() > 12 && !row.IsNull(12)) {
      Held held;
      held.id = planned.target;
      held.display_name = row.String(12);
      held.email = row.String(13);
      held.state = static_cast<StaffState>(row.Int(14));
      held.update_time = row.OptionalTime(15);
      held.version = row.Int(16);
      held.above = row.OptionalString(17);
      held.manager = row.OptionalString(18);
      planned.held = std::move(held);
    }
    batch.push_back(std::move(planned));
  }
  return batch;
}

db::Value OrNull(const std::string& bytes) {
  return bytes.empty() ? db::Value(db::Null()) : db::Value(bytes);
}

db::Value ActiveEmail(const Written& person) {
  return person.state == StaffState::kLeft ? db::Value(db::Null()) : db::Value(person.email);
}

}  // namespace

absl::StatusOr<std::vector<Planned>> ReadPlannedTeams(db::Connection& tx, const Batch& batch) {
  ASSIGN_OR_RETURN(db::Rows rows,
                   tx.Query(kPlannedTeamsSql, {batch.source.source, batch.key.organisation,
                                               batch.key.run, batch.after, batch.limit}));
  return FromRows(rows, RecordKind::kTeam);
}

absl::StatusOr<std::vector<Planned>> ReadPlannedNewPeople(db::Connection& tx, const Batch& batch) {
  ASSIGN_OR_RETURN(db::Rows rows,
                   tx.Query(kPlannedNewPeopleSql,
                            {batch.source.source, batch.source.source, batch.key.organisation,
                             batch.key.run, batch.after, batch.limit}));
  return FromRows(rows, RecordKind::kPerson);
}

absl::StatusOr<std::vector<Planned>> ReadPlannedPeople(db::Connection& tx, const Batch& batch) {
  ASSIGN_OR_RETURN(
      db::Rows rows,
      tx.Query(kPlannedPeopleSql, {batch.source.source, batch.source.source, batch.key.organisation,
                                   batch.key.run, batch.after, batch.limit}));
  return FromRows(rows, RecordKind::kPerson);
}

absl::StatusOr<std::vector<Missing>> ReadMissing(db::Connection& tx, const Batch& batch) {
  ASSIGN_OR_RETURN(db::Rows rows,
                   tx.Query(kReadMissingSql, {batch.key.run, batch.key.organisation,
                                              batch.source.source, batch.after, batch.limit}));
  std::vector<Missing> missing;
  for (const db::Row& row : rows) {
    StaffMember member;
    member.organisation = batch.key.organisation;
    member.id = row.Uuid(1);
    member.display_name = row.String(2);
    member.email = row.String(3);
    member.version = row.Int(4);
    missing.push_back({row.String(0), std::move(member)});
  }
  return missing;
}

absl::Status InsertPeople(db::Connection& tx, const std::vector<Written>& people) {
  std::vector<db::Values> rows;
  rows.reserve(people.size());
  for (const Written& person : people) {
    rows.push_back({person.source.organisation, person.id, person.source.source, person.external_id,
                    person.display_name, person.email, ActiveEmail(person), person.above,
                    person.manager, person.state, person.state_since, person.update_time,
                    person.version, OrNull(person.digest)});
  }
  return tx.InsertRows(kInsertPeople, rows).status();
}

absl::Status UpdatePerson(db::Connection& tx, const Written& person) {
  return tx
      .Execute(kUpdatePerson,
               {person.display_name, person.email, ActiveEmail(person), person.above,
                person.manager, person.state, person.state_since, person.state, person.update_time,
                person.version, OrNull(person.digest), person.source.organisation, person.id})
      .status();
}

absl::Status InsertTeams(db::Connection& tx, const std::vector<Written>& teams) {
  std::vector<db::Values> rows;
  rows.reserve(teams.size());
  for (const Written& team : teams) {
    rows.push_back({team.source.organisation, team.id, team.source.source, team.external_id,
                    team.display_name, team.above, team.update_time, team.version,
                    OrNull(team.digest)});
  }
  return tx.InsertRows(kInsertTeams, rows).status();
}

absl::Status UpdateTeam(db::Connection& tx, const Written& team) {
  return tx
      .Execute(kUpdateTeam, {team.display_name, team.above, team.update_time, team.version,
                             OrNull(team.digest), team.source.organisation, team.id})
      .status();
}

absl::Status MarkNamedAgain(db::Connection& tx, const Batch& batch) {
  return tx.Execute(kNamedAgain, {batch.key.run, batch.key.organisation, batch.source.source})
      .status();
}

absl::Status MarkUnnamed(db::Connection& tx, const Batch& batch) {
  const db::Values values = {batch.key.run, batch.key.organisation, batch.source.source};
  ASSIGN_OR_RETURN(std::optional<db::Row> any, tx.QueryOne(kAnyUnnamed, values));
  if (!any.has_value()) return absl::OkStatus();
  return tx.Execute(kUnnamed, values).status();
}

absl::StatusOr<int64_t> HideUnnamed(db::Connection& tx, const Batch& batch) {
  return tx.Execute(kHide, {batch.key.organisation, batch.source.source});
}

absl::StatusOr<std::string> ReleaseAddresses(db::Connection& tx, const Batch& batch) {
  ASSIGN_OR_RETURN(db::Rows rows, tx.Query(kReleasing, {batch.key.organisation, batch.key.run,
                                                        batch.after, batch.limit}));
  if (rows.empty()) return "";
  std::string last = rows.back().String(0);
  RETURN_IF_ERROR(
      tx.Execute(kRelease, {batch.key.organisation, batch.key.run, batch.after, last}).status());
  return last;
}

absl::Status RejectLate(db::Connection& tx, const Batch& batch, const SyncRecord& record) {
  RETURN_IF_ERROR(
      tx.Execute(kRejectLate, {batch.key.organisation, batch.key.run, record.external_id})
          .status());
  return tx.Execute(kForgetManager, {batch.key.organisation, batch.key.run, record.external_id})
      .status();
}

absl::Status RestoreAddress(db::Connection& tx, const id::Uuid& organisation,
                            const id::Uuid& staff) {
  return tx.Execute(kRestoreAddress, {organisation, staff}).status();
}

absl::StatusOr<std::vector<StaffMember>> ListToLeave(db::Connection& connection, absl::Time now,
                                                     int default_days, int limit) {
  ASSIGN_OR_RETURN(db::Rows rows, connection.Query(kListToLeaveSql, {now, default_days, limit}));
  std::vector<StaffMember> members;
  for (const db::Row& row : rows) {
    StaffMember member;
    member.organisation = row.Uuid(0);
    member.id = row.Uuid(1);
    member.display_name = row.String(2);
    member.email = row.String(3);
    member.state = StaffState::kSuspended;
    member.version = row.Int(4);
    members.push_back(std::move(member));
  }
  return members;
}

absl::StatusOr<bool> MoveStaff(db::Connection& tx, StaffMember& member, StaffState from,
                               StaffState to, absl::Time now) {
  ASSIGN_OR_RETURN(int64_t moved, tx.Execute(kMove, {to, now, to, member.organisation, member.id,
                                                     from, member.version}));
  if (moved == 0) return false;
  member.state = to;
  ++member.version;
  return true;
}

}  // namespace dap::enrolment::store
