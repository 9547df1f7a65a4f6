#include "services/enrolment/store/cohorts.h"

#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/enrolment/store/teams.h"

namespace dap::enrolment::store {

#define DAP_COHORT_COLUMNS                                                              \
  "SELECT c.organisation, c.cohort, c.title, c.state, c.start_date, c.end_date, "       \
  "c.capacity, c.blend_workshop, c.blend_conversation, c.blend_one_to_one, "            \
  "c.blend_online, c.minutes_per_week, c.sessions_per_week, c.balance_target, "         \
  "c.balance_tolerance, c.places_taken, c.next_ask, c.override_reason, c.override_by, " \
  "c.override_time, c.create_time, c.version, c.join_code "
#define DAP_COHORT DAP_COHORT_COLUMNS "FROM cohort c "

constexpr char kFind[] = DAP_COHORT "WHERE c.organisation = ? AND c.cohort = ?";
constexpr char kLock[] = DAP_COHORT "WHERE c.organisation = ? AND c.cohort = ? FOR UPDATE";

// Ids are UUIDs of version 7, so their order is the order of making. States beside the one that an
// index has are bits of a mask.
const char kListCohortsSql[] = DAP_COHORT
    "WHERE c.organisation = ? AND c.cohort < ? AND (? >> c.state) & 1 "
    "ORDER BY c.cohort DESC LIMIT ?";
const char kListCohortsOfStateSql[] = DAP_COHORT
    "WHERE c.organisation = ? AND c.state = ? AND c.cohort < ? ORDER BY c.cohort DESC LIMIT ?";
const char kListCohortsOfCoachSql[] = DAP_COHORT_COLUMNS
    "FROM cohort_coach k JOIN cohort c ON c.organisation = k.organisation AND c.cohort = k.cohort "
    "WHERE k.organisation = ? AND k.staff_member = ? AND k.cohort < ? "
    "AND (? >> c.state) & 1 AND c.title LIKE ? ORDER BY k.cohort DESC LIMIT ?";
const char kListCohortsByTitleSql[] = DAP_COHORT
    "WHERE c.organisation = ? AND c.title LIKE ? AND c.title >= ? "
    "AND (c.title > ? OR c.cohort > ?) AND (? >> c.state) & 1 ORDER BY c.title, c.cohort LIMIT ?";
#undef DAP_COHORT
#undef DAP_COHORT_COLUMNS

// A page's cohorts lie between the least and the greatest of its ids.
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

constexpr char kDeleteCoaches[] = "DELETE FROM cohort_coach WHERE organisation = ? AND cohort = ?";

constexpr char kFindByJoinCode[] =
    "SELECT cohort FROM cohort WHERE organisation = ? AND join_code = ?";

constexpr char kSave[] = R"sql(
  UPDATE cohort SET title = ?, state = ?, start_date = ?, end_date = ?, capacity = ?,
    blend_workshop = ?, blend_conversation = ?, blend_one_to_one = ?, blend_online = ?,
    minutes_per_week = ?, sessions_per_week = ?, balance_target = ?, balance_tolerance = ?,
    override_reason = ?, override_by = ?, override_time = ?, join_code = ?,
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
  if (!row.IsNull(22)) cohort.join_code = row.String(22);
  return cohort;
}

int MaskOf(const std::vector<CohortState>& states) {
  if (states.empty()) return ~0;
  int mask = 0;
  for (CohortState state : states) mask |= 1 << static_cast<int>(state);
  return mask;
}

// The statement that fits the filter, with its values.
std::pair<const char*, db::Values> ListQuery(const id::Uuid& organisation,
                                             const CohortFilter& filter,
                                             const std::optional<CohortPosition>& after,
                                             int limit) {
  const std::string pattern = StartsWith(filter.title_prefix);
  const int mask = MaskOf(filter.states);
  const id::Uuid before =
      after.has_value() ? after->cohort : id::Uuid::FromBytes(std::string(16, '\xFF'));
  if (filter.coach.has_value()) {
    return {kListCohortsOfCoachSql, {organisation, *filter.coach, before, mask, pattern, limit}};
  }
  if (!filter.title_prefix.empty()) {
    const CohortPosition from = after.value_or(CohortPosition());
    return {kListCohortsByTitleSql,
            {organisation, pattern, from.title, from.title, from.cohort, mask, limit}};
  }
  if (filter.states.size() == 1) {
    return {kListCohortsOfStateSql, {organisation, filter.states[0], before, limit}};
  }
  return {kListCohortsSql, {organisation, before, mask, limit}};
}

absl::Status InsertCoaches(db::Connection& tx, const Cohort& cohort) {
  std::vector<db::Values> coaches;
  for (const id::Uuid& coach : cohort.coaches) {
    coaches.push_back({cohort.organisation, cohort.id, coach, coaches.size()});
  }
  return tx.InsertRows(kInsertCoaches, coaches).status();
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
  return InsertCoaches(tx, cohort);
}

absl::Status ReplaceCoaches(db::Connection& tx, const Cohort& cohort) {
  RETURN_IF_ERROR(tx.Execute(kDeleteCoaches, {cohort.organisation, cohort.id}).status());
  return InsertCoaches(tx, cohort);
}

absl::StatusOr<std::optional<id::Uuid>> FindCohortByJoinCode(db::Connection& connection,
                                                             const id::Uuid& organisation,
                                                             absl::string_view code) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row,
                   connection.QueryOne(kFindByJoinCode, {organisation, code}));
  if (!row.has_value()) return std::optional<id::Uuid>();
  return std::optional<id::Uuid>(row->Uuid(0));
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
      .Execute(kSave,
               {cohort.title,
                cohort.state,
                cohort.start_date,
                cohort.end_date,
                cohort.capacity,
                cohort.blend.workshop,
                cohort.blend.conversation,
                cohort.blend.one_to_one,
                cohort.blend.online,
                cohort.commitment.minutes_per_week,
                cohort.commitment.sessions_per_week,
                cohort.balance.target,
                cohort.balance.tolerance,
                kept ? db::Value(kept->reason) : db::Value(db::Null()),
                kept ? db::Value(kept->by) : db::Value(db::Null()),
                kept ? db::Value(kept->time) : db::Value(db::Null()),
                cohort.join_code.empty() ? db::Value(db::Null()) : db::Value(cohort.join_code),
                cohort.places_taken,
                cohort.next_ask,
                cohort.version,
                cohort.organisation,
                cohort.id})
      .status();
}

absl::Status SavePlaces(db::Connection& tx, const Cohort& cohort) {
  return tx
      .Execute(kSavePlaces, {cohort.places_taken, cohort.next_ask, cohort.organisation, cohort.id})
      .status();
}

absl::StatusOr<std::vector<Cohort>> ListCohorts(db::Connection& connection,
                                                const id::Uuid& organisation,
                                                const CohortFilter& filter,
                                                const std::optional<CohortPosition>& after,
                                                int limit) {
  const auto [sql, values] = ListQuery(organisation, filter, after, limit);
  ASSIGN_OR_RETURN(db::Rows rows, connection.Query(sql, values));
  std::vector<Cohort> cohorts;
  for (const db::Row& row : rows) cohorts.push_back(FromRow(row));
  if (cohorts.empty()) return cohorts;
  std::map<id::Uuid, Cohort*> by_id;
  for (Cohort& cohort : cohorts) by_id[cohort.id] = &cohort;
  ASSIGN_OR_RETURN(db::Rows coaches,
                   connection.Query(kCoachesBetweenSql,
                                    {organisation, by_id.begin()->first, by_id.rbegin()->first}));
  for (const db::Row& coach : coaches) {
    if (auto found = by_id.find(coach.Uuid(0)); found != by_id.end()) {
      found->second->coaches.push_back(coach.Uuid(1));
    }
  }
  return cohorts;
}

}  // namespace dap::enrolment::store
