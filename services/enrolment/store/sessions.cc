#include "services/enrolment/store/sessions.h"

#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::enrolment::store {

#define DAP_SESSION                                                                               \
  "SELECT organisation, session, cohort, kind, state, title, start_time, end_time, host, place, " \
  "link, agenda, join_code, attended, sequence, version FROM session "

constexpr char kFind[] = DAP_SESSION "WHERE organisation = ? AND session = ?";
constexpr char kKickOff[] = DAP_SESSION "WHERE organisation = ? AND kick_off_of = ?";
const char kListSessionsFirstSql[] =
    DAP_SESSION "WHERE organisation = ? AND cohort = ? ORDER BY start_time, session LIMIT ?";
const char kListSessionsAfterSql[] = DAP_SESSION
    "WHERE organisation = ? AND cohort = ? AND start_time >= ? "
    "AND (start_time > ? OR session > ?) ORDER BY start_time, session LIMIT ?";
#undef DAP_SESSION

namespace {

constexpr char kInsert[] = R"sql(
  INSERT INTO session
    (organisation, session, cohort, kick_off_of, kind, state, title, start_time, end_time, host,
     place, link, agenda, join_code, attended, sequence, version)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))sql";

constexpr char kInsertAttendance[] = R"sql(
  INSERT INTO attendance (organisation, session, enrolment, record_time, recorded_by)
  VALUES (?, ?, ?, ?, ?))sql";
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
  return session;
}

absl::StatusOr<std::optional<Session>> One(db::Connection& connection, const char* sql,
                                           const id::Uuid& organisation, const id::Uuid& id) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row, connection.QueryOne(sql, {organisation, id}));
  if (!row.has_value()) return std::optional<Session>();
  return std::optional<Session>(FromRow(*row));
}

}  // namespace

absl::Status InsertSession(db::Connection& tx, const Session& session) {
  const bool kick_off =
      session.kind == SessionKind::kKickOff && session.state == SessionState::kPlanned;
  return tx
      .Execute(kInsert, {session.organisation, session.id, session.cohort,
                         kick_off ? db::Value(session.cohort) : db::Value(db::Null()), session.kind,
                         session.state, session.title, session.start_time, session.end_time,
                         session.host, session.place, session.link, session.agenda,
                         session.join_code, session.attended, session.sequence, session.version})
      .status();
}

absl::StatusOr<std::optional<Session>> FindSession(db::Connection& connection,
                                                   const id::Uuid& organisation,
                                                   const id::Uuid& session) {
  return One(connection, kFind, organisation, session);
}

absl::StatusOr<std::optional<Session>> FindKickOff(db::Connection& connection,
                                                   const id::Uuid& organisation,
                                                   const id::Uuid& cohort) {
  return One(connection, kKickOff, organisation, cohort);
}

absl::StatusOr<std::vector<Session>> ListSessions(db::Connection& connection,
                                                  const id::Uuid& organisation,
                                                  const id::Uuid& cohort,
                                                  const std::optional<SessionPosition>& after,
                                                  int limit) {
  absl::StatusOr<db::Rows> rows =
      after.has_value()
          ? connection.Query(kListSessionsAfterSql, {organisation, cohort, after->start_time,
                                                     after->start_time, after->session, limit})
          : connection.Query(kListSessionsFirstSql, {organisation, cohort, limit});
  RETURN_IF_ERROR(rows.status());
  std::vector<Session> sessions;
  for (const db::Row& row : *rows) sessions.push_back(FromRow(row));
  return sessions;
}

absl::StatusOr<bool> InsertAttendance(db::Connection& tx, const Session& session,
                                      const id::Uuid& enrolment, absl::Time now,
                                      const std::optional<id::Uuid>& by) {
  absl::Status inserted =
      tx.Execute(kInsertAttendance, {session.organisation, session.id, enrolment, now, by})
          .status();
  if (db::IsDuplicateKey(inserted)) return false;
  RETURN_IF_ERROR(inserted);
  return true;
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
