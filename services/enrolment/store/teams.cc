#include "services/enrolment/store/teams.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/status/macros.h"

namespace dap::enrolment::store {

// A hidden one into which somebody has come since, or below which a team is again, is seen at once.
// Not EXISTS, of which the optimizer makes a list of all teams that have one below them.
#define DAP_TEAMS(which)                                                                      \
  "SELECT t.organisation, t.team, t.display_name, t.parent FROM team t "                      \
  "WHERE t.organisation = ? " which                                                           \
  "AND t.display_name LIKE ? AND t.display_name >= ? AND (t.display_name > ? OR t.team > ?) " \
  "AND (NOT t.hidden OR (SELECT 1 FROM staff_member s FORCE INDEX (staff_by_team) "           \
  "WHERE s.organisation = t.organisation AND s.team = t.team AND s.state IN (1, 2) "          \
  "LIMIT 1) IS NOT NULL OR (SELECT 1 FROM team k FORCE INDEX (team_by_parent) "               \
  "WHERE k.organisation = t.organisation AND k.parent = t.team AND NOT k.hidden "             \
  "LIMIT 1) IS NOT NULL) ORDER BY t.display_name, t.team LIMIT ?"
const char kListTeamsSql[] = DAP_TEAMS("");
const char kListTeamsBelowSql[] = DAP_TEAMS("AND t.parent = ? ");
#undef DAP_TEAMS

// UNION, not UNION ALL: it ends even where the tree were none.
const char kTeamAndBelowSql[] = R"sql(
  WITH RECURSIVE below AS (
    SELECT team FROM team WHERE organisation = ? AND team = ?
    UNION
    SELECT t.team FROM below JOIN team t ON t.organisation = ? AND t.parent = below.team)
  SELECT team FROM below)sql";

namespace {

constexpr char kFind[] = R"sql(
  SELECT organisation, team, display_name, parent FROM team
  WHERE organisation = ? AND team = ?)sql";

Team FromRow(const db::Row& row) {
  return {row.Uuid(0), row.Uuid(1), row.String(2), row.OptionalUuid(3)};
}

}  // namespace

std::string StartsWith(absl::string_view prefix) {
  return absl::StrCat(absl::StrReplaceAll(prefix, {{"\\", "\\\\"}, {"%", "\\%"}, {"_", "\\_"}}),
                      "%");
}

absl::StatusOr<std::optional<Team>> FindTeam(db::Connection& connection,
                                             const id::Uuid& organisation, const id::Uuid& team) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row, connection.QueryOne(kFind, {organisation, team}));
  if (!row.has_value()) return std::optional<Team>();
  return std::optional<Team>(FromRow(*row));
}

absl::StatusOr<std::vector<Team>> ListTeams(db::Connection& connection,
                                            const id::Uuid& organisation,
                                            const std::optional<id::Uuid>& parent,
                                            absl::string_view prefix,
                                            const std::optional<TeamPosition>& after, int limit) {
  const TeamPosition from = after.value_or(TeamPosition());
  db::Values values = {organisation};
  if (parent.has_value()) values.push_back(*parent);
  values.insert(values.end(),
                {StartsWith(prefix), from.display_name, from.display_name, from.team, limit});
  ASSIGN_OR_RETURN(
      db::Rows rows,
      connection.Query(parent.has_value() ? kListTeamsBelowSql : kListTeamsSql, values));
  std::vector<Team> teams;
  for (const db::Row& row : rows) teams.push_back(FromRow(row));
  return teams;
}

absl::StatusOr<std::vector<id::Uuid>> TeamAndBelow(db::Connection& connection,
                                                   const id::Uuid& organisation,
                                                   const id::Uuid& team) {
  ASSIGN_OR_RETURN(db::Rows rows,
                   connection.Query(kTeamAndBelowSql, {organisation, team, organisation}));
  std::vector<id::Uuid> teams;
  for (const db::Row& row : rows) teams.push_back(row.Uuid(0));
  std::sort(teams.begin(), teams.end());
  return teams;
}

}  // namespace dap::enrolment::store
