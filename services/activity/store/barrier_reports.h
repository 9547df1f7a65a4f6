// The tables barrier_report and barrier_goal: who says that a barrier stops them, and in which
// goals. Whoever writes them holds the barrier's lock.
#ifndef DAP_SERVICES_ACTIVITY_STORE_BARRIER_REPORTS_H_
#define DAP_SERVICES_ACTIVITY_STORE_BARRIER_REPORTS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/activity/domain/evidence.h"

namespace dap::activity {

struct BarrierReportRow {
  id::Uuid organisation;
  id::Uuid barrier;
  id::Uuid staff;
  id::Uuid enrolment;  // that it was first told with
  std::string tried;
  int minutes_lost = 0;
  id::Uuid check_in;  // nil: none
  bool by_coach = false;
  absl::Time create_time;
};

struct BarrierGoalRow {
  id::Uuid enrolment;
  id::Uuid goal;
  absl::Time create_time;
};

// One query on the primary key.
absl::StatusOr<std::optional<BarrierReportRow>> FindReport(db::Connection& db,
                                                           const id::Uuid& organisation,
                                                           const id::Uuid& barrier,
                                                           const id::Uuid& staff);
// Keeps it, or what may change of the one that is there: words, minutes and check-in.
absl::Status SaveReport(db::Connection& tx, const BarrierReportRow& row);
absl::StatusOr<int> CountReports(db::Connection& db, const id::Uuid& organisation,
                                 const id::Uuid& barrier);

// Whom an event is told about: the enrolments of all reports and goals of the barrier, once each.
absl::StatusOr<std::vector<id::Uuid>> ListStopped(db::Connection& db, const id::Uuid& organisation,
                                                  const id::Uuid& barrier);

// One that is there stays.
absl::Status InsertBarrierGoals(db::Connection& tx, const id::Uuid& organisation,
                                const id::Uuid& barrier, const std::vector<BarrierGoalRow>& goals);
// All of them, by enrolment.
absl::StatusOr<std::vector<BarrierGoalRow>> ListBarrierGoals(db::Connection& db,
                                                             const id::Uuid& organisation,
                                                             const id::Uuid& barrier);

// All reports and goals of `from` become those of `to`. Who reported both keeps one, with the
// minutes and words of both and the earlier time.
absl::Status MoveReports(db::Connection& tx, const id::Uuid& organisation, const id::Uuid& from,
                         const id::Uuid& to);

// A report with what the roster tells of its enrolment.
struct ReportView {
  BarrierReportRow row;
  id::Uuid cohort;
  std::string time_zone;
};
// Those of the people of a coach, by the roster, by person, after that one. Others' are no part of
// it, so that pages and their tokens tell nothing of them.
absl::StatusOr<std::vector<ReportView>> ListReports(db::Connection& db,
                                                    const id::Uuid& organisation,
                                                    const id::Uuid& barrier, const id::Uuid& coach,
                                                    const id::Uuid& after, int limit);

// All reports and goals of the organisation, one at a time as they come: what an evidence pack is
// made of. Along the primary keys.
absl::Status EachReport(db::Connection& db, const id::Uuid& organisation,
                        absl::FunctionRef<void(const ReportFact&)> each);
absl::Status EachBarrierGoal(db::Connection& db, const id::Uuid& organisation,
                             absl::FunctionRef<void(const GoalFact&)> each);

// For the test that they go by their keys.
extern const absl::string_view kListReportsSql;
extern const absl::string_view kListBarrierGoalsSql;
extern const absl::string_view kListStoppedSql;
extern const absl::string_view kEachReportSql;
extern const absl::string_view kEachBarrierGoalSql;

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_STORE_BARRIER_REPORTS_H_
