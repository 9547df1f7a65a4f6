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
};

absl::StatusOr<std::optional<GatheringRow>> FindGathering(db::Connection& db,
                                                          const id::Uuid& organisation,
                                                          const id::Uuid& session);
absl::Status SaveGathering(db::Connection& tx, const GatheringRow& gathering);
// Those of a kind and state that start after `after`, soonest first. One query on an index.
absl::StatusOr<std::vector<GatheringRow>> ListGatherings(db::Connection& db,
                                                         const id::Uuid& organisation,
                                                         const id::Uuid& cohort, int kind,
                                                         int state, absl::Time after);

}  // namespace dap::notification

#endif  // DAP_SERVICES_NOTIFICATION_STORE_GATHERINGS_H_
