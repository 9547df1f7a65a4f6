#include "services/enrolment/store/reports.h"

#include <algorithm>

#include "libs/status/macros.h"

namespace dap::enrolment::store {

// Sessions run in UTC, so UNIX_TIMESTAMP is exact. Each part is one pass over the same index range.
#define DAP_STEP(step, time, which, where)      \
  "SELECT " step ", FLOOR(UNIX_TIMESTAMP(" time \
  ") / 900) AS quarter, COUNT(*) "              \
  "FROM enrolment WHERE organisation = ? " which "AND " time " >= ? " where "GROUP BY quarter"
#define DAP_STEPS(which)                                                                       \
  DAP_STEP("0", "create_time", which, "AND origin = 1 ")                                       \
  " UNION ALL " DAP_STEP("1", "create_time", which, "AND origin = 2 ") " UNION ALL " DAP_STEP( \
      "2", "baseline_invite_time", which,                                                      \
      "") " UNION ALL " DAP_STEP("3", "waitlist_time", which,                                  \
                                 "") " UNION ALL " DAP_STEP("4", "end_time", which,            \
                                                            "AND state = 8 ")
const char kCountRecruitmentSql[] = DAP_STEPS("");
const char kCountRecruitmentOfCohortSql[] = DAP_STEPS("AND cohort = ? ");
#undef DAP_STEPS
#undef DAP_STEP

// Who had accepted before the kick-off's end and not left before its start, and whoever was there;
// as it was so many days after its end, and only when that is over: later changes are not told.
#define DAP_KICK_OFFS(which)                                                                      \
  "SELECT k.kick_off_of, MAX(c.title), MAX(k.start_time), COUNT(a.enrolment), "                   \
  "COALESCE(SUM(a.enrolment IS NULL AND e.start_attend_time < k.end_time + INTERVAL ? DAY), 0), " \
  "COUNT(*) "                                                                                     \
  "FROM session k "                                                                               \
  "JOIN cohort c ON c.organisation = k.organisation AND c.cohort = k.kick_off_of "                \
  "JOIN enrolment e ON e.organisation = k.organisation AND e.cohort = k.kick_off_of "             \
  "LEFT JOIN attendance a ON a.organisation = k.organisation "                                    \
  "AND a.session = k.session AND a.enrolment = e.enrolment "                                      \
  "AND a.record_time < k.end_time + INTERVAL ? DAY "                                              \
  "WHERE k.organisation = ? AND " which                                                           \
  " AND k.end_time < ? - INTERVAL ? DAY "                                                         \
  "AND (a.enrolment IS NOT NULL OR (e.baseline_invite_time < k.end_time "                         \
  "AND (e.end_time IS NULL OR e.end_time >= k.start_time))) "                                     \
  "GROUP BY k.kick_off_of ORDER BY k.kick_off_of DESC LIMIT ?"
const char kCountKickOffsSql[] = DAP_KICK_OFFS("k.kick_off_of IS NOT NULL");
const char kCountKickOffOfCohortSql[] = DAP_KICK_OFFS("k.kick_off_of = ?");
#undef DAP_KICK_OFFS

namespace {

constexpr absl::Duration kQuarter = absl::Minutes(15);
constexpr int kStepsOfUnion = 5;

constexpr char kLoadRules[] = R"sql(
  SELECT report_smallest_count, report_smallest_group FROM organisation_settings
  WHERE organisation = ?)sql";

}  // namespace

absl::StatusOr<privacy::Rules> LoadReportRules(db::Connection& connection,
                                               const id::Uuid& organisation) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row, connection.QueryOne(kLoadRules, {organisation}));
  privacy::Rules rules;
  if (!row.has_value()) return rules;
  rules.smallest_count = row->Int(0);
  rules.smallest_group = row->Int(1);
  return rules;
}

absl::StatusOr<std::vector<RecruitmentCount>> CountRecruitment(
    db::Connection& connection, const id::Uuid& organisation, const std::optional<id::Uuid>& cohort,
    absl::Time from) {
  db::Values values;
  for (int step = 0; step < kStepsOfUnion; ++step) {
    values.push_back(organisation);
    if (cohort.has_value()) values.push_back(*cohort);
    values.push_back(from);
  }
  ASSIGN_OR_RETURN(db::Rows rows, connection.Query(cohort.has_value() ? kCountRecruitmentOfCohortSql
                                                                      : kCountRecruitmentSql,
                                                   values));
  std::vector<RecruitmentCount> counts;
  for (const db::Row& row : rows) {
    counts.push_back({static_cast<RecruitmentStep>(row.Int(0)),
                      absl::UnixEpoch() + kQuarter * row.Int(1), row.Int(2)});
  }
  return counts;
}

absl::StatusOr<std::vector<KickOffCount>> CountKickOffs(db::Connection& connection,
                                                        const id::Uuid& organisation,
                                                        const std::optional<id::Uuid>& cohort,
                                                        absl::Time before, int days, int limit) {
  db::Values values = {days, days, organisation};
  if (cohort.has_value()) values.push_back(*cohort);
  values.insert(values.end(), {before, days, limit});
  ASSIGN_OR_RETURN(
      db::Rows rows,
      connection.Query(cohort.has_value() ? kCountKickOffOfCohortSql : kCountKickOffsSql, values));
  std::vector<KickOffCount> counts;
  for (const db::Row& row : rows) {
    KickOffCount& count = counts.emplace_back();
    count.cohort = row.Uuid(0);
    count.title = row.String(1);
    count.start_time = row.Time(2);
    count.attended = row.Int(3);
    count.caught_up = row.Int(4);
    count.absent = row.Int(5) - count.attended - count.caught_up;
  }
  return counts;
}

}  // namespace dap::enrolment::store
