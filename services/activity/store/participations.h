// The table participation: how each enrolment stands. The row is the aggregate's lock: whatever
// changes an enrolment's silence, standstills or queue locks it first.
#ifndef DAP_SERVICES_ACTIVITY_STORE_PARTICIPATIONS_H_
#define DAP_SERVICES_ACTIVITY_STORE_PARTICIPATIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/activity/domain/logging.h"
#include "services/activity/domain/silence.h"

namespace dap::activity {

struct Participation {
  id::Uuid organisation;
  id::Uuid enrolment;
  // Of the roster entry it was made from; 0 while a contribution came before any entry.
  int64_t version = 0;
  id::Uuid cohort;
  id::Uuid participant;
  EnrolmentState state = EnrolmentState::kUnspecified;
  std::string time_zone;
  std::optional<absl::Time> joined_at;
  std::optional<absl::Time> activated_at;
  // Came back from their last pause.
  std::optional<absl::Time> resumed_at;
  std::optional<absl::Time> last_contribution_at;
  std::optional<absl::Time> silent_since;
  Rung rung = Rung::kNone;
  id::Uuid spell;  // nil: none
  bool paused = false;
  bool blocked = false;
  bool welcomed = false;

  bool standing_still() const { return paused || blocked; }
  // The first moment an activity may be of.
  absl::Time start() const;
};

// One query each on the primary key; `Lock` variants lock what they find until the transaction
// ends. Those that are not there are left out.
absl::StatusOr<std::optional<Participation>> FindParticipation(db::Connection& db,
                                                               const id::Uuid& organisation,
                                                               const id::Uuid& enrolment);
absl::StatusOr<std::optional<Participation>> LockParticipation(db::Connection& tx,
                                                               const id::Uuid& organisation,
                                                               const id::Uuid& enrolment);
absl::StatusOr<std::vector<Participation>> FindParticipations(
    db::Connection& db, const id::Uuid& organisation, absl::Span<const id::Uuid> enrolments);
absl::StatusOr<std::vector<Participation>> LockParticipations(
    db::Connection& tx, const id::Uuid& organisation, absl::Span<const id::Uuid> enrolments);

// Makes a row of version 0 where there is none.
absl::Status BeginParticipation(db::Connection& tx, const id::Uuid& organisation,
                                const id::Uuid& enrolment);

// Writes whole rows, new or in place of what is there. Lock before you read what you change.
absl::Status SaveParticipations(db::Connection& tx, absl::Span<const Participation> rows);

// Active enrolments on exactly this rung that have been silent since before `cutoff`, oldest first,
// after that place; at most `limit`. On the index `silence`.
struct SilencePlace {
  absl::Time silent_since = absl::UnixEpoch() - absl::Hours(24 * 365 * 100);
  id::Uuid enrolment;
};
absl::StatusOr<std::vector<SilencePlace>> ListSilent(db::Connection& db,
                                                     const id::Uuid& organisation, Rung rung,
                                                     absl::Time cutoff, const SilencePlace& after,
                                                     int limit);

// The statement of ListSilent, for the test that it goes by its index.
extern const absl::string_view kListSilentSql;

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_STORE_PARTICIPATIONS_H_
