#include "services/enrolment/store/cohorts.h"

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"

namespace dap::enrolment::store {

#define DAP_COHORT_COLUMNS                                                      \
  "SELECT organisation, cohort, title, state, start_date, end_date, capacity, " \
  "blend_workshop, blend_conversation, blend_one_to_one, blend_online, "        \
  "minutes_per_week, sessions_per_week, balance_target, balance_tolerance, "    \
  "places_taken, next_ask, override_reason, override_by, override_time, "       \
  "create_time, version FROM cohort "

constexpr char kFind[] = DAP_COHORT_COLUMNS "WHERE organisation = ? AND cohort = ?";
constexpr char kLock[] = DAP_COHORT_COLUMNS "WHERE organisation = ? AND cohort = ? FOR UPDATE";

// Ids are UUIDs of version 7, so their order is the order of making.
const char kListCohortsFirstSql[] =
    DAP_COHORT_COLUMNS "WHERE organisation = ? ORDER BY cohort DESC LIMIT ?";
const char kListCohortsAfterSql[] =
    DAP_COHORT_COLUMNS "WHERE organisation = ? AND cohort < ? ORDER BY cohort DESC LIMIT ?";
const char kListCohortsOfStateFirstSql[] =
    DAP_COHORT_COLUMNS "WHERE organisation = ? AND state = ? ORDER BY cohort DESC LIMIT ?";
const char kListCohortsOfStateAfterSql[] = DAP_COHORT_COLUMNS
    "WHERE organisation = ? AND state = ? AND cohort < ? ORDER BY cohort DESC LIMIT ?";
#undef DAP_COHORT_COLUMNS

// A page's cohorts lie between its last and its first.
const char kCoachesBetweenSql[] = R"sql(
  SELECT cohort, staff_member FROM cohort_coach
  WHERE organisation = ? AND cohort BETWEEN ? AND ? ORDER BY cohort, place)sql";

namespace {

constexpr char kInsert[] = R"sql(
  INSERT INTO cohort
    (organisation, cohort, title, state, start_date, end_date, capacity,
     blend_workshop, blend_conversation, blend_one_to_one, blend_online,
     minutes_per_week, sessions_per_week, balance_target, balance_tolerance,
     places_taken, next_ask, create_time, version)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))sql";

constexpr char kInsertCoaches[] =
    "INSERT INTO cohort_coach (organisation, cohort, staff_member, place) VALUES";

constexpr char kCoaches[] = R"sql(
  SELECT staff_member FROM cohort_coach WHERE organisation = ? AND cohort = ? ORDER BY place)sql";

constexpr char kSave[] = R"sql(
  UPDATE cohort SET state = ?, override_reason = ?, override_by = ?, override_time = ?,
    places_taken = ?, next_ask = ?, version = ?
  WHERE organisation = ? AND cohort = ?)sql";

constexpr char kSavePlaces[] = R"sql(
  UPDATE cohort SET places_taken = ?, next_ask = ? WHERE organisation = ? AND cohort = ?)sql";

Cohort FromRow(const db::Row& row) {
  const auto number = [&row](int column) { return static_cast<int>(row.Int(column)); };
  Cohort cohort;
  cohort.organisation = row.Uuid(0);
  cohort.id = row.Uuid(1);
  cohort.title = row.String(2);
  cohort.state = static_cast<CohortState>(row.Int(3));
  cohort.start_date = row.Day(4);
  cohort.end_date = row.Day(5);
  cohort.capacity = number(6);
  cohort.blend = {number(7), number(8), number(9), number(10)};
  cohort.commitment = {number(11), number(12)};
  cohort.balance = {row.Double(13), row.Double(14)};
  cohort.places_taken = number(15);
  cohort.next_ask = row.Int(16);
  if (!row.IsNull(17)) {
    cohort.start_override = StartOverride{row.String(17), row.Uuid(18), row.Time(19)};
  }
  cohort.create_time = row.Time(20);
  cohort.version = row.Int(21);
  return cohort;
}

absl::StatusOr<std::optional<Cohort>> One(db::Connection& connection, const char* sql,
                                          const id::Uuid& organisation, const id::Uuid& id) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row, connection.QueryOne(sql, {organisation, id}));
  if (!row.has_value()) return std::optional<Cohort>();
  Cohort cohort = FromRow(*row);
  ASSIGN_OR_RETURN(db::Rows coaches, connection.Query(kCoaches, {organisation, id}));
  for (const db::Row& coach : coaches) cohort.coaches.push_back(coach.Uuid(0));
  return std::optional<Cohort>(std::move(cohort));
}

}  // namespace

absl::Status InsertCohort(db::Connection& tx, const Cohort& cohort) {
  RETURN_IF_ERROR(
      tx.Execute(
            kInsert,
            {cohort.organisation, cohort.id, cohort.title, cohort.state, cohort.start_date,
             cohort.end_date, cohort.capacity, cohort.blend.workshop, cohort.blend.conversation,
             cohort.blend.one_to_one, cohort.blend.online, cohort.commitment.minutes_per_week,
             cohort.commitment.sessions_per_week, cohort.balance.target, cohort.balance.tolerance,
             cohort.places_taken, cohort.next_ask, cohort.create_time, cohort.version})
          .status());
  std::vector<db::Values> coaches;
  for (const id::Uuid& coach : cohort.coaches) {
    coaches.push_back({cohort.organisation, cohort.id, coach, coaches.size()});
  }
  return tx.InsertRows(kInsertCoaches, coaches).status();
}

absl::StatusOr<std::optional<Cohort>> FindCohort(db::Connection& connection,
                                                 const id::Uuid& organisation,
                                                 const id::Uuid& cohort) {
  return One(connection, kFind, organisation, cohort);
}

absl::StatusOr<std::optional<Cohort>> LockCohort(db::Connection& tx, const id::Uuid& organisation,
                                                 const id::Uuid& cohort) {
  return One(tx, kLock, organisation, cohort);
}

absl::Status SaveCohort(db::Connection& tx, Cohort& cohort) {
  ++cohort.version;
  const auto& kept = cohort.start_override;
  return tx
      .Execute(kSave, {cohort.state, kept ? db::Value(kept->reason) : db::Value(db::Null()),
                       kept ? db::Value(kept->by) : db::Value(db::Null()),
                       kept ? db::Value(kept->time) : db::Value(db::Null()), cohort.places_taken,
                       cohort.next_ask, cohort.version, cohort.organisation, cohort.id})
      .status();
}

absl::Status SavePlaces(db::Connection& tx, const Cohort& cohort) {
  return tx
      .Execute(kSavePlaces, {cohort.places_taken, cohort.next_ask, cohort.organisation, cohort.id})
      .status();
}

absl::StatusOr<std::vector<Cohort>> ListCohorts(db::Connection& connection,
                                                const id::Uuid& organisation, CohortState state,
                                                const id::Uuid& after, int limit) {
  const bool all = state == CohortState::kUnspecified;
  db::Values values = {organisation};
  if (!all) values.push_back(state);
  if (!after.is_nil()) values.push_back(after);
  values.push_back(limit);
  const char* sql =
      all ? (after.is_nil() ? kListCohortsFirstSql : kListCohortsAfterSql)
          : (after.is_nil() ? kListCohortsOfStateFirstSql : kListCohortsOfStateAfterSql);
  ASSIGN_OR_RETURN(db::Rows rows, connection.Query(sql, values));
  std::vector<Cohort> cohorts;
  std::map<id::Uuid, Cohort*> by_id;
  for (const db::Row& row : rows) cohorts.push_back(FromRow(row));
  if (cohorts.empty()) return cohorts;
  for (Cohort& cohort : cohorts) by_id[cohort.id] = &cohort;
  ASSIGN_OR_RETURN(
      db::Rows coaches,
      connection.Query(kCoachesBetweenSql, {organisation, cohorts.back().id, cohorts.front().id}));
  for (const db::Row& coach : coaches) {
    if (auto found = by_id.find(coach.Uuid(0)); found != by_id.end()) {
      found->second->coaches.push_back(coach.Uuid(1));
    }
  }
  return cohorts;
}

}  // namespace dap::enrolment::store
