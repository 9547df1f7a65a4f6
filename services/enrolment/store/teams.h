// Teams, as this service reads them. Only the staff sync writes them (store/staff_writer).
#ifndef DAP_SERVICES_ENROLMENT_STORE_TEAMS_H_
#define DAP_SERVICES_ENROLMENT_STORE_TEAMS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/enrolment/domain/staff.h"

namespace dap::enrolment::store {

absl::StatusOr<std::optional<Team>> FindTeam(db::Connection& connection,
                                             const id::Uuid& organisation, const id::Uuid& team);

// Where a page of teams begins: after this name and id.
struct TeamPosition {
  std::string display_name;
  id::Uuid team;
};

// By display name and id; right below `parent`, or all; whose name starts with `prefix`, without
// regard to case.
absl::StatusOr<std::vector<Team>> ListTeams(db::Connection& connection,
                                            const id::Uuid& organisation,
                                            const std::optional<id::Uuid>& parent,
                                            absl::string_view prefix,
                                            const std::optional<TeamPosition>& after, int limit);

// The team and all below it, by id; none where there is no such team. One statement, a look-up a
// team.
absl::StatusOr<std::vector<id::Uuid>> TeamAndBelow(db::Connection& connection,
                                                   const id::Uuid& organisation,
                                                   const id::Uuid& team);

// A LIKE pattern for what starts with `prefix`, in which nothing but its end is a wildcard.
std::string StartsWith(absl::string_view prefix);

// The statements of lists, for the test that each goes by its index.
extern const char kListTeamsSql[];
extern const char kListTeamsBelowSql[];
extern const char kTeamAndBelowSql[];

}  // namespace dap::enrolment::store

#endif  // DAP_SERVICES_ENROLMENT_STORE_TEAMS_H_
