#include "services/goals/store/goal_store.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/goals/store/newest_first.h"

namespace dap::goals {

#define GOAL_COLUMNS                                                                 \
  "goal, goal_template, goal_template_version, title, setting, state, create_time, " \
  "due_date, end_time, block_time, reflection, version"

const char kListGoals[] = "SELECT " GOAL_COLUMNS
                          " FROM goal WHERE organisation = ? AND enrolment = ? AND goal < ? "
                          "ORDER BY goal DESC LIMIT ?";

const char kListGoalsOfState[] =
    "SELECT " GOAL_COLUMNS
    " FROM goal WHERE organisation = ? AND enrolment = ? AND state = ? AND goal < ? "
    "ORDER BY goal DESC LIMIT ?";

// Of a run of goals, so that a page takes one query.
const char kListSteps[] =
    "SELECT goal, what, minutes, done_time FROM goal_step "
    "WHERE organisation = ? AND enrolment = ? AND goal BETWEEN ? AND ? ORDER BY goal, step";

const char kCountOpenGoals[] =
    "SELECT COUNT(*) FROM goal WHERE organisation = ? AND enrolment = ? AND state = 1";

const char kListBegunTemplates[] =
    "SELECT DISTINCT goal_template FROM goal "
    "WHERE organisation = ? AND enrolment = ? AND goal_template <> ''";

namespace {

static_assert(static_cast<int>(GoalState::kOpen) == 1, "kCountOpenGoals says so");

constexpr char kLoad[] =
    "SELECT " GOAL_COLUMNS " FROM goal WHERE organisation = ? AND enrolment = ? AND goal = ?";

constexpr char kLoadToChange[] =
    "SELECT " GOAL_COLUMNS
    " FROM goal WHERE organisation = ? AND enrolment = ? AND goal = ? FOR UPDATE";

constexpr char kInsert[] = "INSERT INTO goal (organisation, enrolment, " GOAL_COLUMNS
                           ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

constexpr char kInsertSteps[] =
    "INSERT INTO goal_step (organisation, enrolment, goal, step, what, minutes, done_time) VALUES";

constexpr char kSave[] =
    "UPDATE goal SET state = ?, due_date = ?, end_time = ?, block_time = ?, reflection = ?, "
    "version = ? WHERE organisation = ? AND enrolment = ? AND goal = ?";

constexpr char kSaveStep[] =
    "UPDATE goal_step SET done_time = ? "
    "WHERE organisation = ? AND enrolment = ? AND goal = ? AND step = ?";

absl::optional<absl::Time> OptionalTime(const db::Row& row, int column) {
  if (row.IsNull(column)) return absl::nullopt;
  return row.Time(column);
}

Goal FromRow(const db::Row& row, const EnrolmentKey& of) {
  Goal goal;
  goal.id = row.Uuid(0);
  goal.of = of;
  goal.goal_template = row.String(1);
  goal.goal_template_version = static_cast<int>(row.Int(2));
  goal.title = row.String(3);
  goal.setting = static_cast<GoalSetting>(row.Int(4));
  goal.state = static_cast<GoalState>(row.Int(5));
  goal.create_time = row.Time(6);
  goal.due_date = row.Day(7);
  goal.end_time = OptionalTime(row, 8);
  goal.block_time = OptionalTime(row, 9);
  goal.reflection = row.String(10);
  goal.version = row.Int(11);
  return goal;
}

// `goals` are newest first.
absl::Status FillInSteps(db::Connection& tx, const EnrolmentKey& of, std::vector<Goal>& goals) {
  if (goals.empty()) return absl::OkStatus();
  absl::flat_hash_map<id::Uuid, Goal*> by_id;
  for (Goal& goal : goals) by_id[goal.id] = &goal;
  ASSIGN_OR_RETURN(const db::Rows rows, tx.Query(kListSteps, {of.organisation, of.enrolment,
                                                              goals.back().id, goals.front().id}));
  for (const db::Row& row : rows) {
    const auto found = by_id.find(row.Uuid(0));
    if (found == by_id.end()) continue;  // of another state
    found->second->steps.push_back(
        {row.String(1), static_cast<int>(row.Int(2)), OptionalTime(row, 3)});
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Goal>> Load(db::Connection& tx, absl::string_view sql,
                                         const EnrolmentKey& of, const id::Uuid& goal) {
  ASSIGN_OR_RETURN(const std::optional<db::Row> row,
                   tx.QueryOne(sql, {of.organisation, of.enrolment, goal}));
  if (!row) return std::optional<Goal>();
  std::vector<Goal> one{FromRow(*row, of)};
  RETURN_IF_ERROR(FillInSteps(tx, of, one));
  return std::optional<Goal>(std::move(one.front()));
}

absl::Status RequireOneRow(const absl::StatusOr<int64_t>& rows) {
  RETURN_IF_ERROR(rows.status());
  if (*rows != 1) return status::Internal("a goal to save is not there");
  return absl::OkStatus();
}

}  // namespace

absl::Status InsertGoal(db::Connection& tx, const Goal& goal) {
  const EnrolmentKey& of = goal.of;
  RETURN_IF_ERROR(tx.Execute(kInsert, {of.organisation, of.enrolment, goal.id, goal.goal_template,
                                       goal.goal_template_version, goal.title, goal.setting,
                                       goal.state, goal.create_time, goal.due_date, goal.end_time,
                                       goal.block_time, goal.reflection, goal.version})
                      .status());
  std::vector<db::Values> rows;
  rows.reserve(goal.steps.size());
  for (const GoalStep& step : goal.steps) {
    rows.push_back({of.organisation, of.enrolment, goal.id, rows.size() + 1, step.text,
                    step.minutes, step.done_time});
  }
  return tx.InsertRows(kInsertSteps, rows).status();
}

absl::StatusOr<std::optional<Goal>> LoadGoal(db::Connection& tx, const EnrolmentKey& of,
                                             const id::Uuid& goal) {
  return Load(tx, kLoad, of, goal);
}

absl::StatusOr<std::optional<Goal>> LoadGoalToChange(db::Connection& tx, const EnrolmentKey& of,
                                                     const id::Uuid& goal) {
  return Load(tx, kLoadToChange, of, goal);
}

absl::Status SaveGoal(db::Connection& tx, const Goal& goal) {
  return RequireOneRow(
      tx.Execute(kSave, {goal.state, goal.due_date, goal.end_time, goal.block_time, goal.reflection,
                         goal.version, goal.of.organisation, goal.of.enrolment, goal.id}));
}

absl::Status SaveStep(db::Connection& tx, const Goal& goal, int step) {
  return RequireOneRow(tx.Execute(kSaveStep, {goal.steps[step - 1].done_time, goal.of.organisation,
                                              goal.of.enrolment, goal.id, step}));
}

absl::StatusOr<std::vector<Goal>> ListGoals(db::Connection& tx, const EnrolmentKey& of,
                                            GoalState state, std::optional<id::Uuid> before,
                                            int limit) {
  const id::Uuid start = before.value_or(NewestFirst());
  const bool all = state == GoalState::kUnspecified;
  ASSIGN_OR_RETURN(
      const db::Rows rows,
      all ? tx.Query(kListGoals, {of.organisation, of.enrolment, start, limit})
          : tx.Query(kListGoalsOfState, {of.organisation, of.enrolment, state, start, limit}));
  std::vector<Goal> goals;
  goals.reserve(rows.size());
  for (const db::Row& row : rows) goals.push_back(FromRow(row, of));
  RETURN_IF_ERROR(FillInSteps(tx, of, goals));
  return goals;
}

absl::StatusOr<int> CountOpenGoals(db::Connection& tx, const EnrolmentKey& of) {
  ASSIGN_OR_RETURN(const db::Rows rows, tx.Query(kCountOpenGoals, {of.organisation, of.enrolment}));
  return static_cast<int>(rows.front().Int(0));
}

absl::StatusOr<std::vector<std::string>> ListBegunTemplates(db::Connection& tx,
                                                            const EnrolmentKey& of) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   tx.Query(kListBegunTemplates, {of.organisation, of.enrolment}));
  std::vector<std::string> keys;
  keys.reserve(rows.size());
  for (const db::Row& row : rows) keys.push_back(row.String(0));
  return keys;
}

}  // namespace dap::goals
