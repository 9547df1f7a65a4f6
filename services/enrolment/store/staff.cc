#include "services/enrolment/store/staff.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/status/macros.h"

namespace dap::enrolment::store {

const char kListStaffSql[] = R"sql(
  SELECT organisation, staff_member, display_name, email, team, line_manager, state, version
  FROM staff_member
  WHERE organisation = ? AND state <> 3
    AND display_name >= ? AND (display_name > ? OR staff_member > ?)
  ORDER BY display_name, staff_member LIMIT ?)sql";

// Two index ranges rather than an OR over all staff: the start of a name in the order of the
// answer, and the start of an address, sorted.
const char kListStaffByPrefixSql[] = R"sql(
  (SELECT organisation, staff_member, display_name, email, team, line_manager, state, version
   FROM staff_member
   WHERE organisation = ? AND state <> 3 AND display_name LIKE ?
     AND display_name >= ? AND (display_name > ? OR staff_member > ?)
   ORDER BY display_name, staff_member LIMIT ?)
  UNION
  (SELECT organisation, staff_member, display_name, email, team, line_manager, state, version
   FROM staff_member
   WHERE organisation = ? AND state <> 3 AND email LIKE ?
     AND display_name >= ? AND (display_name > ? OR staff_member > ?)
   ORDER BY display_name, staff_member LIMIT ?)
  ORDER BY display_name, staff_member LIMIT ?)sql";

namespace {

constexpr char kFind[] = R"sql(
  SELECT organisation, staff_member, display_name, email, team, line_manager, state, version
  FROM staff_member WHERE organisation = ? AND staff_member = ?)sql";

StaffMember FromRow(const db::Row& row) {
  StaffMember member;
  member.organisation = row.Uuid(0);
  member.id = row.Uuid(1);
  member.display_name = row.String(2);
  member.email = row.String(3);
  member.team = row.OptionalUuid(4);
  member.line_manager = row.OptionalUuid(5);
  member.state = static_cast<StaffState>(row.Int(6));
  member.version = row.Int(7);
  return member;
}

std::string PrefixPattern(absl::string_view prefix) {
  return absl::StrCat(absl::StrReplaceAll(prefix, {{"\\", "\\\\"}, {"%", "\\%"}, {"_", "\\_"}}),
                      "%");
}

}  // namespace

absl::StatusOr<std::optional<StaffMember>> FindStaff(db::Connection& connection,
                                                     const id::Uuid& organisation,
                                                     const id::Uuid& staff) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row, connection.QueryOne(kFind, {organisation, staff}));
  if (!row.has_value()) return std::optional<StaffMember>();
  return std::optional<StaffMember>(FromRow(*row));
}

absl::StatusOr<std::vector<StaffMember>> ListStaff(db::Connection& connection,
                                                   const id::Uuid& organisation,
                                                   absl::string_view prefix,
                                                   const std::optional<StaffPosition>& after,
                                                   int limit) {
  const StaffPosition from = after.value_or(StaffPosition());
  const std::string pattern = PrefixPattern(prefix);
  absl::StatusOr<db::Rows> rows =
      prefix.empty()
          ? connection.Query(kListStaffSql, {organisation, from.display_name, from.display_name,
                                             from.staff, limit})
          : connection.Query(kListStaffByPrefixSql,
                             {organisation, pattern, from.display_name, from.display_name,
                              from.staff, limit, organisation, pattern, from.display_name,
                              from.display_name, from.staff, limit, limit});
  RETURN_IF_ERROR(rows.status());
  std::vector<StaffMember> members;
  for (const db::Row& row : *rows) members.push_back(FromRow(row));
  return members;
}

}  // namespace dap::enrolment::store
