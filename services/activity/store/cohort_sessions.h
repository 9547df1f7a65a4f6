// The table cohort_session: what is known here of a cohort's gatherings. One-to-ones are no part of
// it.
#ifndef DAP_SERVICES_ACTIVITY_STORE_COHORT_SESSIONS_H_
#define DAP_SERVICES_ACTIVITY_STORE_COHORT_SESSIONS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"

namespace dap::activity {

struct CohortSession {
  id::Uuid organisation;
  id::Uuid session;
  id::Uuid cohort;
  int kind = 0;   // dap.enrolment.v1.SessionKind
  int state = 0;  // dap.enrolment.v1.SessionState
  std::string title;
  absl::Time start_time;
  absl::Time end_time;
  std::string place;
};

// Keeps it as it is now.
absl::Status SaveCohortSession(db::Connection& tx, const CohortSession& session);

// Of each of the cohorts those that are planned and not over at `now`, soonest first, at most
// `limit`. One query for 64 cohorts.
absl::StatusOr<std::vector<CohortSession>> ListComingSessions(db::Connection& db,
                                                              const id::Uuid& organisation,
                                                              absl::Span<const id::Uuid> cohorts,
                                                              absl::Time now, int limit);

// For the test that it goes by its key.
extern const absl::string_view kListComingSessionsSql;

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_STORE_COHORT_SESSIONS_H_
