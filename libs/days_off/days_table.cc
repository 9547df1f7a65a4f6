#include "libs/days_off/days_table.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/days_off/days_off.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::days_off {
namespace {

#define DAP_DAYS_OFF_COLUMNS \
  "organisation, scope, subject, staff_member, calendar, periods, version"

// `version` is assigned last: the assignments before it still see the one held.
constexpr char kSave[] =
    "INSERT INTO days_off (" DAP_DAYS_OFF_COLUMNS
    ") VALUES (?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE "
    "staff_member = IF(VALUES(version) > version, VALUES(staff_member), staff_member), "
    "calendar = IF(VALUES(version) > version, VALUES(calendar), calendar), "
    "periods = IF(VALUES(version) > version, VALUES(periods), periods), "
    "version = GREATEST(version, VALUES(version))";
constexpr char kHeldVersion[] =
    "SELECT version FROM days_off WHERE organisation = ? AND scope = ? AND subject = ? FOR UPDATE";
// Makes the row that is to be locked.
constexpr char kBegin[] =
    "INSERT INTO days_off (" DAP_DAYS_OFF_COLUMNS
    ") VALUES (?, ?, ?, NULL, '', '', 0) ON DUPLICATE KEY UPDATE version = version";
constexpr char kFind[] = "SELECT " DAP_DAYS_OFF_COLUMNS
                         " FROM days_off WHERE organisation = ? AND scope = ? AND subject = ?";
constexpr char kList[] = "SELECT " DAP_DAYS_OFF_COLUMNS
                         " FROM days_off WHERE organisation = ? AND scope = ? AND subject IN ";
constexpr char kListSubjects[] =
    "SELECT " DAP_DAYS_OFF_COLUMNS
    " FROM days_off WHERE organisation = ? AND ((scope = 1 AND subject = ?)";

// IN lists of any length as few statements: the next power of two, the last id repeated.
std::string InList(absl::Span<const id::Uuid> ids, db::Values& values) {
  std::string list = "(?";
  for (size_t i = 0; i < std::bit_ceil(ids.size()); ++i) {
    if (i > 0) list += ",?";
    values.push_back(ids[std::min(i, ids.size() - 1)]);
  }
  return list + ")";
}

absl::StatusOr<Days> Read(const db::Row& row) {
  Days days;
  days.organisation = row.Uuid(0);
  days.scope = static_cast<Scope>(row.Int(1));
  days.subject = row.Uuid(2);
  days.staff_member = row.OptionalUuid(3).value_or(id::Uuid());
  days.calendar = row.String(4);
  ASSIGN_OR_RETURN(days.periods, FromText(row.String(5)));
  days.version = row.Int(6);
  return days;
}

absl::StatusOr<std::vector<Days>> ReadAll(absl::StatusOr<db::Rows> rows) {
  RETURN_IF_ERROR(rows.status());
  std::vector<Days> all;
  all.reserve(rows->size());
  for (const db::Row& row : *rows) {
    ASSIGN_OR_RETURN(Days days, Read(row));
    all.push_back(std::move(days));
  }
  return all;
}

void AddScope(Scope scope, absl::Span<const id::Uuid> subjects, std::string& sql,
              db::Values& values) {
  if (subjects.empty()) return;
  absl::StrAppend(&sql, " OR (scope = ", static_cast<int>(scope), " AND subject IN ",
                  InList(subjects, values), ")");
}

std::string ListSubjectsSql(const Subjects& subjects, db::Values& values) {
  std::string sql = kListSubjects;
  AddScope(Scope::kCohort, subjects.cohorts, sql, values);
  AddScope(Scope::kStaffMember, subjects.staff_members, sql, values);
  AddScope(Scope::kEnrolment, subjects.enrolments, sql, values);
  return sql + ")";
}

bool IsWhole(const Days& days) {
  return !days.organisation.is_nil() && !days.subject.is_nil() && days.version > 0 &&
         days.scope >= Scope::kOrganisation && days.scope <= Scope::kCalendar;
}

absl::StatusOr<Days> Find(db::Connection& db, absl::string_view lock, const id::Uuid& organisation,
                          Scope scope, const id::Uuid& subject) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row,
                   db.QueryOne(absl::StrCat(kFind, lock), {organisation, scope, subject}));
  if (row.has_value()) return Read(*row);
  Days none;
  none.organisation = organisation;
  none.scope = scope;
  none.subject = subject;
  return none;
}

}  // namespace

const char kListLeaveOfSql[] =
    "SELECT " DAP_DAYS_OFF_COLUMNS " FROM days_off WHERE organisation = ? AND staff_member = ?";

std::string ListSubjectsSql() {
  db::Values values;
  return ListSubjectsSql({{id::Uuid()}, {id::Uuid()}, {id::Uuid()}}, values);
}

absl::StatusOr<bool> Save(db::Connection& tx, const Days& days) {
  if (!IsWhole(days)) {
    return status::Invalid("days_off", "DAYS_OFF_MALFORMED",
                           "must have its ids, a scope and a version");
  }
  ASSIGN_OR_RETURN(std::optional<db::Row> held,
                   tx.QueryOne(kHeldVersion, {days.organisation, days.scope, days.subject}));
  if (held.has_value() && held->Int(0) >= days.version) return false;
  const db::Value whose =
      days.staff_member.is_nil() ? db::Value(db::Null()) : db::Value(days.staff_member);
  RETURN_IF_ERROR(tx.Execute(kSave, {days.organisation, days.scope, days.subject, whose,
                                     days.calendar, ToText(days.periods), days.version})
                      .status());
  return true;
}

absl::StatusOr<Days> Find(db::Connection& db, const id::Uuid& organisation, Scope scope,
                          const id::Uuid& subject) {
  return Find(db, "", organisation, scope, subject);
}

absl::StatusOr<Days> Lock(db::Connection& tx, const id::Uuid& organisation, Scope scope,
                          const id::Uuid& subject) {
  RETURN_IF_ERROR(tx.Execute(kBegin, {organisation, scope, subject}).status());
  return Find(tx, " FOR UPDATE", organisation, scope, subject);
}

absl::StatusOr<std::vector<Days>> List(db::Connection& db, const id::Uuid& organisation,
                                       Scope scope, absl::Span<const id::Uuid> subjects) {
  if (subjects.empty()) return std::vector<Days>();
  db::Values values = {organisation, scope};
  const std::string list = InList(subjects, values);
  return ReadAll(db.Query(absl::StrCat(kList, list), values));
}

absl::StatusOr<std::vector<Days>> List(db::Connection& db, const id::Uuid& organisation,
                                       const Subjects& subjects) {
  db::Values values = {organisation, organisation};
  const std::string sql = ListSubjectsSql(subjects, values);
  return ReadAll(db.Query(sql, values));
}

absl::StatusOr<std::vector<Days>> ListLeaveOf(db::Connection& db, const id::Uuid& organisation,
                                              const id::Uuid& staff_member) {
  return ReadAll(db.Query(kListLeaveOfSql, {organisation, staff_member}));
}

#undef DAP_DAYS_OFF_COLUMNS

}  // namespace dap::days_off
