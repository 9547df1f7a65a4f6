#include "services/enrolment/store/session_people.h"

#include "libs/status/macros.h"

namespace dap::enrolment::store {

// The names, which stand with the people, are looked up for the rows of a page only.
#define DAP_WITH_NAME                                                                  \
  "JOIN enrolment e ON e.organisation = x.organisation AND e.enrolment = x.enrolment " \
  "LEFT JOIN staff_member p ON p.organisation = e.organisation AND p.staff_member = "  \
  "e.participant WHERE x.organisation = ? AND x.session = ? AND x.enrolment > ? "

const char kListResponsesSql[] =
    "SELECT x.enrolment, COALESCE(p.display_name, ''), x.answer, x.answer_time, x.sequence "
    "FROM session_response x " DAP_WITH_NAME
    "AND e.open_participant IS NOT NULL ORDER BY x.enrolment LIMIT ?";
const char kListAttendanceSql[] =
    "SELECT x.enrolment, COALESCE(p.display_name, ''), x.record_time, x.recorded_by "
    "FROM attendance x " DAP_WITH_NAME "ORDER BY x.enrolment LIMIT ?";
#undef DAP_WITH_NAME
const char kCountAnswersSql[] = R"sql(
  SELECT r.session, r.answer, COUNT(*), SUM(e.state IN (1, 4, 5, 6))
  FROM session s
  JOIN session_response r ON r.organisation = s.organisation AND r.session = s.session
  JOIN enrolment e ON e.organisation = r.organisation AND e.enrolment = r.enrolment
  WHERE s.organisation = ? AND s.cohort = ? AND s.start_time >= ? AND s.start_time <= ?
    AND s.state = 1 AND e.open_participant IS NOT NULL
  GROUP BY r.session, r.answer)sql";
const char kListAbsenteesSql[] = R"sql(
  SELECT e.enrolment, e.participant, COALESCE(p.display_name, ''), e.ask_number,
         COALESCE(e.baseline_invite_time, e.create_time)
  FROM enrolment e
  LEFT JOIN staff_member p ON p.organisation = e.organisation AND p.staff_member = e.participant
  WHERE e.organisation = ? AND e.cohort = ? AND e.state = 4 AND e.ask_number > ?
  ORDER BY e.ask_number LIMIT ?)sql";

namespace {

constexpr char kSaveAnswer[] = R"sql(
  INSERT INTO session_response (organisation, session, enrolment, answer, answer_time, sequence)
  VALUES (?, ?, ?, ?, ?, ?)
  ON DUPLICATE KEY UPDATE answer = VALUES(answer), answer_time = VALUES(answer_time),
    sequence = VALUES(sequence))sql";

}  // namespace

absl::Status SaveAnswer(db::Connection& tx, const Session& session, const id::Uuid& enrolment,
                        SessionAnswer answer, absl::Time now) {
  return tx
      .Execute(kSaveAnswer,
               {session.organisation, session.id, enrolment, answer, now, session.sequence})
      .status();
}

absl::StatusOr<std::vector<ResponseView>> ListResponses(db::Connection& connection,
                                                        const id::Uuid& organisation,
                                                        const id::Uuid& session,
                                                        const id::Uuid& after, int limit) {
  ASSIGN_OR_RETURN(db::Rows rows,
                   connection.Query(kListResponsesSql, {organisation, session, after, limit}));
  std::vector<ResponseView> views;
  for (const db::Row& row : rows) {
    views.push_back({row.Uuid(0), row.String(1), static_cast<SessionAnswer>(row.Int(2)),
                     row.Time(3), static_cast<int>(row.Int(4))});
  }
  return views;
}

absl::StatusOr<std::map<id::Uuid, AnswerTally>> CountAnswers(db::Connection& connection,
                                                             const id::Uuid& organisation,
                                                             const id::Uuid& cohort,
                                                             absl::Time first, absl::Time last) {
  ASSIGN_OR_RETURN(db::Rows rows,
                   connection.Query(kCountAnswersSql, {organisation, cohort, first, last}));
  std::map<id::Uuid, AnswerTally> tallies;
  for (const db::Row& row : rows) {
    AnswerTally& tally = tallies[row.Uuid(0)];
    const int count = static_cast<int>(row.Int(2));
    const auto answer = static_cast<SessionAnswer>(row.Int(1));
    if (answer == SessionAnswer::kYes) tally.yes = count;
    if (answer == SessionAnswer::kNo) tally.no = count;
    if (answer == SessionAnswer::kMaybe) tally.maybe = count;
    tally.of_invited += static_cast<int>(row.Int(3));
  }
  return tallies;
}

absl::StatusOr<std::vector<AttendanceView>> ListAttendance(db::Connection& connection,
                                                           const id::Uuid& organisation,
                                                           const id::Uuid& session,
                                                           const id::Uuid& after, int limit) {
  ASSIGN_OR_RETURN(db::Rows rows,
                   connection.Query(kListAttendanceSql, {organisation, session, after, limit}));
  std::vector<AttendanceView> views;
  for (const db::Row& row : rows) {
    AttendanceView view{row.Uuid(0), row.String(1), row.Time(2), std::nullopt};
    if (!row.IsNull(3)) view.recorded_by = row.Uuid(3);
    views.push_back(view);
  }
  return views;
}

absl::StatusOr<std::vector<AbsenteeView>> ListAbsentees(db::Connection& connection,
                                                        const id::Uuid& organisation,
                                                        const id::Uuid& cohort, int64_t after,
                                                        int limit) {
  ASSIGN_OR_RETURN(db::Rows rows,
                   connection.Query(kListAbsenteesSql, {organisation, cohort, after, limit}));
  std::vector<AbsenteeView> views;
  for (const db::Row& row : rows) {
    views.push_back({row.Uuid(0), row.Uuid(1), row.String(2), row.Int(3), row.Time(4)});
  }
  return views;
}

}  // namespace dap::enrolment::store
