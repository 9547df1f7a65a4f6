// How it is going, worked out from what was done.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_GET_PROGRESS_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_GET_PROGRESS_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "libs/roster/entry.h"
#include "services/activity/domain/balance.h"
#include "services/activity/domain/momentum.h"
#include "services/activity/domain/weeks.h"
#include "services/activity/operations/context.h"

namespace dap::activity {

struct ProgressResult {
  id::Uuid organisation;
  id::Uuid cohort;
  id::Uuid enrolment;
  absl::CivilDay as_of;
  MomentumResult momentum;
  Balance balance;
  BalanceTarget target;
  std::vector<Week> weeks;
};

// As of the end of a day, or of now for today (none given). Weeks and balance go by when things
// were done, as is known now; silence goes by when they were told of, as whoever logs late is not
// silent. The agreed minutes and the target are today's. INVALID_ARGUMENT (DATE_IN_FUTURE,
// as_of_date). Reads the contributions of the weeks shown and, for late entries, of 60 days before:
// its cost does not grow with the enrolment's history.
absl::StatusOr<ProgressResult> GetProgress(const Context& context, absl::Time deadline,
                                           const roster::Entry& entry,
                                           std::optional<absl::CivilDay> as_of);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_GET_PROGRESS_H_
