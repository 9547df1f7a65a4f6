#include "services/activity/store/barrier_reports.h"

#include "libs/status/macros.h"

namespace dap::activity {
namespace {

#define DAP_REPORT_COLUMNS                                                             \
  "r.barrier, r.staff, r.enrolment, r.tried, r.minutes_lost, r.check_in, r.by_coach, " \
  "r.create_time"

constexpr absl::string_view kFind =
    "SELECT " DAP_REPORT_COLUMNS
    " FROM barrier_report r WHERE r.organisation = ? AND r.barrier = ? AND r.staff = ?";
constexpr absl::string_view kSave =
    "INSERT INTO barrier_report (organisation, barrier, staff, enrolment, tried, minutes_lost,"
    " check_in, by_coach, create_time) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON DUPLICATE KEY UPDATE tried = VALUES(tried), minutes_lost = VALUES(minutes_lost),"
    " check_in = VALUES(check_in)";
constexpr absl::string_view kCount =
    "SELECT COUNT(*) FROM barrier_report WHERE organisation = ? AND barrier = ?";
constexpr absl::string_view kInsertGoal =
    "INSERT INTO barrier_goal (organisation, barrier, enrolment, goal, create_time) VALUES";
constexpr absl::string_view kKeepGoal =
    " ON DUPLICATE KEY UPDATE create_time = LEAST(create_time, VALUES(create_time))";
constexpr absl::string_view kMoveReports =
    "INSERT INTO barrier_report (organisation, barrier, staff, enrolment, tried, minutes_lost,"
    " check_in, by_coach, create_time)"
    " SELECT s.organisation, ?, s.staff, s.enrolment, s.tried, s.minutes_lost, s.check_in,"
    " s.by_coach, s.create_time FROM barrier_report s WHERE s.organisation = ? AND s.barrier = ?"
    " ON DUPLICATE KEY UPDATE"
    " tried = LEFT(CONCAT_WS('\\n', NULLIF(barrier_report.tried, ''), NULLIF(VALUES(tried), '')),"
    " 2000),"
    " minutes_lost = barrier_report.minutes_lost + VALUES(minutes_lost),"
    " check_in = COALESCE(barrier_report.check_in, VALUES(check_in)),"
    " by_coach = barrier_report.by_coach AND VALUES(by_coach),"
    " create_time = LEAST(barrier_report.create_time, VALUES(create_time))";
constexpr absl::string_view kDropReports =
    "DELETE FROM barrier_report WHERE organisation = ? AND barrier = ?";
constexpr absl::string_view kMoveGoals =
    "INSERT INTO barrier_goal (organisation, barrier, enrolment, goal, create_time)"
    " SELECT s.organisation, ?, s.enrolment, s.goal, s.create_time FROM barrier_goal s"
    " WHERE s.organisation = ? AND s.barrier = ?"
    " ON DUPLICATE KEY UPDATE create_time = LEAST(barrier_goal.create_time, VALUES(create_time))";
constexpr absl::string_view kDropGoals =
    "DELETE FROM barrier_goal WHERE organisation = ? AND barrier = ?";

db::Value OrNull(const id::Uuid& id) {
  if (id.is_nil()) return db::Null();
  return id;
}

BarrierReportRow Read(const db::Row& row, const id::Uuid& organisation) {
  BarrierReportRow report;
  report.organisation = organisation;
  report.barrier = row.Uuid(0);
  report.staff = row.Uuid(1);
  report.enrolment = row.Uuid(2);
  report.tried = row.String(3);
  report.minutes_lost = static_cast<int>(row.Int(4));
  if (!row.IsNull(5)) report.check_in = row.Uuid(5);
  report.by_coach = row.Bool(6);
  report.create_time = row.Time(7);
  return report;
}

}  // namespace

// `coaches` are ids one after the other, so a coach's begins every 16th byte.
const absl::string_view kListReportsSql =
    "SELECT " DAP_REPORT_COLUMNS
    ", e.cohort, e.time_zone FROM barrier_report r JOIN roster_entry e"
    " ON e.organisation = r.organisation AND e.enrolment = r.enrolment"
    " WHERE r.organisation = ? AND r.barrier = ? AND r.staff > ?"
    " AND LOCATE(?, e.coaches) % 16 = 1 ORDER BY r.staff LIMIT ?";
const absl::string_view kListBarrierGoalsSql =
    "SELECT enrolment, goal, create_time FROM barrier_goal"
    " WHERE organisation = ? AND barrier = ? ORDER BY enrolment, goal";
const absl::string_view kListStoppedSql =
    "SELECT enrolment FROM barrier_report WHERE organisation = ? AND barrier = ?"
    " UNION SELECT enrolment FROM barrier_goal WHERE organisation = ? AND barrier = ?";
const absl::string_view kEachReportSql =
    "SELECT barrier, staff, minutes_lost, create_time FROM barrier_report WHERE organisation = ?";
const absl::string_view kEachBarrierGoalSql =
    "SELECT barrier, goal, create_time FROM barrier_goal WHERE organisation = ?";

#undef DAP_REPORT_COLUMNS

absl::StatusOr<std::optional<BarrierReportRow>> FindReport(db::Connection& db,
                                                           const id::Uuid& organisation,
                                                           const id::Uuid& barrier,
                                                           const id::Uuid& staff) {
  ASSIGN_OR_RETURN(const std::optional<db::Row> row,
                   db.QueryOne(kFind, {organisation, barrier, staff}));
  if (!row) return std::nullopt;
  return Read(*row, organisation);
}

absl::Status SaveReport(db::Connection& tx, const BarrierReportRow& row) {
  return tx
      .Execute(kSave, {row.organisation, row.barrier, row.staff, row.enrolment, row.tried,
                       row.minutes_lost, OrNull(row.check_in), row.by_coach, row.create_time})
      .status();
}

absl::StatusOr<int> CountReports(db::Connection& db, const id::Uuid& organisation,
                                 const id::Uuid& barrier) {
  ASSIGN_OR_RETURN(const std::optional<db::Row> row, db.QueryOne(kCount, {organisation, barrier}));
  return static_cast<int>(row->Int(0));
}

absl::StatusOr<std::vector<id::Uuid>> ListStopped(db::Connection& db, const id::Uuid& organisation,
                                                  const id::Uuid& barrier) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   db.Query(kListStoppedSql, {organisation, barrier, organisation, barrier}));
  std::vector<id::Uuid> enrolments;
  for (const db::Row& row : rows) enrolments.push_back(row.Uuid(0));
  return enrolments;
}

absl::Status InsertBarrierGoals(db::Connection& tx, const id::Uuid& organisation,
                                const id::Uuid& barrier, const std::vector<BarrierGoalRow>& goals) {
  std::vector<db::Values> rows;
  for (const BarrierGoalRow& goal : goals) {
    rows.push_back({organisation, barrier, goal.enrolment, goal.goal, goal.create_time});
  }
  return tx.InsertRows(kInsertGoal, rows, kKeepGoal).status();
}

absl::StatusOr<std::vector<BarrierGoalRow>> ListBarrierGoals(db::Connection& db,
                                                             const id::Uuid& organisation,
                                                             const id::Uuid& barrier) {
  ASSIGN_OR_RETURN(const db::Rows rows, db.Query(kListBarrierGoalsSql, {organisation, barrier}));
  std::vector<BarrierGoalRow> goals;
  for (const db::Row& row : rows) goals.push_back({row.Uuid(0), row.Uuid(1), row.Time(2)});
  return goals;
}

absl::Status MoveReports(db::Connection& tx, const id::Uuid& organisation, const id::Uuid& from,
                         const id::Uuid& to) {
  RETURN_IF_ERROR(tx.Execute(kMoveReports, {to, organisation, from}).status());
  RETURN_IF_ERROR(tx.Execute(kMoveGoals, {to, organisation, from}).status());
  RETURN_IF_ERROR(tx.Execute(kDropReports, {organisation, from}).status());
  return tx.Execute(kDropGoals, {organisation, from}).status();
}

absl::StatusOr<std::vector<ReportView>> ListReports(db::Connection& db,
                                                    const id::Uuid& organisation,
                                                    const id::Uuid& barrier, const id::Uuid& coach,
                                                    const id::Uuid& after, int limit) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   db.Query(kListReportsSql, {organisation, barrier, after, coach, limit}));
  std::vector<ReportView> reports;
  for (const db::Row& row : rows) {
    reports.push_back({Read(row, organisation), row.Uuid(8), row.String(9)});
  }
  return reports;
}

absl::Status EachReport(db::Connection& db, const id::Uuid& organisation,
                        absl::FunctionRef<void(const ReportFact&)> each) {
  return db.QueryEach(kEachReportSql, {organisation}, [&](const db::Row& row) {
    each({row.Uuid(0), row.Uuid(1), static_cast<int>(row.Int(2)), row.Time(3)});
    return absl::OkStatus();
  });
}

absl::Status EachBarrierGoal(db::Connection& db, const id::Uuid& organisation,
                             absl::FunctionRef<void(const GoalFact&)> each) {
  return db.QueryEach(kEachBarrierGoalSql, {organisation}, [&](const db::Row& row) {
    each({row.Uuid(0), row.Uuid(1), row.Time(2)});
    return absl::OkStatus();
  });
}

}  // namespace dap::activity
