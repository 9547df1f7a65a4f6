#include "services/enrolment/store/enrolments.h"

#include <utility>

#include "libs/status/macros.h"
#include "services/enrolment/store/teams.h"

namespace dap::enrolment::store {

#define DAP_ENROLMENT_COLUMNS                                                           \
  "e.organisation, e.enrolment, e.cohort, e.participant, e.state, e.origin, e.way_in, " \
  "e.patron, e.minutes_per_week, e.sessions_per_week, e.pause_reason, e.pause_until, "  \
  "e.ask_number, e.wait_number, e.create_time, e.activate_time, e.end_time, "           \
  "e.baseline_invite_time, e.start_attend_time, e.reflection, e.version, "              \
  "e.preferred_days, e.blend_workshop, e.blend_conversation, e.blend_one_to_one, "      \
  "e.blend_online, e.balance_target, e.balance_tolerance"
#define DAP_ENROLMENT "SELECT " DAP_ENROLMENT_COLUMNS " FROM enrolment e "
// Nobody is their own patron, by covering neither. `position` is the place in the waitlist.
#define DAP_ENROLMENT_WITH(position)                                          \
  "SELECT " DAP_ENROLMENT_COLUMNS ", COALESCE(s.display_name, ''), " position \
  ", v.covering "                                                             \
  "FROM enrolment e LEFT JOIN staff_member s "                                \
  "ON s.organisation = e.organisation AND s.staff_member = e.participant "    \
  "LEFT JOIN patron_cover v ON v.organisation = e.organisation "              \
  "AND v.cohort = e.cohort AND v.on_for = e.patron AND v.covering <> e.participant "
// Counted for each of those in the waitlist: where there is one of a cohort only.
#define DAP_ENROLMENT_VIEW                                                       \
  DAP_ENROLMENT_WITH(                                                            \
      "IF(e.state = 3, "                                                         \
      "(SELECT COUNT(*) FROM enrolment w WHERE w.organisation = e.organisation " \
      "AND w.cohort = e.cohort AND w.state = 3 AND w.wait_number <= e.wait_number), 0)")
#define DAP_ENROLMENT_ROW DAP_ENROLMENT_WITH("0")

constexpr char kLock[] = DAP_ENROLMENT "WHERE e.organisation = ? AND e.enrolment = ? FOR UPDATE";
constexpr char kFindOpen[] =
    DAP_ENROLMENT "WHERE e.organisation = ? AND e.cohort = ? AND e.open_participant = ?";
const char kFirstOfWaitlistSql[] = DAP_ENROLMENT
    "WHERE e.organisation = ? AND e.cohort = ? AND e.state = 3 "
    "AND EXISTS (SELECT 1 FROM staff_member s WHERE s.organisation = e.organisation "
    "AND s.staff_member = e.participant AND s.state = 1) "
    "ORDER BY e.wait_number LIMIT 1 FOR UPDATE";
constexpr char kLockOpen[] = DAP_ENROLMENT
    "WHERE e.organisation = ? AND e.cohort = ? AND e.state < 7 ORDER BY e.ask_number FOR UPDATE";

constexpr char kFind[] = DAP_ENROLMENT_VIEW "WHERE e.organisation = ? AND e.enrolment = ?";
// What no index has is looked at within the cohort. States are bits of a mask; a filter that is not
// asked for is turned off by the 1 before it.
#define DAP_ENROLMENT_FILTER                            \
  "AND (? >> e.state) & 1 AND (? OR s.team = ?) "       \
  "AND (? OR s.display_name LIKE ? OR s.email LIKE ?) " \
  "ORDER BY e.ask_number LIMIT ?"
const char kListEnrolmentsSql[] = DAP_ENROLMENT_ROW
    "WHERE e.organisation = ? AND e.cohort = ? AND e.ask_number > ? " DAP_ENROLMENT_FILTER;
const char kListEnrolmentsOfStateSql[] = DAP_ENROLMENT_ROW
    "WHERE e.organisation = ? AND e.cohort = ? AND e.state = ? "
    "AND e.ask_number > ? " DAP_ENROLMENT_FILTER;
const char kListEnrolmentsOfPatronSql[] = DAP_ENROLMENT_ROW
    "WHERE e.organisation = ? AND e.cohort = ? AND e.patron = ? "
    "AND e.ask_number > ? " DAP_ENROLMENT_FILTER;
#undef DAP_ENROLMENT_FILTER
const char kListEnrolmentsOfFirstSql[] = DAP_ENROLMENT_VIEW
    "WHERE e.organisation = ? AND e.participant = ? ORDER BY e.enrolment DESC LIMIT ?";
const char kListEnrolmentsOfAfterSql[] = DAP_ENROLMENT_VIEW
    "WHERE e.organisation = ? AND e.participant = ? AND e.enrolment < ? "
    "ORDER BY e.enrolment DESC LIMIT ?";
#undef DAP_ENROLMENT_COLUMNS
#undef DAP_ENROLMENT
#undef DAP_ENROLMENT_VIEW
#undef DAP_ENROLMENT_ROW
#undef DAP_ENROLMENT_WITH

const char kWaitingBeforeSql[] = R"sql(
  SELECT COUNT(*) FROM enrolment
  WHERE organisation = ? AND cohort = ? AND state = 3 AND wait_number < ?)sql";
const char kWaitingBetweenSql[] = R"sql(
  SELECT wait_number FROM enrolment
  WHERE organisation = ? AND cohort = ? AND state = 3 AND wait_number >= ? AND wait_number <= ?
  ORDER BY wait_number)sql";

const char kOpenParticipantsSql[] = R"sql(
  SELECT open_participant, enrolment FROM enrolment
  WHERE organisation = ? AND cohort = ? AND open_participant IS NOT NULL)sql";

const char kCountWithPatronSql[] = R"sql(
  SELECT COUNT(*) FROM enrolment
  WHERE organisation = ? AND cohort = ? AND state < 7 AND patron = ?)sql";

const char kListPausesOverSql[] = R"sql(
  SELECT organisation, cohort, enrolment FROM enrolment
  WHERE state = 6 AND pause_until <= ? ORDER BY pause_until LIMIT ?)sql";

const char kListOpenOfSql[] = R"sql(
  SELECT organisation, cohort, enrolment FROM enrolment
  WHERE organisation = ? AND participant = ? AND state < 7)sql";

namespace {

constexpr char kInsert[] = R"sql(INSERT INTO enrolment
    (organisation, enrolment, cohort, participant, origin, ask_number, create_time,
     open_participant, state, way_in, patron, minutes_per_week, sessions_per_week, pause_reason,
     pause_until, wait_number, activate_time, end_time, baseline_invite_time, start_attend_time,
     reflection, version, preferred_days, blend_workshop, blend_conversation, blend_one_to_one,
     blend_online, balance_target, balance_tolerance)
  VALUES)sql";

constexpr char kSave[] = R"sql(
  UPDATE enrolment SET
    open_participant = ?, state = ?, way_in = ?, patron = ?, minutes_per_week = ?,
    sessions_per_week = ?, pause_reason = ?, pause_until = ?, wait_number = ?, activate_time = ?,
    end_time = ?, baseline_invite_time = ?, start_attend_time = ?, reflection = ?, version = ?,
    preferred_days = ?, blend_workshop = ?, blend_conversation = ?, blend_one_to_one = ?,
    blend_online = ?, balance_target = ?, balance_tolerance = ?
  WHERE organisation = ? AND enrolment = ?)sql";

constexpr char kTouch[] = R"sql(
  UPDATE enrolment SET version = version + 1 WHERE organisation = ? AND participant = ?)sql";

constexpr char kNoteWaitlisted[] = R"sql(
  UPDATE enrolment SET waitlist_time = COALESCE(waitlist_time, ?)
  WHERE organisation = ? AND enrolment = ?)sql";

constexpr char kTouchInCohort[] = R"sql(
  UPDATE enrolment SET version = version + 1 WHERE organisation = ? AND cohort = ?)sql";

constexpr char kCountAccepted[] = R"sql(
  SELECT COUNT(*), COALESCE(SUM(s.staff_member IS NULL OR s.state = 3), 0),
    COALESCE(SUM(e.baseline_invite_time IS NULL), 0)
  FROM enrolment e LEFT JOIN staff_member s
    ON s.organisation = e.organisation AND s.staff_member = e.patron
  WHERE e.organisation = ? AND e.cohort = ? AND e.state = 4)sql";

int MaskOf(const std::vector<EnrolmentState>& states) {
  if (states.empty()) return ~0;
  int mask = 0;
  for (EnrolmentState state : states) mask |= 1 << static_cast<int>(state);
  return mask;
}

std::optional<absl::Time> UntilOf(const Enrolment& enrolment) {
  return enrolment.pause.has_value() ? enrolment.pause->until : std::nullopt;
}

// A member of what may be unset.
template <typename T, typename M>
db::Value PartOf(const std::optional<T>& whole, M T::*part) {
  return whole.has_value() ? db::Value((*whole).*part) : db::Value(db::Null());
}

// What can change, in the order of both statements.
void AppendChangeable(const Enrolment& e, db::Values& values) {
  const bool open = e.state != EnrolmentState::kWithdrawn;
  const auto& commitment = e.commitment;
  const db::Values changeable = {
      open ? db::Value(e.participant) : db::Value(db::Null()),
      e.state,
      e.way_in,
      e.patron,
      commitment ? db::Value(commitment->minutes_per_week) : db::Value(db::Null()),
      commitment ? db::Value(commitment->sessions_per_week) : db::Value(db::Null()),
      e.pause.has_value() ? e.pause->reason : PauseReason::kUnspecified,
      UntilOf(e),
      e.wait_number,
      e.activate_time,
      e.end_time,
      e.baseline_invite_time,
      e.start_attend_time,
      e.reflection,
      e.version,
      e.preferred_days.bits,
      PartOf(e.blend, &Blend::workshop),
      PartOf(e.blend, &Blend::conversation),
      PartOf(e.blend, &Blend::one_to_one),
      PartOf(e.blend, &Blend::online),
      PartOf(e.balance, &BalanceTarget::target),
      PartOf(e.balance, &BalanceTarget::tolerance)};
  values.insert(values.end(), changeable.begin(), changeable.end());
}

Enrolment FromRow(const db::Row& row) {
  Enrolment e;
  e.organisation = row.Uuid(0);
  e.id = row.Uuid(1);
  e.cohort = row.Uuid(2);
  e.participant = row.Uuid(3);
  e.state = static_cast<EnrolmentState>(row.Int(4));
  e.origin = static_cast<Origin>(row.Int(5));
  e.way_in = static_cast<WayIn>(row.Int(6));
  e.patron = row.OptionalUuid(7);
  if (!row.IsNull(8)) {
    e.commitment = Commitment{static_cast<int>(row.Int(8)), static_cast<int>(row.Int(9))};
  }
  if (e.state == EnrolmentState::kPaused) {
    e.pause = Pause{static_cast<PauseReason>(row.Int(10)), row.OptionalTime(11)};
  }
  e.ask_number = row.Int(12);
  e.wait_number = row.Int(13);
  e.create_time = row.Time(14);
  e.activate_time = row.OptionalTime(15);
  e.end_time = row.OptionalTime(16);
  e.baseline_invite_time = row.OptionalTime(17);
  e.start_attend_time = row.OptionalTime(18);
  e.reflection = row.String(19);
  e.version = row.Int(20);
  e.preferred_days.bits = static_cast<int>(row.Int(21));
  if (!row.IsNull(22)) {
    e.blend = Blend{static_cast<int>(row.Int(22)), static_cast<int>(row.Int(23)),
                    static_cast<int>(row.Int(24)), static_cast<int>(row.Int(25))};
  }
  if (!row.IsNull(26)) e.balance = BalanceTarget{row.Double(26), row.Double(27)};
  return e;
}

EnrolmentView ViewFromRow(const db::Row& row) {
  return {FromRow(row), row.String(28), static_cast<int>(row.Int(29)), row.OptionalUuid(30)};
}

absl::StatusOr<std::optional<Enrolment>> One(db::Connection& connection, const char* sql,
                                             const db::Values& values) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row, connection.QueryOne(sql, values));
  if (!row.has_value()) return std::optional<Enrolment>();
  return std::optional<Enrolment>(FromRow(*row));
}

absl::StatusOr<std::vector<EnrolmentView>> Views(db::Connection& connection, const char* sql,
                                                 const db::Values& values) {
  ASSIGN_OR_RETURN(db::Rows rows, connection.Query(sql, values));
  std::vector<EnrolmentView> views;
  for (const db::Row& row : rows) views.push_back(ViewFromRow(row));
  return views;
}

absl::StatusOr<std::vector<EnrolmentKey>> Keys(db::Connection& connection, const char* sql,
                                               const db::Values& values) {
  ASSIGN_OR_RETURN(db::Rows rows, connection.Query(sql, values));
  std::vector<EnrolmentKey> keys;
  for (const db::Row& row : rows) keys.push_back({row.Uuid(0), row.Uuid(1), row.Uuid(2)});
  return keys;
}

}  // namespace

absl::Status InsertEnrolment(db::Connection& tx, const Enrolment& enrolment) {
  return InsertEnrolments(tx, {enrolment});
}

absl::Status InsertEnrolments(db::Connection& tx, const std::vector<Enrolment>& enrolments) {
  std::vector<db::Values> rows;
  for (const Enrolment& e : enrolments) {
    db::Values& values = rows.emplace_back(db::Values{e.organisation, e.id, e.cohort, e.participant,
                                                      e.origin, e.ask_number, e.create_time});
    AppendChangeable(e, values);
  }
  return tx.InsertRows(kInsert, rows).status();
}

absl::Status NoteWaitlisted(db::Connection& tx, const Enrolment& enrolment, absl::Time now) {
  return tx.Execute(kNoteWaitlisted, {now, enrolment.organisation, enrolment.id}).status();
}

absl::Status SaveEnrolment(db::Connection& tx, Enrolment& enrolment) {
  ++enrolment.version;
  db::Values values;
  AppendChangeable(enrolment, values);
  values.push_back(enrolment.organisation);
  values.push_back(enrolment.id);
  return tx.Execute(kSave, values).status();
}

absl::Status TouchEnrolmentsOf(db::Connection& tx, const id::Uuid& organisation,
                               const id::Uuid& participant) {
  return tx.Execute(kTouch, {organisation, participant}).status();
}

absl::Status TouchEnrolmentsIn(db::Connection& tx, const id::Uuid& organisation,
                               const id::Uuid& cohort) {
  return tx.Execute(kTouchInCohort, {organisation, cohort}).status();
}

absl::StatusOr<std::optional<Enrolment>> LockEnrolment(db::Connection& tx,
                                                       const id::Uuid& organisation,
                                                       const id::Uuid& enrolment) {
  return One(tx, kLock, {organisation, enrolment});
}

absl::StatusOr<std::optional<Enrolment>> FindOpenEnrolment(db::Connection& connection,
                                                           const id::Uuid& organisation,
                                                           const id::Uuid& cohort,
                                                           const id::Uuid& participant) {
  return One(connection, kFindOpen, {organisation, cohort, participant});
}

absl::StatusOr<std::optional<Enrolment>> LockFirstOfWaitlist(db::Connection& tx,
                                                             const id::Uuid& organisation,
                                                             const id::Uuid& cohort) {
  return One(tx, kFirstOfWaitlistSql, {organisation, cohort});
}

absl::StatusOr<std::vector<Enrolment>> LockOpenOfCohort(db::Connection& tx,
                                                        const id::Uuid& organisation,
                                                        const id::Uuid& cohort) {
  ASSIGN_OR_RETURN(db::Rows rows, tx.Query(kLockOpen, {organisation, cohort}));
  std::vector<Enrolment> enrolments;
  for (const db::Row& row : rows) enrolments.push_back(FromRow(row));
  return enrolments;
}

absl::StatusOr<std::optional<EnrolmentView>> FindEnrolment(db::Connection& connection,
                                                           const id::Uuid& organisation,
                                                           const id::Uuid& enrolment) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row,
                   connection.QueryOne(kFind, {organisation, enrolment}));
  if (!row.has_value()) return std::optional<EnrolmentView>();
  return std::optional<EnrolmentView>(ViewFromRow(*row));
}

absl::StatusOr<std::vector<EnrolmentView>> ListEnrolments(db::Connection& connection,
                                                          const id::Uuid& organisation,
                                                          const id::Uuid& cohort,
                                                          const EnrolmentFilter& filter,
                                                          int64_t after, int limit) {
  const char* sql = kListEnrolmentsSql;
  db::Values values = {organisation, cohort};
  if (filter.patron.has_value()) {
    sql = kListEnrolmentsOfPatronSql;
    values.push_back(*filter.patron);
  } else if (filter.states.size() == 1) {
    sql = kListEnrolmentsOfStateSql;
    values.push_back(filter.states[0]);
  }
  const std::string pattern = StartsWith(filter.prefix);
  values.insert(values.end(),
                {after, MaskOf(filter.states), !filter.team.has_value(),
                 filter.team.value_or(id::Uuid()), filter.prefix.empty(), pattern, pattern, limit});
  return Views(connection, sql, values);
}

absl::Status NumberWaitlisted(db::Connection& connection, const id::Uuid& organisation,
                              const id::Uuid& cohort, std::vector<EnrolmentView>& views) {
  std::map<int64_t, EnrolmentView*> waiting;
  for (EnrolmentView& view : views) {
    if (view.enrolment.state != EnrolmentState::kWaitlisted) continue;
    waiting[view.enrolment.wait_number] = &view;
  }
  if (waiting.empty()) return absl::OkStatus();
  const int64_t first = waiting.begin()->first;
  ASSIGN_OR_RETURN(db::Rows before,
                   connection.Query(kWaitingBeforeSql, {organisation, cohort, first}));
  ASSIGN_OR_RETURN(db::Rows rows, connection.Query(kWaitingBetweenSql, {organisation, cohort, first,
                                                                        waiting.rbegin()->first}));
  int position = static_cast<int>(before.at(0).Int(0));
  for (const db::Row& row : rows) {
    ++position;
    const auto found = waiting.find(row.Int(0));
    if (found != waiting.end()) found->second->waitlist_position = position;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::map<id::Uuid, id::Uuid>> OpenParticipants(db::Connection& connection,
                                                              const id::Uuid& organisation,
                                                              const id::Uuid& cohort) {
  ASSIGN_OR_RETURN(db::Rows rows, connection.Query(kOpenParticipantsSql, {organisation, cohort}));
  std::map<id::Uuid, id::Uuid> open;
  for (const db::Row& row : rows) open[row.Uuid(0)] = row.Uuid(1);
  return open;
}

absl::StatusOr<std::vector<EnrolmentView>> ListEnrolmentsOf(db::Connection& connection,
                                                            const id::Uuid& organisation,
                                                            const id::Uuid& participant,
                                                            const id::Uuid& after, int limit) {
  if (after.is_nil())
    return Views(connection, kListEnrolmentsOfFirstSql, {organisation, participant, limit});
  return Views(connection, kListEnrolmentsOfAfterSql, {organisation, participant, after, limit});
}

absl::StatusOr<Readiness> CountAccepted(db::Connection& connection, const id::Uuid& organisation,
                                        const id::Uuid& cohort) {
  ASSIGN_OR_RETURN(db::Rows rows, connection.Query(kCountAccepted, {organisation, cohort}));
  Readiness readiness;
  readiness.accepted = static_cast<int>(rows.at(0).Int(0));
  readiness.accepted_without_patron = static_cast<int>(rows.at(0).Int(1));
  readiness.accepted_without_baseline = static_cast<int>(rows.at(0).Int(2));
  return readiness;
}

absl::StatusOr<int> CountWithPatron(db::Connection& connection, const id::Uuid& organisation,
                                    const id::Uuid& cohort, const id::Uuid& patron) {
  ASSIGN_OR_RETURN(db::Rows rows,
                   connection.Query(kCountWithPatronSql, {organisation, cohort, patron}));
  return static_cast<int>(rows.at(0).Int(0));
}

absl::StatusOr<std::vector<EnrolmentKey>> ListPausesOver(db::Connection& connection, absl::Time now,
                                                         int limit) {
  return Keys(connection, kListPausesOverSql, {now, limit});
}

absl::StatusOr<std::vector<EnrolmentKey>> ListOpenOf(db::Connection& connection,
                                                     const id::Uuid& organisation,
                                                     const id::Uuid& participant) {
  return Keys(connection, kListOpenOfSql, {organisation, participant});
}

}  // namespace dap::enrolment::store
