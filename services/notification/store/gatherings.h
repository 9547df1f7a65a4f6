// Gatherings, as the enrolment service's events tell of them.
#ifndef DAP_SERVICES_NOTIFICATION_STORE_GATHERINGS_H_
#define DAP_SERVICES_NOTIFICATION_STORE_GATHERINGS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"

namespace dap::notification {

struct GatheringRow {
  id::Uuid organisation;
  id::Uuid session;
  id::Uuid cohort;
  int kind = 0;   // dap.enrolment.v1.SessionKind
  int state = 0;  // dap.enrolment.v1.SessionState
  std::string title;
  absl::Time start_time;
  std::string place;
  std::string link;
  int sequence = 0;
  // Nothing where the event did not tell.
  std::optional<absl::Time> end_time;
  // The enrolment of a ONE_TO_ONE's participant, who alone hears of it; nil for other kinds.
  id::Uuid participant;
  std::string agenda;
  // Whose people were reminded; nothing while none of it were.
  std::optional<int> reminded_sequence;
};

struct GatheringKey {
  id::Uuid organisation;
  id::Uuid session;
};

absl::StatusOr<std::optional<GatheringRow>> FindGathering(db::Connection& db,
                                                          const id::Uuid& organisation,
                                                          const id::Uuid& session);
// The same, and holds the row until the transaction ends.
absl::StatusOr<std::optional<GatheringRow>> LockGathering(db::Connection& tx,
                                                          const id::Uuid& organisation,
                                                          const id::Uuid& session);
absl::Status SaveGathering(db::Connection& tx, const GatheringRow& gathering);
// Its people, as of this sequence, are reminded.
absl::Status SaveReminded(db::Connection& tx, const GatheringKey& key, int sequence);
// The planned ones of a cohort that start after `after`, soonest first. One query on an index.
absl::StatusOr<std::vector<GatheringRow>> ListComing(db::Connection& db,
                                                     const id::Uuid& organisation,
                                                     const id::Uuid& cohort, absl::Time after);

// Over all organisations, soonest first, along an index: planned ones ahead whose people are to be
// reminded by now, and planned kick-offs that started within these times.
absl::StatusOr<std::vector<GatheringKey>> ListToRemind(db::Connection& db, absl::Time now,
                                                       absl::Duration usual_before, int limit);
absl::StatusOr<std::vector<GatheringKey>> ListKickOffs(db::Connection& db, absl::Time after,
                                                       absl::Time until, int limit);

// What somebody answered to a gathering (dap.enrolment.v1.SessionAnswer), and whether they were
// there, keyed by their enrolment. One statement each.
absl::Status SaveAnswer(db::Connection& tx, const GatheringKey& key, const id::Uuid& enrolment,
                        int answer);
absl::Status SaveAttended(db::Connection& tx, const GatheringKey& key, const id::Uuid& enrolment,
                          bool attended);
// 0 where they have not answered.
absl::StatusOr<int> FindAnswer(db::Connection& db, const GatheringKey& key,
                               const id::Uuid& enrolment);
// Whether they were at a gathering of one of these two kinds.
absl::StatusOr<bool> WasAtOneOf(db::Connection& db, const id::Uuid& organisation,
                                const id::Uuid& enrolment, int kind, int other_kind);

// The statements of the lists, for the test that has the server explain them.
std::vector<std::string> GatheringListStatements();

}  // namespace dap::notification

#endif  // DAP_SERVICES_NOTIFICATION_STORE_GATHERINGS_H_
