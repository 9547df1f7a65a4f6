#include "services/activity/store/cohort_sessions.h"

#include <algorithm>
#include <tuple>

#include "libs/status/macros.h"
#include "services/activity/store/in_list.h"

namespace dap::activity {
namespace {

constexpr absl::string_view kSave =
    "INSERT INTO cohort_session (organisation, session, cohort, kind, state, title, start_time,"
    " end_time, place) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON DUPLICATE KEY UPDATE kind = VALUES(kind), state = VALUES(state), title = VALUES(title),"
    " start_time = VALUES(start_time), end_time = VALUES(end_time), place = VALUES(place)";

}  // namespace

// State 1 is planned.
const absl::string_view kListComingSessionsSql =
    "SELECT session, cohort, kind, state, title, start_time, end_time, place FROM cohort_session"
    " WHERE organisation = ? AND cohort = ? AND state = 1 AND end_time > ?"
    " ORDER BY end_time LIMIT ?";

absl::Status SaveCohortSession(db::Connection& tx, const CohortSession& session) {
  return tx
      .Execute(kSave,
               {session.organisation, session.session, session.cohort, session.kind, session.state,
                session.title, session.start_time, session.end_time, session.place})
      .status();
}

absl::StatusOr<std::vector<CohortSession>> ListComingSessions(db::Connection& db,
                                                              const id::Uuid& organisation,
                                                              absl::Span<const id::Uuid> cohorts,
                                                              absl::Time now, int limit) {
  std::vector<CohortSession> sessions;
  for (size_t begin = 0; begin < cohorts.size(); begin += kUnionIds) {
    db::Values values;
    const std::string sql = UnionOf(kListComingSessionsSql, cohorts.subspan(begin, kUnionIds),
                                    values, [&](const id::Uuid& cohort, db::Values& of) {
                                      of.insert(of.end(), {organisation, cohort, now, limit});
                                    });
    ASSIGN_OR_RETURN(const db::Rows rows, db.Query(sql, values));
    for (const db::Row& row : rows) {
      sessions.push_back({organisation, row.Uuid(0), row.Uuid(1), static_cast<int>(row.Int(2)),
                          static_cast<int>(row.Int(3)), row.String(4), row.Time(5), row.Time(6),
                          row.String(7)});
    }
  }
  std::sort(
      sessions.begin(), sessions.end(), [](const CohortSession& one, const CohortSession& other) {
        return std::tie(one.start_time, one.session) < std::tie(other.start_time, other.session);
      });
  return sessions;
}

}  // namespace dap::activity
