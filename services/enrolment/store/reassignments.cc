#include "services/enrolment/store/reassignments.h"

#include "libs/status/macros.h"

namespace dap::enrolment::store {

const char kListToReassignSql[] = R"sql(
  SELECT e.organisation, e.cohort, e.enrolment, e.ask_number, COALESCE(s.display_name, ''),
    e.patron, COALESCE(p.display_name, ''), COALESCE(p.state, 0)
  FROM enrolment e
  LEFT JOIN staff_member s ON s.organisation = e.organisation AND s.staff_member = e.participant
  LEFT JOIN staff_member p ON p.organisation = e.organisation AND p.staff_member = e.patron
  WHERE e.organisation = ? AND e.cohort = ? AND e.ask_number > ? AND e.state < 7
    AND IF(e.patron IS NULL, e.state IN (4, 5, 6), COALESCE(p.state, 0) <> 1
      OR ((SELECT 1 FROM patron_cover c FORCE INDEX (patron_cover_of)
            WHERE c.organisation = e.organisation AND c.cohort = e.cohort
              AND c.staff_member = e.patron AND c.lapsed AND c.until_time > ? LIMIT 1) IS NOT NULL
          AND (SELECT 1 FROM patron_cover v FORCE INDEX (patron_cover_on)
            WHERE v.organisation = e.organisation AND v.cohort = e.cohort
              AND v.on_for = e.patron LIMIT 1) IS NULL))
  ORDER BY e.ask_number LIMIT ?)sql";

absl::StatusOr<std::vector<ToReassign>> ListToReassign(db::Connection& connection,
                                                       const id::Uuid& organisation,
                                                       const id::Uuid& cohort, absl::Time now,
                                                       int64_t after, int limit) {
  ASSIGN_OR_RETURN(db::Rows rows,
                   connection.Query(kListToReassignSql, {organisation, cohort, after, now, limit}));
  std::vector<ToReassign> found;
  for (const db::Row& row : rows) {
    found.push_back({row.Uuid(0), row.Uuid(1), row.Uuid(2), row.Int(3), row.String(4),
                     row.OptionalUuid(5), row.String(6), static_cast<StaffState>(row.Int(7))});
  }
  return found;
}

}  // namespace dap::enrolment::store
