#include "services/enrolment/store/staff.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/enrolment/store/teams.h"

namespace dap::enrolment::store {

#define DAP_STAFF_COLUMNS                                                               \
  "SELECT organisation, staff_member, display_name, email, team, line_manager, state, " \
  "version FROM staff_member "
#define DAP_STAFF_OF_STATE                                            \
  "(" DAP_STAFF_COLUMNS                                               \
  "USE INDEX (staff_by_state_name) "                                  \
  "WHERE organisation = ? AND state = ? AND display_name LIKE ? "     \
  "AND display_name >= ? AND (display_name > ? OR staff_member > ?) " \
  "ORDER BY display_name, staff_member LIMIT ?)"

// A range of the index for each of the three states rather than one over all staff, which the
// leavers of years would fill. A state that is not asked for is 0 and finds nothing. The index is
// named, since for a rare state the sweep's, over all organisations, looks cheaper.
const char kListStaffByNameSql[] =
    DAP_STAFF_OF_STATE " UNION ALL " DAP_STAFF_OF_STATE " UNION ALL " DAP_STAFF_OF_STATE
                       " ORDER BY display_name, staff_member LIMIT ?";

// Those whom the list by name has had are left out.
const char kListStaffByEmailSql[] = DAP_STAFF_COLUMNS
    "WHERE organisation = ? AND email LIKE ? "
    "AND email >= ? AND (email > ? OR staff_member > ?) "
    "AND (? >> state) & 1 AND display_name NOT LIKE ? "
    "ORDER BY email, staff_member LIMIT ?";

// In the order of the index, so team by team.
#define DAP_16 "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
const char kListStaffOfTeamsSql[] = DAP_STAFF_COLUMNS
    "WHERE organisation = ? AND team IN (" DAP_16 ", " DAP_16 ", " DAP_16 ", " DAP_16
    ") "
    "AND (team > ? OR (display_name >= ? AND (display_name > ? OR staff_member > ?))) "
    "AND (? >> state) & 1 AND (display_name LIKE ? OR email LIKE ?) "
    "ORDER BY team, display_name, staff_member LIMIT ?";
#undef DAP_16
#undef DAP_STAFF_OF_STATE

// One range of the index a state. Whoever is ACTIVE in their first version is new.
const char kListStateChangesSql[] = R"sql(
  (SELECT state_since, organisation, staff_member, state
   FROM staff_member FORCE INDEX (staff_by_state)
   WHERE state = 1 AND state_since >= ? AND version > 1
     AND (state_since > ? OR (organisation, staff_member) > (?, ?))
   ORDER BY state_since, organisation, staff_member LIMIT ?)
  UNION ALL
  (SELECT state_since, organisation, staff_member, state
   FROM staff_member FORCE INDEX (staff_by_state)
   WHERE state = 2 AND state_since >= ?
     AND (state_since > ? OR (organisation, staff_member) > (?, ?))
   ORDER BY state_since, organisation, staff_member LIMIT ?)
  UNION ALL
  (SELECT state_since, organisation, staff_member, state
   FROM staff_member FORCE INDEX (staff_by_state)
   WHERE state = 3 AND state_since >= ?
     AND (state_since > ? OR (organisation, staff_member) > (?, ?))
   ORDER BY state_since, organisation, staff_member LIMIT ?)
  ORDER BY state_since, organisation, staff_member LIMIT ?)sql";

namespace {

constexpr char kFind[] = DAP_STAFF_COLUMNS "WHERE organisation = ? AND staff_member = ?";
constexpr char kFindAmong[] = DAP_STAFF_COLUMNS "WHERE organisation = ? AND staff_member IN ";
#undef DAP_STAFF_COLUMNS
constexpr char kFindByEmailOf[] =
    "SELECT organisation, staff_member, display_name, email, team, line_manager, state, version, ? "
    "FROM staff_member WHERE organisation = ? AND active_email = ?";
// Of one page of many teams; then it may be short.
constexpr int kMostStatements = 16;
// Rows of a statement that looks for some teams' people among all whom a text finds.
constexpr int kWalked = 500;
// So many teams are asked for in turn though there is a text.
constexpr size_t kTeamsInTurn = 256;
constexpr size_t kIds = 256;
constexpr size_t kAddresses = 64;

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

std::vector<StaffState> StatesOf(const StaffFilter& filter) {
  if (filter.states.empty()) return {StaffState::kActive, StaffState::kSuspended};
  return filter.states;
}

// A bit for each state.
int MaskOf(const StaffFilter& filter) {
  int mask = 0;
  for (StaffState state : StatesOf(filter)) mask |= 1 << static_cast<int>(state);
  return mask;
}

absl::Status Append(db::Connection& connection, const char* sql, const db::Values& values,
                    StaffOrder order, std::vector<FoundStaff>& found) {
  ASSIGN_OR_RETURN(db::Rows rows, connection.Query(sql, values));
  for (const db::Row& row : rows) found.push_back({FromRow(row), order});
  return absl::OkStatus();
}

absl::Status AppendByName(db::Connection& connection, const id::Uuid& organisation,
                          const StaffFilter& filter, const StaffPosition& from, int limit,
                          std::vector<FoundStaff>& found) {
  db::Values values;
  for (StaffState state : {StaffState::kActive, StaffState::kSuspended, StaffState::kLeft}) {
    const bool wanted = (MaskOf(filter) >> static_cast<int>(state)) & 1;
    values.insert(values.end(),
                  {organisation, wanted ? state : StaffState::kUnspecified,
                   StartsWith(filter.prefix), from.text, from.text, from.staff, limit});
  }
  values.push_back(limit);
  return Append(connection, kListStaffByNameSql, values, StaffOrder::kByName, found);
}

absl::Status AppendByEmail(db::Connection& connection, const id::Uuid& organisation,
                           const StaffFilter& filter, const StaffPosition& from, int limit,
                           std::vector<FoundStaff>& found) {
  const std::string pattern = StartsWith(filter.prefix);
  return Append(
      connection, kListStaffByEmailSql,
      {organisation, pattern, from.text, from.text, from.staff, MaskOf(filter), pattern, limit},
      StaffOrder::kByEmail, found);
}

// Some teams at a time, from that of the position on.
absl::Status AppendOfTeams(db::Connection& connection, const id::Uuid& organisation,
                           const StaffFilter& filter, const StaffPosition& from, size_t limit,
                           StaffPage& page) {
  const std::string pattern = StartsWith(filter.prefix);
  const std::vector<id::Uuid>& teams = *filter.teams;
  auto next = std::lower_bound(teams.begin(), teams.end(), from.team);
  for (int asked = 0; next != teams.end() && page.found.size() < limit; ++asked) {
    if (asked == kMostStatements) {
      page.resume = StaffPosition{StaffOrder::kByTeam, *next, "", id::Uuid()};
      return absl::OkStatus();
    }
    db::Values values = {organisation};
    for (int i = 0; i < kTeamsAtOnce; ++i) {
      values.push_back(*next);
      // The last ones stand for themselves again.
      if (next + 1 != teams.end() && i + 1 < kTeamsAtOnce) ++next;
    }
    ++next;
    values.insert(values.end(), {from.team, from.text, from.text, from.staff, MaskOf(filter),
                                 pattern, pattern, limit - page.found.size()});
    RETURN_IF_ERROR(
        Append(connection, kListStaffOfTeamsSql, values, StaffOrder::kByTeam, page.found));
  }
  return absl::OkStatus();
}

StaffPosition After(const FoundStaff& found) {
  const bool by_email = found.order == StaffOrder::kByEmail;
  return {found.order, id::Uuid(), by_email ? found.member.email : found.member.display_name,
          found.member.id};
}

// Of many teams by a text: those whom the text finds are read, and who is of other teams is left
// out.
absl::Status AppendWithin(db::Connection& connection, const id::Uuid& organisation,
                          const StaffFilter& filter, const StaffPosition& after, size_t limit,
                          StaffPage& page) {
  StaffPosition from = after;
  const std::vector<id::Uuid>& teams = *filter.teams;
  for (int asked = 0; asked < kMostStatements; ++asked) {
    std::vector<FoundStaff> some;
    const bool by_name = from.order == StaffOrder::kByName;
    RETURN_IF_ERROR((by_name ? AppendByName : AppendByEmail)(connection, organisation, filter, from,
                                                             kWalked, some));
    for (const FoundStaff& one : some) {
      from = After(one);
      if (!one.member.team.has_value() ||
          !std::binary_search(teams.begin(), teams.end(), *one.member.team)) {
        continue;
      }
      page.found.push_back(one);
      if (page.found.size() == limit) return absl::OkStatus();
    }
    if (static_cast<int>(some.size()) == kWalked) continue;
    if (!by_name) return absl::OkStatus();
    from = StaffPosition{StaffOrder::kByEmail, id::Uuid(), "", id::Uuid()};
  }
  page.resume = from;
  return absl::OkStatus();
}

absl::StatusOr<std::optional<StaffMember>> One(db::Connection& connection, const char* sql,
                                               const db::Values& values) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row, connection.QueryOne(sql, values));
  if (!row.has_value()) return std::optional<StaffMember>();
  return std::optional<StaffMember>(FromRow(*row));
}

}  // namespace

absl::StatusOr<std::optional<StaffMember>> FindStaff(db::Connection& connection,
                                                     const id::Uuid& organisation,
                                                     const id::Uuid& staff) {
  return One(connection, kFind, {organisation, staff});
}

absl::StatusOr<std::map<id::Uuid, StaffMember>> FindStaffOf(db::Connection& connection,
                                                            const id::Uuid& organisation,
                                                            const std::vector<id::Uuid>& staff) {
  static const auto& sql = *new std::string([] {
    std::string text = absl::StrCat(kFindAmong, "(?");
    for (size_t i = 1; i < kIds; ++i) text += ",?";
    return text + ")";
  }());
  std::map<id::Uuid, StaffMember> found;
  for (size_t from = 0; from < staff.size(); from += kIds) {
    db::Values values = {organisation};
    // The last one stands for itself again.
    for (size_t i = 0; i < kIds; ++i) {
      values.emplace_back(staff[std::min(from + i, staff.size() - 1)]);
    }
    ASSIGN_OR_RETURN(db::Rows rows, connection.Query(sql, values));
    for (const db::Row& row : rows) found[row.Uuid(1)] = FromRow(row);
  }
  return found;
}

absl::StatusOr<std::map<std::string, StaffMember>> FindStaffByEmails(
    db::Connection& connection, const id::Uuid& organisation,
    const std::vector<std::string>& emails) {
  // A part for each address, as only the database knows which are the same.
  static const auto& sql = *new std::string([] {
    std::string text = kFindByEmailOf;
    for (size_t i = 1; i < kAddresses; ++i) absl::StrAppend(&text, " UNION ALL ", kFindByEmailOf);
    return text;
  }());
  std::map<std::string, StaffMember> found;
  for (size_t from = 0; from < emails.size(); from += kAddresses) {
    db::Values values;
    for (size_t i = 0; i < kAddresses; ++i) {
      const size_t at = std::min(from + i, emails.size() - 1);
      values.insert(values.end(), {static_cast<int64_t>(at), organisation, emails[at]});
    }
    ASSIGN_OR_RETURN(db::Rows rows, connection.Query(sql, values));
    for (const db::Row& row : rows) found[emails.at(row.Int(8))] = FromRow(row);
  }
  return found;
}

absl::StatusOr<StaffPage> ListStaff(db::Connection& connection, const id::Uuid& organisation,
                                    const StaffFilter& filter,
                                    const std::optional<StaffPosition>& after, int limit) {
  StaffPage page;
  StaffPosition from = after.value_or(StaffPosition());
  if (filter.teams.has_value()) {
    // As the list began, though there are other teams by now.
    const bool walks = after.has_value()
                           ? from.order != StaffOrder::kByTeam
                           : !filter.prefix.empty() && filter.teams->size() > kTeamsInTurn;
    RETURN_IF_ERROR((walks ? AppendWithin : AppendOfTeams)(connection, organisation, filter, from,
                                                           limit, page));
    return page;
  }
  if (from.order == StaffOrder::kByName) {
    RETURN_IF_ERROR(AppendByName(connection, organisation, filter, from, limit, page.found));
    from = StaffPosition();
    from.order = StaffOrder::kByEmail;
  }
  const int left = limit - static_cast<int>(page.found.size());
  if (!filter.prefix.empty() && left > 0) {
    RETURN_IF_ERROR(AppendByEmail(connection, organisation, filter, from, left, page.found));
  }
  return page;
}

absl::StatusOr<std::vector<StateChange>> ListStateChanges(db::Connection& connection,
                                                          const StateChange& after, int limit,
                                                          bool away_only) {
  db::Values values;
  for (int state = 1; state <= 3; ++state) {
    const bool wanted = state != static_cast<int>(StaffState::kActive) || !away_only;
    values.insert(values.end(),
                  {after.time, after.time, after.organisation, after.staff, wanted ? limit : 0});
  }
  values.emplace_back(limit);
  ASSIGN_OR_RETURN(db::Rows rows, connection.Query(kListStateChangesSql, values));
  std::vector<StateChange> changes;
  changes.reserve(rows.size());
  for (const db::Row& row : rows) {
    changes.push_back({row.Time(0), row.Uuid(1), row.Uuid(2), static_cast<StaffState>(row.Int(3))});
  }
  return changes;
}

}  // namespace dap::enrolment::store
