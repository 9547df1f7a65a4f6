// Half and half: how the self-directed minutes fall on and off the platform.
#ifndef DAP_SERVICES_ACTIVITY_DOMAIN_BALANCE_H_
#define DAP_SERVICES_ACTIVITY_DOMAIN_BALANCE_H_

#include <optional>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "services/activity/domain/contribution.h"
#include "services/activity/domain/settings.h"

namespace dap::activity {

enum class BalanceSide { kUnspecified = 0, kInBalance = 1, kMostlyOn = 2, kMostlyOff = 3 };

struct BalanceTarget {
  double target = 0.5;
  double tolerance = 0.15;
};

struct Balance {
  // Off / (on + off); nothing below four self-directed activities, and then the side is not told.
  std::optional<double> share;
  int on_minutes = 0;
  int off_minutes = 0;
  // Self-directed ones.
  int activities = 0;
  BalanceSide side = BalanceSide::kUnspecified;
};

// Over the `settings.balance_days` days that end with `as_of`; gatherings are in neither side and
// don't count towards the four. Contributions of other days may be among them.
Balance BalanceOf(absl::Span<const Contribution> contributions, absl::CivilDay as_of,
                  absl::TimeZone zone, const BalanceTarget& target, const Settings& settings);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_DOMAIN_BALANCE_H_
