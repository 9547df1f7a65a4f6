#include "services/notification/domain/attention_budget.h"

#include <algorithm>

namespace dap::notification {

absl::Time BudgetFrees(absl::Span<const absl::Time> sent, absl::Time now,
                       const Settings& settings) {
  const struct {
    absl::Duration stretch;
    int most;
  } limits[] = {{absl::Hours(24), settings.per_day},
                {absl::Hours(24 * 7), settings.per_week},
                {kBudgetMemory, settings.per_month}};
  absl::Time frees = now;
  for (const auto& [stretch, most] : limits) {
    if (most <= 0) return absl::InfiniteFuture();
    // The stretch has room once the oldest of its last `most` messages has left it.
    if (static_cast<int>(sent.size()) >= most) frees = std::max(frees, sent[most - 1] + stretch);
  }
  return frees;
}

}  // namespace dap::notification
