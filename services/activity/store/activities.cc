#include "services/activity/store/activities.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/activity/store/in_list.h"

namespace dap::activity {
namespace {

constexpr absl::string_view kInsertActivities =
    "INSERT INTO activity (organisation, enrolment, activity_time, activity, kind, setting,"
    " minutes, visibility, goal, link, note, create_time) VALUES";
constexpr absl::string_view kHasActivity =
    "SELECT 1 FROM activity WHERE organisation = ? AND enrolment = ? AND activity = ? LIMIT 1";
constexpr absl::string_view kFindActivity =
    "SELECT activity_time, activity, kind, setting, minutes, visibility, goal, link, note,"
    " create_time FROM activity WHERE organisation = ? AND enrolment = ? AND activity = ?";
constexpr absl::string_view kReplaceActivity =
    "UPDATE activity SET activity_time = ?, kind = ?, setting = ?, minutes = ?, visibility = ?,"
    " goal = ?, link = ?, note = ?"
    " WHERE organisation = ? AND enrolment = ? AND activity_time = ? AND activity = ?";
constexpr absl::string_view kDeleteActivity =
    "DELETE FROM activity"
    " WHERE organisation = ? AND enrolment = ? AND activity_time = ? AND activity = ?";
constexpr absl::string_view kLastToldActivity =
    "SELECT MAX(create_time) FROM activity WHERE organisation = ? AND enrolment = ?";
constexpr absl::string_view kLastToldContribution =
    "SELECT MAX(contribution_time) FROM contribution WHERE organisation = ? AND enrolment = ?";
constexpr absl::string_view kInsertContribution =
    "INSERT IGNORE INTO contribution (organisation, enrolment, contribution_time, source, part,"
    " kind) VALUES (?, ?, ?, ?, ?, ?)";
// No activity is later.
const absl::Time kLatest = absl::FromUnixSeconds(253'000'000'000);
const id::Uuid kLastId = id::Uuid::FromBytes(std::string(id::Uuid::kBytes, '\xff'));

db::Value OrNull(const id::Uuid& id) { return id.is_nil() ? db::Value(db::Null()) : db::Value(id); }

// A row of kListActivitiesSql or kFindActivity.
ActivityRow Read(const db::Row& row, const id::Uuid& organisation, const id::Uuid& enrolment) {
  return {organisation,
          enrolment,
          row.Time(0),
          row.Uuid(1),
          static_cast<Kind>(row.Int(2)),
          static_cast<Setting>(row.Int(3)),
          static_cast<int>(row.Int(4)),
          static_cast<int>(row.Int(5)),
          row.OptionalUuid(6).value_or(id::Uuid()),
          row.String(7),
          row.String(8),
          row.Time(9)};
}

// Exactly one row must have been there.
absl::Status One(const absl::StatusOr<int64_t>& rows) {
  RETURN_IF_ERROR(rows.status());
  if (*rows == 1) return absl::OkStatus();
  return absl::InternalError("an activity was not where its enrolment's lock keeps it");
}

}  // namespace

const absl::string_view kListActivitiesSql =
    "SELECT activity_time, activity, kind, setting, minutes, visibility, goal, link, note,"
    " create_time FROM activity WHERE organisation = ? AND enrolment = ? AND activity_time <= ?"
    " AND (activity_time < ? OR activity < ?)"
    " ORDER BY activity_time DESC, activity DESC LIMIT ?";
const absl::string_view kListActivityFactsSql =
    "SELECT enrolment, activity_time, setting, minutes, create_time FROM activity"
    " WHERE organisation = ? AND enrolment IN ";
const absl::string_view kActivitiesWithinSql = " AND activity_time >= ? AND activity_time < ?";
const absl::string_view kListContributionsSql =
    "SELECT enrolment, contribution_time FROM contribution"
    " WHERE organisation = ? AND enrolment IN ";
const absl::string_view kContributionsWithinSql =
    " AND contribution_time >= ? AND contribution_time < ?";
const absl::string_view kLastToldActivitiesSql =
    "SELECT enrolment, MAX(create_time) FROM activity WHERE organisation = ? AND create_time < ?"
    " AND enrolment IN ";
const absl::string_view kLastToldContributionsSql =
    "SELECT enrolment, MAX(contribution_time) FROM contribution"
    " WHERE organisation = ? AND contribution_time < ? AND enrolment IN ";
const absl::string_view kByEnrolmentSql = " GROUP BY enrolment";

absl::Status InsertActivities(db::Connection& tx, absl::Span<const ActivityRow> rows) {
  std::vector<db::Values> values;
  values.reserve(rows.size());
  for (const ActivityRow& row : rows) {
    values.push_back({row.organisation, row.enrolment, row.activity_time, row.activity, row.kind,
                      row.setting, row.minutes, row.visibility, OrNull(row.goal), row.link,
                      row.note, row.create_time});
  }
  return tx.InsertRows(kInsertActivities, values).status();
}

absl::StatusOr<bool> HasActivity(db::Connection& db, const id::Uuid& organisation,
                                 const id::Uuid& enrolment, const id::Uuid& activity) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row,
                   db.QueryOne(kHasActivity, {organisation, enrolment, activity}));
  return row.has_value();
}

absl::StatusOr<std::optional<ActivityRow>> FindActivity(db::Connection& db,
                                                        const id::Uuid& organisation,
                                                        const id::Uuid& enrolment,
                                                        const id::Uuid& activity) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row,
                   db.QueryOne(kFindActivity, {organisation, enrolment, activity}));
  if (!row) return std::nullopt;
  return Read(*row, organisation, enrolment);
}

absl::Status ReplaceActivity(db::Connection& tx, const ActivityRow& before,
                             const ActivityRow& after) {
  return One(
      tx.Execute(kReplaceActivity,
                 {after.activity_time, after.kind, after.setting, after.minutes, after.visibility,
                  OrNull(after.goal), after.link, after.note, before.organisation, before.enrolment,
                  before.activity_time, before.activity}));
}

absl::Status DeleteActivity(db::Connection& tx, const ActivityRow& row) {
  return One(tx.Execute(kDeleteActivity,
                        {row.organisation, row.enrolment, row.activity_time, row.activity}));
}

absl::StatusOr<std::vector<ActivityRow>> ListActivities(db::Connection& db,
                                                        const id::Uuid& organisation,
                                                        const id::Uuid& enrolment,
                                                        const std::optional<ActivityPlace>& after,
                                                        int limit) {
  const ActivityPlace place = after.value_or(ActivityPlace{kLatest, kLastId});
  ASSIGN_OR_RETURN(db::Rows rows,
                   db.Query(kListActivitiesSql, {organisation, enrolment, place.activity_time,
                                                 place.activity_time, place.activity, limit}));
  std::vector<ActivityRow> activities;
  for (const db::Row& row : rows) activities.push_back(Read(row, organisation, enrolment));
  return activities;
}

absl::Status InsertContribution(db::Connection& tx, const ContributionRow& row) {
  return tx
      .Execute(kInsertContribution,
               {row.organisation, row.enrolment, row.time, row.source, row.part, row.kind})
      .status();
}

absl::StatusOr<absl::flat_hash_map<id::Uuid, std::vector<ToldContribution>>> ListContributions(
    db::Connection& db, const id::Uuid& organisation, absl::Span<const id::Uuid> enrolments,
    absl::Time from, absl::Time to) {
  absl::flat_hash_map<id::Uuid, std::vector<ToldContribution>> told;
  if (enrolments.empty()) return told;
  db::Values values = {organisation};
  const std::string list = InList(enrolments, values);
  values.push_back(from);
  values.push_back(to);
  ASSIGN_OR_RETURN(
      db::Rows activities,
      db.Query(absl::StrCat(kListActivityFactsSql, list, kActivitiesWithinSql), values));
  for (const db::Row& row : activities) {
    const Contribution contribution = {row.Time(1), static_cast<Setting>(row.Int(2)),
                                       static_cast<int>(row.Int(3))};
    told[row.Uuid(0)].push_back({contribution, row.Time(4)});
  }
  ASSIGN_OR_RETURN(
      db::Rows others,
      db.Query(absl::StrCat(kListContributionsSql, list, kContributionsWithinSql), values));
  for (const db::Row& row : others) told[row.Uuid(0)].push_back({{row.Time(1)}, row.Time(1)});
  return told;
}

absl::StatusOr<absl::flat_hash_map<id::Uuid, absl::Time>> ListLastTold(
    db::Connection& db, const id::Uuid& organisation, absl::Span<const id::Uuid> enrolments,
    absl::Time before) {
  absl::flat_hash_map<id::Uuid, absl::Time> last;
  if (enrolments.empty()) return last;
  db::Values values = {organisation, before};
  const std::string list = InList(enrolments, values);
  for (absl::string_view sql : {kLastToldActivitiesSql, kLastToldContributionsSql}) {
    ASSIGN_OR_RETURN(db::Rows rows, db.Query(absl::StrCat(sql, list, kByEnrolmentSql), values));
    for (const db::Row& row : rows) {
      absl::Time& told = last.try_emplace(row.Uuid(0), row.Time(1)).first->second;
      told = std::max(told, row.Time(1));
    }
  }
  return last;
}

absl::StatusOr<std::optional<absl::Time>> LastTold(db::Connection& db, const id::Uuid& organisation,
                                                   const id::Uuid& enrolment) {
  std::optional<absl::Time> last;
  for (absl::string_view sql : {kLastToldActivity, kLastToldContribution}) {
    ASSIGN_OR_RETURN(std::optional<db::Row> row, db.QueryOne(sql, {organisation, enrolment}));
    const std::optional<absl::Time> told = row ? row->OptionalTime(0) : std::nullopt;
    if (told && (!last || *told > *last)) last = told;
  }
  return last;
}

}  // namespace dap::activity
