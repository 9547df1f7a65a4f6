#include "services/activity/store/participations.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/activity/store/in_list.h"

namespace dap::activity {
namespace {

constexpr absl::string_view kSelect =
    "SELECT organisation, enrolment, version, cohort, participant, state, time_zone, joined_at,"
    " activated_at, resumed_at, last_contribution_at, silent_since, rung, spell, paused, blocked,"
    " welcomed"
    " FROM participation WHERE organisation = ? AND enrolment ";

// Changes nothing in a row that is there, but waits for whoever is writing it and then holds it.
constexpr absl::string_view kBegin =
    "INSERT INTO participation (organisation, enrolment, version, cohort, participant, state,"
    " time_zone, rung, paused, blocked, welcomed)"
    " VALUES (?, ?, 0, ?, ?, 0, '', 0, FALSE, FALSE, FALSE)"
    " ON DUPLICATE KEY UPDATE version = version";
constexpr absl::string_view kInsert =
    "INSERT INTO participation (organisation, enrolment, version, cohort, participant, state,"
    " time_zone, joined_at, activated_at, resumed_at, last_contribution_at, silent_since, rung,"
    " spell, paused, blocked, welcomed) VALUES";
constexpr absl::string_view kReplace =
    " ON DUPLICATE KEY UPDATE version = VALUES(version), cohort = VALUES(cohort),"
    " participant = VALUES(participant), state = VALUES(state), time_zone = VALUES(time_zone),"
    " joined_at = VALUES(joined_at), activated_at = VALUES(activated_at),"
    " resumed_at = VALUES(resumed_at),"
    " last_contribution_at = VALUES(last_contribution_at), silent_since = VALUES(silent_since),"
    " rung = VALUES(rung), spell = VALUES(spell), paused = VALUES(paused),"
    " blocked = VALUES(blocked), welcomed = VALUES(welcomed)";

Participation Read(const db::Row& row) {
  Participation p;
  p.organisation = row.Uuid(0);
  p.enrolment = row.Uuid(1);
  p.version = row.Int(2);
  p.cohort = row.Uuid(3);
  p.participant = row.Uuid(4);
  p.state = static_cast<EnrolmentState>(row.Int(5));
  p.time_zone = row.String(6);
  p.joined_at = row.OptionalTime(7);
  p.activated_at = row.OptionalTime(8);
  p.resumed_at = row.OptionalTime(9);
  p.last_contribution_at = row.OptionalTime(10);
  p.silent_since = row.OptionalTime(11);
  p.rung = static_cast<Rung>(row.Int(12));
  p.spell = row.OptionalUuid(13).value_or(id::Uuid());
  p.paused = row.Bool(14);
  p.blocked = row.Bool(15);
  p.welcomed = row.Bool(16);
  return p;
}

absl::StatusOr<std::optional<Participation>> One(db::Connection& db, absl::string_view lock,
                                                 const id::Uuid& organisation,
                                                 const id::Uuid& enrolment) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row,
                   db.QueryOne(absl::StrCat(kSelect, "= ?", lock), {organisation, enrolment}));
  if (!row) return std::nullopt;
  return Read(*row);
}

absl::StatusOr<std::vector<Participation>> Many(db::Connection& db, absl::string_view lock,
                                                const id::Uuid& organisation,
                                                absl::Span<const id::Uuid> enrolments) {
  std::vector<Participation> found;
  if (enrolments.empty()) return found;
  db::Values values = {organisation};
  const std::string list = InList(enrolments, values);
  ASSIGN_OR_RETURN(
      db::Rows rows,
      db.Query(absl::StrCat(kSelect, "IN ", list, " ORDER BY enrolment", lock), values));
  for (const db::Row& row : rows) found.push_back(Read(row));
  return found;
}

}  // namespace

const absl::string_view kListSilentSql =
    "SELECT silent_since, enrolment FROM participation"
    " WHERE organisation = ? AND state = ? AND rung = ? AND silent_since < ?"
    " AND (silent_since > ? OR (silent_since = ? AND enrolment > ?))"
    " ORDER BY silent_since, enrolment LIMIT ?";

absl::Time Participation::start() const {
  const absl::Time joined = joined_at.value_or(absl::InfiniteFuture());
  return std::min(joined, activated_at.value_or(absl::InfiniteFuture()));
}

absl::StatusOr<std::optional<Participation>> FindParticipation(db::Connection& db,
                                                               const id::Uuid& organisation,
                                                               const id::Uuid& enrolment) {
  return One(db, "", organisation, enrolment);
}
absl::StatusOr<std::optional<Participation>> LockParticipation(db::Connection& tx,
                                                               const id::Uuid& organisation,
                                                               const id::Uuid& enrolment) {
  return One(tx, " FOR UPDATE", organisation, enrolment);
}
absl::StatusOr<std::vector<Participation>> FindParticipations(
    db::Connection& db, const id::Uuid& organisation, absl::Span<const id::Uuid> enrolments) {
  return Many(db, "", organisation, enrolments);
}
absl::StatusOr<std::vector<Participation>> LockParticipations(
    db::Connection& tx, const id::Uuid& organisation, absl::Span<const id::Uuid> enrolments) {
  return Many(tx, " FOR UPDATE", organisation, enrolments);
}

absl::Status BeginParticipation(db::Connection& tx, const id::Uuid& organisation,
                                const id::Uuid& enrolment) {
  return tx.Execute(kBegin, {organisation, enrolment, id::Uuid(), id::Uuid()}).status();
}

absl::Status SaveParticipations(db::Connection& tx, absl::Span<const Participation> rows) {
  std::vector<db::Values> values;
  values.reserve(rows.size());
  for (const Participation& p : rows) {
    values.push_back({p.organisation, p.enrolment, p.version, p.cohort, p.participant, p.state,
                      p.time_zone, p.joined_at, p.activated_at, p.resumed_at,
                      p.last_contribution_at, p.silent_since, p.rung,
                      p.spell.is_nil() ? db::Value(db::Null()) : db::Value(p.spell), p.paused,
                      p.blocked, p.welcomed});
  }
  return tx.InsertRows(kInsert, values, kReplace).status();
}

absl::StatusOr<std::vector<SilencePlace>> ListSilent(db::Connection& db,
                                                     const id::Uuid& organisation, Rung rung,
                                                     absl::Time cutoff, const SilencePlace& after,
                                                     int limit) {
  ASSIGN_OR_RETURN(
      db::Rows rows,
      db.Query(kListSilentSql, {organisation, EnrolmentState::kActive, rung, cutoff,
                                after.silent_since, after.silent_since, after.enrolment, limit}));
  std::vector<SilencePlace> places;
  for (const db::Row& row : rows) places.push_back({row.Time(0), row.Uuid(1)});
  return places;
}

}  // namespace dap::activity
