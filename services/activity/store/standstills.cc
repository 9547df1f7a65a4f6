#include "services/activity/store/standstills.h"

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/activity/store/in_list.h"

namespace dap::activity {
namespace {

constexpr absl::string_view kBegin =
    "INSERT INTO standstill (organisation, enrolment, cause, start_time, end_time)"
    " VALUES (?, ?, ?, ?, NULL) ON DUPLICATE KEY UPDATE end_time = NULL";
constexpr absl::string_view kEnd =
    "UPDATE standstill SET end_time = GREATEST(start_time, ?)"
    " WHERE organisation = ? AND enrolment = ? AND cause = ? AND end_time IS NULL";
constexpr absl::string_view kList =
    "SELECT enrolment, start_time, end_time, cause FROM standstill"
    " WHERE organisation = ? AND enrolment IN ";
// `version` is assigned last: the assignments before it still see the one held.
constexpr absl::string_view kSaveGoal =
    "INSERT INTO goal_state (organisation, enrolment, goal, state, version) VALUES (?, ?, ?, ?, ?)"
    " ON DUPLICATE KEY UPDATE state = IF(VALUES(version) > version, VALUES(state), state),"
    " version = GREATEST(version, VALUES(version))";
constexpr absl::string_view kFindGoal =
    "SELECT state FROM goal_state WHERE organisation = ? AND enrolment = ? AND goal = ?";
constexpr absl::string_view kListOpenGoals =
    "SELECT goal FROM goal_state WHERE organisation = ? AND enrolment = ? AND state = ?"
    " ORDER BY goal";
constexpr absl::string_view kCountGoals =
    "SELECT COALESCE(SUM(state = ?), 0), COALESCE(SUM(state = ?), 0) FROM goal_state"
    " WHERE organisation = ? AND enrolment = ?";

}  // namespace

absl::Status BeginStandstill(db::Connection& tx, const id::Uuid& organisation,
                             const id::Uuid& enrolment, StandstillCause cause, absl::Time start) {
  return tx.Execute(kBegin, {organisation, enrolment, cause, start}).status();
}

absl::Status EndStandstill(db::Connection& tx, const id::Uuid& organisation,
                           const id::Uuid& enrolment, StandstillCause cause, absl::Time end) {
  return tx.Execute(kEnd, {end, organisation, enrolment, cause}).status();
}

absl::StatusOr<absl::flat_hash_map<id::Uuid, std::vector<Standstill>>> ListStandstills(
    db::Connection& db, const id::Uuid& organisation, absl::Span<const id::Uuid> enrolments) {
  absl::flat_hash_map<id::Uuid, std::vector<Standstill>> found;
  if (enrolments.empty()) return found;
  db::Values values = {organisation};
  const std::string list = InList(enrolments, values);
  ASSIGN_OR_RETURN(db::Rows rows, db.Query(absl::StrCat(kList, list), values));
  for (const db::Row& row : rows) {
    found[row.Uuid(0)].push_back(
        {row.Time(1), row.OptionalTime(2).value_or(absl::InfiniteFuture()),
         static_cast<StandstillCause>(row.Int(3)) == StandstillCause::kPause});
  }
  return found;
}

absl::Status SaveGoalState(db::Connection& tx, const id::Uuid& organisation,
                           const id::Uuid& enrolment, const id::Uuid& goal, int state,
                           int64_t version) {
  return tx.Execute(kSaveGoal, {organisation, enrolment, goal, state, version}).status();
}

absl::StatusOr<std::optional<int>> FindGoalState(db::Connection& db, const id::Uuid& organisation,
                                                 const id::Uuid& enrolment, const id::Uuid& goal) {
  ASSIGN_OR_RETURN(const std::optional<db::Row> row,
                   db.QueryOne(kFindGoal, {organisation, enrolment, goal}));
  if (!row) return std::nullopt;
  return static_cast<int>(row->Int(0));
}

absl::StatusOr<std::vector<id::Uuid>> ListOpenGoals(db::Connection& db,
                                                    const id::Uuid& organisation,
                                                    const id::Uuid& enrolment) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   db.Query(kListOpenGoals, {organisation, enrolment, kGoalOpen}));
  std::vector<id::Uuid> goals;
  for (const db::Row& row : rows) goals.push_back(row.Uuid(0));
  return goals;
}

absl::StatusOr<bool> EveryOpenGoalBlocked(db::Connection& tx, const id::Uuid& organisation,
                                          const id::Uuid& enrolment) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row,
                   tx.QueryOne(kCountGoals, {kGoalOpen, kGoalBlocked, organisation, enrolment}));
  return row->Int(0) == 0 && row->Int(1) > 0;
}

}  // namespace dap::activity
