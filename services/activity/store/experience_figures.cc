#include "services/activity/store/experience_figures.h"

#include "libs/status/macros.h"

namespace dap::activity {

// Another index holds all that the joins need of an experience, but of the whole organisation.
const absl::string_view kListSharedSql =
    "SELECT IF(e.moment = 0, 1, 2), e.create_time FROM experience e"
    " WHERE e.organisation = ? AND e.cohort = ? AND e.state <> 2"
    " AND e.create_time >= ? AND e.create_time < ?"
    " UNION ALL SELECT 3, c.create_time FROM experience e FORCE INDEX (PRIMARY)"
    " JOIN cheer c ON c.organisation = e.organisation AND c.experience = e.experience"
    " WHERE e.organisation = ? AND e.cohort = ? AND c.create_time >= ? AND c.create_time < ?"
    " UNION ALL SELECT 4, m.create_time FROM experience e FORCE INDEX (PRIMARY)"
    " JOIN experience_comment m ON m.organisation = e.organisation"
    " AND m.experience = e.experience"
    " WHERE e.organisation = ? AND e.cohort = ? AND m.create_time >= ? AND m.create_time < ?";

absl::StatusOr<std::vector<SharedAt>> ListShared(db::Connection& db, const id::Uuid& organisation,
                                                 const id::Uuid& cohort, absl::Time from,
                                                 absl::Time until) {
  ASSIGN_OR_RETURN(db::Rows rows, db.Query(kListSharedSql,
                                           {organisation, cohort, from, until, organisation, cohort,
                                            from, until, organisation, cohort, from, until}));
  std::vector<SharedAt> shared;
  shared.reserve(rows.size());
  for (const db::Row& row : rows) {
    shared.push_back({static_cast<Shared>(row.Int(0)), row.Time(1)});
  }
  return shared;
}

}  // namespace dap::activity
