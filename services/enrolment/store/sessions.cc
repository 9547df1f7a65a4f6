#include "services/enrolment/store/sessions.h"

#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::enrolment::store {

// The first parameter is the enrolment whose answer is read.
#define DAP_SESSION                                                                                \
  "SELECT s.organisation, s.session, s.cohort, s.kind, s.state, s.title, s.start_time, "           \
  "s.end_time, s.host, s.place, s.link, s.agenda, s.join_code, s.attended, s.sequence, "           \
  "s.version, s.capacity, s.participant, s.cancel_reason, s.update_time, "                         \
  "(SELECT COUNT(*) FROM session_response r JOIN enrolment e ON e.organisation = r.organisation "  \
  "AND e.enrolment = r.enrolment WHERE r.organisation = s.organisation AND r.session = s.session " \
  "AND r.answer = 1 AND e.open_participant IS NOT NULL), "                                         \
  "(SELECT m.answer FROM session_response m WHERE m.organisation = s.organisation "                \
  "AND m.session = s.session AND m.enrolment = ?) FROM session s "

constexpr char kFind[] = DAP_SESSION "WHERE s.organisation = ? AND s.session = ?";
constexpr char kKickOff[] = DAP_SESSION "WHERE s.organisation = ? AND s.kick_off_of = ?";
const char kListSessionsFirstSql[] = DAP_SESSION
    "WHERE s.organisation = ? AND s.cohort = ? AND (? OR s.participant IS NULL OR "
    "s.participant = ?) ORDER BY s.start_time, s.session LIMIT ?";
const char kListSessionsAfterSql[] = DAP_SESSION
    "WHERE s.organisation = ? AND s.cohort = ? AND (? OR s.participant IS NULL OR "
    "s.participant = ?) AND s.start_time >= ? AND (s.start_time > ? OR s.session > ?) "
    "ORDER BY s.start_time, s.session LIMIT ?";
const char kListComingSql[] = DAP_SESSION
    "WHERE s.organisation = ? AND s.cohort = ? AND s.start_time > ? AND s.state = 1 "
    "ORDER BY s.start_time, s.session";
#undef DAP_SESSION
const char kOtherStartSql[] = R"sql(
  SELECT 1 FROM attendance
  WHERE organisation = ? AND enrolment = ? AND session <> ? AND counted_as_start LIMIT 1)sql";

namespace {

constexpr char kInsert[] = R"sql(
  INSERT INTO session
    (organisation, session, cohort, kick_off_of, kind, state, title, start_time, end_time, host,
     place, link, agenda, join_code, attended, sequence, version, capacity, participant,
     cancel_reason, update_time)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))sql";
constexpr char kSave[] = R"sql(
  UPDATE session SET kick_off_of = ?, state = ?, title = ?, start_time = ?, end_time = ?, host = ?,
    place = ?, link = ?, agenda = ?, sequence = ?, version = version + 1, capacity = ?,
    cancel_reason = ?, update_time = ?
  WHERE organisation = ? AND session = ?)sql";

constexpr char kInsertAttendance[] = R"sql(
  INSERT INTO attendance
    (organisation, session, enrolment, record_time, recorded_by, counted_as_start)
  VALUES (?, ?, ?, ?, ?, ?))sql";
constexpr char kDeleteAttendance[] = R"sql(
  DELETE FROM attendance WHERE organisation = ? AND session = ? AND enrolment = ?)sql";
constexpr char kSaveAttended[] = R"sql(
  UPDATE session SET attended = ? WHERE organisation = ? AND session = ?)sql";

constexpr char kMakeTry[] = R"sql(
  INSERT INTO join_code_try (organisation, session, staff_member, window_start, tries)
  VALUES (?, ?, ?, ?, 0) ON DUPLICATE KEY UPDATE tries = tries)sql";
constexpr char kLockTry[] = R"sql(
  SELECT window_start, tries FROM join_code_try
  WHERE organisation = ? AND session = ? AND staff_member = ? FOR UPDATE)sql";
constexpr char kSaveTry[] = R"sql(
  UPDATE join_code_try SET window_start = ?, tries = ?
  WHERE organisation = ? AND session = ? AND staff_member = ?)sql";
constexpr char kForgetTries[] = R"sql(
  DELETE FROM join_code_try WHERE organisation = ? AND session = ? AND staff_member = ?)sql";

Session FromRow(const db::Row& row) {
  Session session;
  session.organisation = row.Uuid(0);
  session.id = row.Uuid(1);
  session.cohort = row.Uuid(2);
  session.kind = static_cast<SessionKind>(row.Int(3));
  session.state = static_cast<SessionState>(row.Int(4));
  session.title = row.String(5);
  session.start_time = row.Time(6);
  session.end_time = row.Time(7);
  session.host = row.Uuid(8);
  session.place = row.String(9);
  session.link = row.String(10);
  session.agenda = row.String(11);
  session.join_code = row.String(12);
  session.attended = static_cast<int>(row.Int(13));
  session.sequence = static_cast<int>(row.Int(14));
  session.version = row.Int(15);
  session.capacity = static_cast<int>(row.Int(16));
  if (!row.IsNull(17)) session.participant = row.Uuid(17);
  session.cancel_reason = row.String(18);
  session.update_time = row.Time(19);
  session.going = static_cast<int>(row.Int(20));
  if (!row.IsNull(21)) session.my_answer = static_cast<SessionAnswer>(row.Int(21));
  return session;
}

absl::StatusOr<std::optional<Session>> One(db::Connection& connection, const char* sql,
                                           const id::Uuid& organisation, const id::Uuid& id,
                                           const id::Uuid& enrolment) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row,
                   connection.QueryOne(sql, {enrolment, organisation, id}));
  if (!row.has_value()) return std::optional<Session>();
  return std::optional<Session>(FromRow(*row));
}

// Set for a planned kick-off alone, of which a cohort has one.
db::Value KickOffOf(const Session& session) {
  const bool kick_off =
      session.kind == SessionKind::kKickOff && session.state == SessionState::kPlanned;
  return kick_off ? db::Value(session.cohort) : db::Value(db::Null());
}

std::vector<Session> FromRows(const db::Rows& rows) {
  std::vector<Session> sessions;
  for (const db::Row& row : rows) sessions.push_back(FromRow(row));
  return sessions;
}

}  // namespace

absl::Status InsertSession(db::Connection& tx, const Session& session) {
  return tx
      .Execute(kInsert,
               {session.organisation, session.id,        session.cohort,      KickOffOf(session),
                session.kind,         session.state,     session.title,       session.start_time,
                session.end_time,     session.host,      session.place,       session.link,
                session.agenda,       session.join_code, session.attended,    session.sequence,
                session.version,      session.capacity,  session.participant, session.cancel_reason,
                session.update_time})
      .status();
}

absl::Status SaveSession(db::Connection& tx, Session& session) {
  RETURN_IF_ERROR(
      tx.Execute(kSave, {KickOffOf(session), session.state, session.title, session.start_time,
                         session.end_time, session.host, session.place, session.link,
                         session.agenda, session.sequence, session.capacity, session.cancel_reason,
                         session.update_time, session.organisation, session.id})
          .status());
  ++session.version;
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Session>> FindSession(db::Connection& connection,
                                                   const id::Uuid& organisation,
                                                   const id::Uuid& session,
                                                   const id::Uuid& enrolment) {
  return One(connection, kFind, organisation, session, enrolment);
}

absl::StatusOr<std::optional<Session>> FindKickOff(db::Connection& connection,
                                                   const id::Uuid& organisation,
                                                   const id::Uuid& cohort) {
  return One(connection, kKickOff, organisation, cohort, id::Uuid());
}

absl::StatusOr<std::vector<Session>> ListSessions(db::Connection& connection,
                                                  const id::Uuid& organisation,
                                                  const id::Uuid& cohort, const Viewer& viewer,
                                                  const std::optional<SessionPosition>& after,
                                                  int limit) {
  absl::StatusOr<db::Rows> rows =
      after.has_value()
          ? connection.Query(
                kListSessionsAfterSql,
                {viewer.enrolment, organisation, cohort, viewer.coach, viewer.enrolment,
                 after->start_time, after->start_time, after->session, limit})
          : connection.Query(kListSessionsFirstSql, {viewer.enrolment, organisation, cohort,
                                                     viewer.coach, viewer.enrolment, limit});
  RETURN_IF_ERROR(rows.status());
  return FromRows(*rows);
}

absl::StatusOr<std::vector<Session>> ListComing(db::Connection& connection,
                                                const id::Uuid& organisation,
                                                const id::Uuid& cohort, absl::Time after) {
  ASSIGN_OR_RETURN(db::Rows rows,
                   connection.Query(kListComingSql, {id::Uuid(), organisation, cohort, after}));
  return FromRows(rows);
}

absl::StatusOr<bool> InsertAttendance(db::Connection& tx, const Session& session,
                                      const id::Uuid& enrolment, absl::Time now,
                                      const std::optional<id::Uuid>& by, bool counted_as_start) {
  absl::Status inserted = tx.Execute(kInsertAttendance, {session.organisation, session.id,
                                                         enrolment, now, by, counted_as_start})
                              .status();
  if (db::IsDuplicateKey(inserted)) return false;
  RETURN_IF_ERROR(inserted);
  return true;
}

absl::StatusOr<bool> DeleteAttendance(db::Connection& tx, const Session& session,
                                      const id::Uuid& enrolment) {
  ASSIGN_OR_RETURN(int64_t deleted,
                   tx.Execute(kDeleteAttendance, {session.organisation, session.id, enrolment}));
  return deleted > 0;
}

absl::StatusOr<bool> WasAtAnotherStart(db::Connection& connection, const Session& session,
                                       const id::Uuid& enrolment) {
  ASSIGN_OR_RETURN(
      std::optional<db::Row> row,
      connection.QueryOne(kOtherStartSql, {session.organisation, enrolment, session.id}));
  return row.has_value();
}

absl::Status SaveAttended(db::Connection& tx, const Session& session) {
  return tx.Execute(kSaveAttended, {session.attended, session.organisation, session.id}).status();
}

absl::StatusOr<int> TakeJoinCodeTry(db::Connection& tx, const id::Uuid& organisation,
                                    const id::Uuid& session, const id::Uuid& staff, absl::Time now,
                                    absl::Duration window) {
  RETURN_IF_ERROR(tx.Execute(kMakeTry, {organisation, session, staff, now}).status());
  ASSIGN_OR_RETURN(std::optional<db::Row> row,
                   tx.QueryOne(kLockTry, {organisation, session, staff}));
  if (!row.has_value()) return status::Internal("a join code's tries are gone");
  const bool over = now >= row->Time(0) + window;
  const absl::Time start = over ? now : row->Time(0);
  const int tries = (over ? 0 : static_cast<int>(row->Int(1))) + 1;
  RETURN_IF_ERROR(tx.Execute(kSaveTry, {start, tries, organisation, session, staff}).status());
  return tries;
}

absl::Status ForgetJoinCodeTries(db::Connection& tx, const id::Uuid& organisation,
                                 const id::Uuid& session, const id::Uuid& staff) {
  return tx.Execute(kForgetTries, {organisation, session, staff}).status();
}

}  // namespace dap::enrolment::store
