#include "services/activity/store/shared_activities.h"

#include "libs/status/macros.h"

namespace dap::activity {
namespace {

constexpr absl::string_view kSave =
    "INSERT INTO cohort_activity (organisation, cohort, share, enrolment, activity_time, activity,"
    " activity_day) VALUES";
constexpr absl::string_view kWhereItStands =
    " ON DUPLICATE KEY UPDATE activity_time = VALUES(activity_time),"
    " activity_day = VALUES(activity_day)";
constexpr absl::string_view kFindPlace =
    "SELECT activity_day FROM cohort_activity"
    " WHERE organisation = ? AND cohort = ? AND share = ?";

// No activity is of a later day.
constexpr absl::CivilDay kLastDay(9999, 12, 31);
const id::Uuid kLastId = id::Uuid::FromBytes(std::string(id::Uuid::kBytes, '\xff'));

}  // namespace

// The activity says whether it is shared (visibility 3, COHORT); states 4 to 7 are those of who
// belongs to the cohort, as MemberAmong says. In this order of tables, so that the rows come as the
// index has them, and no more of them than a page takes.
const absl::string_view kListSharedActivitiesSql =
    "SELECT STRAIGHT_JOIN s.share, s.activity_day, s.enrolment, r.participant_display_name, a.kind,"
    " a.setting, a.link, a.note FROM cohort_activity s"
    " JOIN roster_entry r ON r.organisation = s.organisation AND r.enrolment = s.enrolment"
    " JOIN activity a ON a.organisation = s.organisation AND a.enrolment = s.enrolment"
    " AND a.activity_time = s.activity_time AND a.activity = s.activity"
    " WHERE s.organisation = ? AND s.cohort = ? AND s.activity_day <= ?"
    " AND (s.activity_day < ? OR s.share < ?) AND a.visibility = 3 AND r.state BETWEEN 4 AND 7"
    " ORDER BY s.activity_day DESC, s.share DESC LIMIT ?";

absl::Status SaveCohortActivities(db::Connection& tx, absl::Span<const CohortActivityRow> rows) {
  std::vector<db::Values> values;
  values.reserve(rows.size());
  for (const CohortActivityRow& row : rows) {
    values.push_back({row.organisation, row.cohort, row.share, row.enrolment, row.activity_time,
                      row.activity, row.activity_day});
  }
  return tx.InsertRows(kSave, values, kWhereItStands).status();
}

absl::StatusOr<std::optional<SharedPlace>> FindSharedPlace(db::Connection& db,
                                                           const id::Uuid& organisation,
                                                           const id::Uuid& cohort,
                                                           const id::Uuid& share) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row,
                   db.QueryOne(kFindPlace, {organisation, cohort, share}));
  if (!row) return std::nullopt;
  return SharedPlace{row->Day(0), share};
}

absl::StatusOr<std::vector<SharedActivity>> ListSharedActivities(
    db::Connection& db, const id::Uuid& organisation, const id::Uuid& cohort,
    const std::optional<SharedPlace>& after, int limit) {
  const SharedPlace place = after.value_or(SharedPlace{kLastDay, kLastId});
  ASSIGN_OR_RETURN(db::Rows rows,
                   db.Query(kListSharedActivitiesSql,
                            {organisation, cohort, place.day, place.day, place.share, limit}));
  std::vector<SharedActivity> shared;
  shared.reserve(rows.size());
  for (const db::Row& row : rows) {
    shared.push_back({row.Uuid(0), row.Day(1), row.Uuid(2), row.String(3),
                      static_cast<Kind>(row.Int(4)), static_cast<Setting>(row.Int(5)),
                      row.String(6), row.String(7)});
  }
  return shared;
}

}  // namespace dap::activity
