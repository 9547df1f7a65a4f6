#include "services/activity/domain/balance.h"

#include "libs/time/calendar.h"

namespace dap::activity {
namespace {

// A share like 0.65 is not a double: what is a hair outside by rounding alone is inside.
constexpr double kRounding = 1e-9;

BalanceSide SideOf(double share, const BalanceTarget& target) {
  if (share > target.target + target.tolerance + kRounding) return BalanceSide::kMostlyOff;
  if (share < target.target - target.tolerance - kRounding) return BalanceSide::kMostlyOn;
  return BalanceSide::kInBalance;
}

}  // namespace

Balance BalanceOf(absl::Span<const Contribution> contributions, absl::CivilDay as_of,
                  absl::TimeZone zone, const BalanceTarget& target, const Settings& settings) {
  Balance balance;
  const absl::CivilDay first = as_of - (settings.balance_days - 1);
  for (const Contribution& contribution : contributions) {
    if (!contribution.self_directed()) continue;
    const absl::CivilDay day = time::DayOf(contribution.time, zone);
    if (day < first || day > as_of) continue;
    ++balance.activities;
    (contribution.setting == Setting::kOnPlatform ? balance.on_minutes : balance.off_minutes) +=
        contribution.minutes;
  }
  if (balance.activities < settings.balance_min_activities) return balance;
  balance.share =
      static_cast<double>(balance.off_minutes) / (balance.on_minutes + balance.off_minutes);
  balance.side = SideOf(*balance.share, target);
  return balance;
}

}  // namespace dap::activity
