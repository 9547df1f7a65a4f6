// The roster's table: Apply, Get and the lists of roster.h.
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/db/connection.h"
#include "libs/roster/roster.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::roster {
namespace {

#define DAP_ROSTER_COLUMNS                                                                     \
  "organisation, enrolment, cohort, participant, participant_display_name, patron, coaches, "  \
  "state, minutes_per_week, sessions_per_week, balance_target, balance_tolerance, time_zone, " \
  "activate_time, pause_until_time, version, cohort_title, pause_reason, way_in"

// A row changes only for a higher version; `version` is set last, since the others look at it.
#define DAP_ROSTER_TAKE(column) \
#column " = IF(VALUES(version) > version, VALUES(" #column "), " #column "), "

constexpr char kApply[] = "INSERT INTO roster_entry (" DAP_ROSTER_COLUMNS
                          ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                          "ON DUPLICATE KEY UPDATE "
    // clang-format off
    DAP_ROSTER_TAKE(cohort)
    DAP_ROSTER_TAKE(participant)
    DAP_ROSTER_TAKE(participant_display_name)
    DAP_ROSTER_TAKE(patron)
    DAP_ROSTER_TAKE(coaches)
    DAP_ROSTER_TAKE(state)
    DAP_ROSTER_TAKE(minutes_per_week)
    DAP_ROSTER_TAKE(sessions_per_week)
    DAP_ROSTER_TAKE(balance_target)
    DAP_ROSTER_TAKE(balance_tolerance)
    DAP_ROSTER_TAKE(time_zone)
    DAP_ROSTER_TAKE(activate_time)
    DAP_ROSTER_TAKE(pause_until_time)
    DAP_ROSTER_TAKE(cohort_title)
    DAP_ROSTER_TAKE(pause_reason)
    DAP_ROSTER_TAKE(way_in)
    "version = GREATEST(version, VALUES(version))";
// clang-format on
constexpr char kGet[] =
    "SELECT " DAP_ROSTER_COLUMNS " FROM roster_entry WHERE organisation = ? AND enrolment = ?";
constexpr char kByCohort[] = "SELECT " DAP_ROSTER_COLUMNS
                             " FROM roster_entry WHERE organisation = ? AND cohort = ? "
                             "ORDER BY enrolment";
constexpr char kByParticipant[] = "SELECT " DAP_ROSTER_COLUMNS
                                  " FROM roster_entry WHERE organisation = ? AND participant = ? "
                                  "ORDER BY enrolment";
constexpr char kByPatron[] = "SELECT " DAP_ROSTER_COLUMNS
                             " FROM roster_entry WHERE organisation = ? AND patron = ? "
                             "ORDER BY enrolment";

constexpr char kUnderWay[] = "SELECT " DAP_ROSTER_COLUMNS
                             " FROM roster_entry WHERE organisation = ? AND enrolment > ? "
                             "AND state IN (?, ?, ?) ORDER BY enrolment LIMIT ?";

std::string Join(const std::vector<id::Uuid>& ids) {
  std::string bytes;
  for (const id::Uuid& id : ids) absl::StrAppend(&bytes, id.bytes());
  return bytes;
}

std::vector<id::Uuid> Split(absl::string_view bytes) {
  std::vector<id::Uuid> ids;
  for (size_t at = 0; at + id::Uuid::kBytes <= bytes.size(); at += id::Uuid::kBytes) {
    ids.push_back(id::Uuid::FromBytes(bytes.substr(at, id::Uuid::kBytes)));
  }
  return ids;
}

Entry FromRow(const db::Row& row) {
  Entry entry;
  entry.organisation = row.Uuid(0);
  entry.enrolment = row.Uuid(1);
  entry.cohort = row.Uuid(2);
  entry.participant = row.Uuid(3);
  entry.participant_display_name = row.String(4);
  entry.patron = row.OptionalUuid(5).value_or(id::Uuid());
  entry.coaches = Split(row.String(6));
  entry.state = static_cast<enrolment::v1::EnrolmentState>(row.Int(7));
  entry.minutes_per_week = static_cast<int>(row.Int(8));
  entry.sessions_per_week = static_cast<int>(row.Int(9));
  entry.balance_target = row.Double(10);
  entry.balance_tolerance = row.Double(11);
  entry.time_zone = row.String(12);
  entry.activate_time = row.OptionalTime(13);
  entry.pause_until_time = row.OptionalTime(14);
  entry.version = row.Int(15);
  entry.cohort_title = row.String(16);
  entry.pause_reason = static_cast<enrolment::v1::PauseReason>(row.Int(17));
  entry.way_in = static_cast<enrolment::v1::WayIn>(row.Int(18));
  return entry;
}

absl::StatusOr<std::vector<Entry>> List(db::Connection& tx, absl::string_view sql,
                                        const db::Values& values) {
  ASSIGN_OR_RETURN(db::Rows rows, tx.Query(sql, values));
  std::vector<Entry> entries;
  entries.reserve(rows.size());
  for (const db::Row& row : rows) entries.push_back(FromRow(row));
  return entries;
}

}  // namespace

absl::Status Apply(db::Connection& tx, const enrolment::v1::RosterEntry& proto) {
  const Entry entry = FromProto(proto);
  if (entry.organisation.is_nil() || entry.enrolment.is_nil() || entry.cohort.is_nil() ||
      entry.participant.is_nil() || entry.version < 1) {
    return status::Invalid("entry", "ROSTER_ENTRY_MALFORMED", "must have its ids and a version");
  }
  const db::Value patron = entry.patron.is_nil() ? db::Value(db::Null()) : db::Value(entry.patron);
  return tx
      .Execute(kApply, {entry.organisation, entry.enrolment, entry.cohort, entry.participant,
                        entry.participant_display_name, patron, Join(entry.coaches), entry.state,
                        entry.minutes_per_week, entry.sessions_per_week, entry.balance_target,
                        entry.balance_tolerance, entry.time_zone, entry.activate_time,
                        entry.pause_until_time, entry.version, entry.cohort_title,
                        entry.pause_reason, entry.way_in})
      .status();
}

absl::StatusOr<Entry> Get(db::Connection& tx, const id::Uuid& organisation,
                          const id::Uuid& enrolment) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row, tx.QueryOne(kGet, {organisation, enrolment}));
  if (!row.has_value()) return status::NotFound("enrolment", enrolment.ToString());
  return FromRow(*row);
}

absl::StatusOr<std::vector<Entry>> ListByCohort(db::Connection& tx, const id::Uuid& organisation,
                                                const id::Uuid& cohort) {
  return List(tx, kByCohort, {organisation, cohort});
}

absl::StatusOr<std::vector<Entry>> ListByParticipant(db::Connection& tx,
                                                     const id::Uuid& organisation,
                                                     const id::Uuid& participant) {
  return List(tx, kByParticipant, {organisation, participant});
}

absl::StatusOr<std::vector<Entry>> ListByPatron(db::Connection& tx, const id::Uuid& organisation,
                                                const id::Uuid& patron) {
  return List(tx, kByPatron, {organisation, patron});
}

absl::StatusOr<std::vector<Entry>> ListUnderWay(db::Connection& tx, const id::Uuid& organisation,
                                                const id::Uuid& after, int limit) {
  return List(
      tx, kUnderWay,
      {organisation, after, enrolment::v1::ENROLMENT_STATE_AWAITING_KICKOFF,
       enrolment::v1::ENROLMENT_STATE_ACTIVE, enrolment::v1::ENROLMENT_STATE_PAUSED, limit});
}

}  // namespace dap::roster
