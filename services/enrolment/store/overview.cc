#include "services/enrolment/store/overview.h"

#include <algorithm>

#include "libs/status/macros.h"

namespace dap::enrolment::store {

const char kCountByStateSql[] = R"sql(
  SELECT state, COUNT(*) FROM enrolment WHERE organisation = ? AND cohort = ? GROUP BY state)sql";

const char kListWithoutPatronSql[] = R"sql(
  SELECT e.enrolment, e.participant, e.state, e.create_time, e.ask_number, e.patron,
    COALESCE(s.display_name, '')
  FROM enrolment e
  LEFT JOIN staff_member p ON p.organisation = e.organisation AND p.staff_member = e.patron
  LEFT JOIN staff_member s ON s.organisation = e.organisation AND s.staff_member = e.participant
  WHERE e.organisation = ? AND e.cohort = ? AND e.state IN (4, 5, 6)
    AND (p.staff_member IS NULL OR p.state <> 1
      OR ((SELECT 1 FROM patron_cover c FORCE INDEX (patron_cover_of)
            WHERE c.organisation = e.organisation AND c.cohort = e.cohort
              AND c.staff_member = e.patron AND c.lapsed AND c.until_time > ? LIMIT 1) IS NOT NULL
          AND (SELECT 1 FROM patron_cover v FORCE INDEX (patron_cover_on)
            WHERE v.organisation = e.organisation AND v.cohort = e.cohort
              AND v.on_for = e.patron LIMIT 1) IS NULL)))sql";

const char kCountByPatronSql[] = R"sql(
  SELECT patron, SUM(state < 7) FROM enrolment
  WHERE organisation = ? AND cohort = ? AND patron IS NOT NULL GROUP BY patron)sql";

const char kPatronStatesSql[] = R"sql(
  SELECT p.staff_member, COALESCE(s.state, 3) FROM patron p
  LEFT JOIN staff_member s ON s.organisation = p.organisation AND s.staff_member = p.staff_member
  WHERE p.organisation = ? AND p.cohort = ?)sql";

absl::StatusOr<std::map<EnrolmentState, int>> CountByState(db::Connection& connection,
                                                           const id::Uuid& organisation,
                                                           const id::Uuid& cohort) {
  ASSIGN_OR_RETURN(db::Rows rows, connection.Query(kCountByStateSql, {organisation, cohort}));
  std::map<EnrolmentState, int> counts;
  for (const db::Row& row : rows) {
    counts[static_cast<EnrolmentState>(row.Int(0))] = static_cast<int>(row.Int(1));
  }
  return counts;
}

absl::StatusOr<std::vector<EnrolmentView>> ListWithoutPatron(db::Connection& connection,
                                                             const id::Uuid& organisation,
                                                             const id::Uuid& cohort,
                                                             absl::Time now) {
  ASSIGN_OR_RETURN(db::Rows rows,
                   connection.Query(kListWithoutPatronSql, {organisation, cohort, now}));
  std::vector<EnrolmentView> views;
  for (const db::Row& row : rows) {
    EnrolmentView& view = views.emplace_back();
    view.enrolment.organisation = organisation;
    view.enrolment.cohort = cohort;
    view.enrolment.id = row.Uuid(0);
    view.enrolment.participant = row.Uuid(1);
    view.enrolment.state = static_cast<EnrolmentState>(row.Int(2));
    view.enrolment.create_time = row.Time(3);
    view.enrolment.ask_number = row.Int(4);
    view.enrolment.patron = row.OptionalUuid(5);
    view.participant_display_name = row.String(6);
  }
  std::sort(views.begin(), views.end(), [](const EnrolmentView& a, const EnrolmentView& b) {
    return a.enrolment.ask_number < b.enrolment.ask_number;
  });
  return views;
}

absl::StatusOr<std::map<id::Uuid, int>> CountByPatron(db::Connection& connection,
                                                      const id::Uuid& organisation,
                                                      const id::Uuid& cohort) {
  ASSIGN_OR_RETURN(db::Rows rows, connection.Query(kCountByPatronSql, {organisation, cohort}));
  std::map<id::Uuid, int> counts;
  for (const db::Row& row : rows) counts[row.Uuid(0)] = static_cast<int>(row.Int(1));
  return counts;
}

absl::StatusOr<std::map<id::Uuid, StaffState>> PatronStates(db::Connection& connection,
                                                            const id::Uuid& organisation,
                                                            const id::Uuid& cohort) {
  ASSIGN_OR_RETURN(db::Rows rows, connection.Query(kPatronStatesSql, {organisation, cohort}));
  std::map<id::Uuid, StaffState> states;
  for (const db::Row& row : rows) states[row.Uuid(0)] = static_cast<StaffState>(row.Int(1));
  return states;
}

}  // namespace dap::enrolment::store
