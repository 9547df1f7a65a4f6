// One budget of attention a person, over all cohorts, kinds and senders. Pure.
#ifndef DAP_SERVICES_NOTIFICATION_DOMAIN_ATTENTION_BUDGET_H_
#define DAP_SERVICES_NOTIFICATION_DOMAIN_ATTENTION_BUDGET_H_

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "services/notification/domain/settings.h"

namespace dap::notification {

// The longest stretch a budget looks back over.
inline constexpr absl::Duration kBudgetMemory = absl::Hours(24 * 30);

// The first time, `now` or later, at which one more nudge is within the budget. `sent`: when nudges
// were sent to the person, newest first. InfiniteFuture where a limit is zero.
absl::Time BudgetFrees(absl::Span<const absl::Time> sent, absl::Time now, const Settings& settings);

}  // namespace dap::notification

#endif  // DAP_SERVICES_NOTIFICATION_DOMAIN_ATTENTION_BUDGET_H_
