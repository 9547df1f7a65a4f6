// How it is going, worked out from what was done.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_WORK_OUT_PROGRESS_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_WORK_OUT_PROGRESS_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
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
  // Fewer and the balance is not defined.
  int activities_for_balance = 0;
  std::vector<Week> weeks;
};

// Of entries of one organisation, in their order: everything that tells of progress comes from
// here. As of the end of a day, or of now for today (none given). Weeks and balance go by when
// things were done, silence by when they were told of; of a past day this is what is known now. The
// rung of a past day is the one its days of silence give, today's the one that was reached.
// INVALID_ARGUMENT (DATE_IN_FUTURE) for `day_field`.
//
// Six queries or seven for 128 entries. They read the contributions of the weeks shown, and of 60
// days before (late entries) where somebody told of something after the day: the cost does not grow
// with the history.
absl::StatusOr<std::vector<ProgressResult>> WorkOutProgress(const Context& context,
                                                            absl::Time deadline,
                                                            absl::Span<const roster::Entry> entries,
                                                            std::optional<absl::CivilDay> as_of,
                                                            absl::string_view day_field);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_WORK_OUT_PROGRESS_H_
