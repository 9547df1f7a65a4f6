#include "services/notification/store/gatherings.h"

#include "absl/strings/string_view.h"
#include "libs/status/macros.h"

namespace dap::notification {
namespace {

#define DAP_GATHERING_COLUMNS                                                              \
  "organisation, session, cohort, kind, state, title, start_time, place, link, sequence, " \
  "end_time, participant, agenda, reminded_sequence"

constexpr char kFind[] =
    "SELECT " DAP_GATHERING_COLUMNS " FROM gathering WHERE organisation = ? AND session = ?";
constexpr char kSave[] = "REPLACE INTO gathering (" DAP_GATHERING_COLUMNS
                         ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr char kLock[] = "SELECT " DAP_GATHERING_COLUMNS
                         " FROM gathering WHERE organisation = ? AND session = ? FOR UPDATE";
constexpr char kSaveReminded[] =
    "UPDATE gathering SET reminded_sequence = ? WHERE organisation = ? AND session = ?";
constexpr char kComing[] = "SELECT " DAP_GATHERING_COLUMNS
                           " FROM gathering WHERE organisation = ? AND cohort = ? AND "
                           "start_time > ? AND state = 1 ORDER BY start_time";
// A week is the most that the table lets an organisation have: the index serves up to there.
constexpr char kToRemind[] =
    "SELECT g.organisation, g.session FROM gathering g "
    "LEFT JOIN organisation_settings s ON s.organisation = g.organisation "
    "WHERE g.state = 1 AND g.start_time > ? AND g.start_time <= ? "
    "AND g.start_time <= ? + INTERVAL COALESCE(s.reminder_hours, ?) HOUR "
    "AND (g.reminded_sequence IS NULL OR g.reminded_sequence <> g.sequence) "
    "ORDER BY g.start_time LIMIT ?";
constexpr absl::Duration kMostBefore = absl::Hours(168);
constexpr char kKickOffs[] =
    "SELECT organisation, session FROM gathering WHERE state = 1 AND start_time > ? AND "
    "start_time <= ? AND kind = 1 ORDER BY start_time LIMIT ?";
constexpr char kSaveAnswer[] =
    "INSERT INTO gathering_person (organisation, session, enrolment, answer) VALUES (?, ?, ?, ?) "
    "ON DUPLICATE KEY UPDATE answer = VALUES(answer)";
constexpr char kSaveAttended[] =
    "INSERT INTO gathering_person (organisation, session, enrolment, attended) "
    "VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE attended = VALUES(attended)";
constexpr char kFindAnswer[] =
    "SELECT answer FROM gathering_person "
    "WHERE organisation = ? AND session = ? AND enrolment = ?";
constexpr char kWasAt[] =
    "SELECT COUNT(*) FROM gathering_person p JOIN gathering g ON g.organisation = p.organisation "
    "AND g.session = p.session WHERE p.organisation = ? AND p.enrolment = ? AND p.attended "
    "AND g.kind IN (?, ?)";

GatheringRow FromRow(const db::Row& row) {
  GatheringRow gathering;
  gathering.organisation = row.Uuid(0);
  gathering.session = row.Uuid(1);
  gathering.cohort = row.Uuid(2);
  gathering.kind = static_cast<int>(row.Int(3));
  gathering.state = static_cast<int>(row.Int(4));
  gathering.title = row.String(5);
  gathering.start_time = row.Time(6);
  gathering.place = row.String(7);
  gathering.link = row.String(8);
  gathering.sequence = static_cast<int>(row.Int(9));
  gathering.end_time = row.OptionalTime(10);
  if (!row.IsNull(11)) gathering.participant = row.Uuid(11);
  gathering.agenda = row.String(12);
  if (!row.IsNull(13)) gathering.reminded_sequence = static_cast<int>(row.Int(13));
  return gathering;
}

absl::StatusOr<std::optional<GatheringRow>> Find(db::Connection& db, absl::string_view sql,
                                                 const id::Uuid& organisation,
                                                 const id::Uuid& session) {
  ASSIGN_OR_RETURN(const std::optional<db::Row> row, db.QueryOne(sql, {organisation, session}));
  std::optional<GatheringRow> gathering;
  if (row) gathering = FromRow(*row);
  return gathering;
}

std::vector<GatheringKey> Keys(const db::Rows& rows) {
  std::vector<GatheringKey> keys;
  for (const db::Row& row : rows) keys.push_back({row.Uuid(0), row.Uuid(1)});
  return keys;
}

}  // namespace

absl::StatusOr<std::optional<GatheringRow>> FindGathering(db::Connection& db,
                                                          const id::Uuid& organisation,
                                                          const id::Uuid& session) {
  return Find(db, kFind, organisation, session);
}

absl::StatusOr<std::optional<GatheringRow>> LockGathering(db::Connection& tx,
                                                          const id::Uuid& organisation,
                                                          const id::Uuid& session) {
  return Find(tx, kLock, organisation, session);
}

absl::Status SaveGathering(db::Connection& tx, const GatheringRow& gathering) {
  return tx
      .Execute(kSave, {gathering.organisation, gathering.session, gathering.cohort, gathering.kind,
                       gathering.state, gathering.title, gathering.start_time, gathering.place,
                       gathering.link, gathering.sequence, gathering.end_time,
                       gathering.participant.is_nil() ? db::Value(db::Null())
                                                      : db::Value(gathering.participant),
                       gathering.agenda, gathering.reminded_sequence})
      .status();
}

absl::Status SaveReminded(db::Connection& tx, const GatheringKey& key, int sequence) {
  return tx.Execute(kSaveReminded, {sequence, key.organisation, key.session}).status();
}

absl::StatusOr<std::vector<GatheringRow>> ListComing(db::Connection& db,
                                                     const id::Uuid& organisation,
                                                     const id::Uuid& cohort, absl::Time after) {
  ASSIGN_OR_RETURN(const db::Rows rows, db.Query(kComing, {organisation, cohort, after}));
  std::vector<GatheringRow> gatherings;
  for (const db::Row& row : rows) gatherings.push_back(FromRow(row));
  return gatherings;
}

absl::StatusOr<std::vector<GatheringKey>> ListToRemind(db::Connection& db, absl::Time now,
                                                       absl::Duration usual_before, int limit) {
  ASSIGN_OR_RETURN(
      const db::Rows rows,
      db.Query(kToRemind, {now, now + kMostBefore, now, absl::ToInt64Hours(usual_before), limit}));
  return Keys(rows);
}

absl::StatusOr<std::vector<GatheringKey>> ListKickOffs(db::Connection& db, absl::Time after,
                                                       absl::Time until, int limit) {
  ASSIGN_OR_RETURN(const db::Rows rows, db.Query(kKickOffs, {after, until, limit}));
  return Keys(rows);
}

absl::Status SaveAnswer(db::Connection& tx, const GatheringKey& key, const id::Uuid& enrolment,
                        int answer) {
  return tx.Execute(kSaveAnswer, {key.organisation, key.session, enrolment, answer}).status();
}

absl::Status SaveAttended(db::Connection& tx, const GatheringKey& key, const id::Uuid& enrolment,
                          bool attended) {
  return tx.Execute(kSaveAttended, {key.organisation, key.session, enrolment, attended}).status();
}

absl::StatusOr<int> FindAnswer(db::Connection& db, const GatheringKey& key,
                               const id::Uuid& enrolment) {
  ASSIGN_OR_RETURN(const std::optional<db::Row> row,
                   db.QueryOne(kFindAnswer, {key.organisation, key.session, enrolment}));
  return row ? static_cast<int>(row->Int(0)) : 0;
}

absl::StatusOr<bool> WasAtOneOf(db::Connection& db, const id::Uuid& organisation,
                                const id::Uuid& enrolment, int kind, int other_kind) {
  ASSIGN_OR_RETURN(const std::optional<db::Row> row,
                   db.QueryOne(kWasAt, {organisation, enrolment, kind, other_kind}));
  return row->Int(0) > 0;
}

std::vector<std::string> GatheringListStatements() { return {kComing, kToRemind, kKickOffs}; }

}  // namespace dap::notification
