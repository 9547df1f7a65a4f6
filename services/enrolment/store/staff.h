// Members of staff, as this service reads them. Only the staff sync writes them
// (store/staff_writer).
#ifndef DAP_SERVICES_ENROLMENT_STORE_STAFF_H_
#define DAP_SERVICES_ENROLMENT_STORE_STAFF_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/enrolment/domain/staff.h"

namespace dap::enrolment::store {

absl::StatusOr<std::optional<StaffMember>> FindStaff(db::Connection& connection,
                                                     const id::Uuid& organisation,
                                                     const id::Uuid& staff);

// Whom a list of staff holds.
struct StaffFilter {
  // In these states; ACTIVE and SUSPENDED where empty.
  std::vector<StaffState> states;
  // Of these teams, ascending by id; all where unset.
  std::optional<std::vector<id::Uuid>> teams;
  // The start of a display name or an e-mail, without regard to case; empty for all.
  std::string prefix;
};

// How somebody was found, which decides where they come in the list: by their name; after all of
// these by their e-mail; or, of teams, team by team.
enum class StaffOrder : char { kByName = 'n', kByEmail = 'e', kByTeam = 't' };
// Where a page of staff begins: after this one.
struct StaffPosition {
  StaffOrder order = StaffOrder::kByName;
  id::Uuid team;     // kByTeam only
  std::string text;  // the display name, or the e-mail
  id::Uuid staff;
};
struct FoundStaff {
  StaffMember member;
  StaffOrder order = StaffOrder::kByName;
};

// `resume`: where the list goes on although these are not a page, as enough has been read for one.
struct StaffPage {
  std::vector<FoundStaff> found;
  std::optional<StaffPosition> resume;
};

// One statement, or two where those found by name are not a page. Of many teams at most 16: team by
// team; by a text, through the index of names and then of addresses where they are more than 256.
absl::StatusOr<StaffPage> ListStaff(db::Connection& connection, const id::Uuid& organisation,
                                    const StaffFilter& filter,
                                    const std::optional<StaffPosition>& after, int limit);
// Those of `staff` that there are, and who has each of `emails` and has not LEFT; by what was asked
// for. A statement for each 256 ids, and for each 64 addresses.
absl::StatusOr<std::map<id::Uuid, StaffMember>> FindStaffOf(db::Connection& connection,
                                                            const id::Uuid& organisation,
                                                            const std::vector<id::Uuid>& staff);
absl::StatusOr<std::map<std::string, StaffMember>> FindStaffByEmails(
    db::Connection& connection, const id::Uuid& organisation,
    const std::vector<std::string>& emails);

// Whose state changed, over all organisations, oldest first; `after` is the last one seen. Those
// who are new have not changed; `away_only` leaves out who came back. At most `limit`.
struct StateChange {
  absl::Time time;
  id::Uuid organisation;
  id::Uuid staff;
  StaffState state = StaffState::kUnspecified;
};
absl::StatusOr<std::vector<StateChange>> ListStateChanges(db::Connection& connection,
                                                          const StateChange& after, int limit,
                                                          bool away_only);

// The statements of lists, for the test that each goes by its index.
extern const char kListStaffByNameSql[];
extern const char kListStaffByEmailSql[];
extern const char kListStaffOfTeamsSql[];
// How many teams the last one names.
inline constexpr int kTeamsAtOnce = 64;
extern const char kListStateChangesSql[];

}  // namespace dap::enrolment::store

#endif  // DAP_SERVICES_ENROLMENT_STORE_STAFF_H_
