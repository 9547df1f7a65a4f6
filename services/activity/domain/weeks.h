// Little and often: the weeks of an enrolment.
#ifndef DAP_SERVICES_ACTIVITY_DOMAIN_WEEKS_H_
#define DAP_SERVICES_ACTIVITY_DOMAIN_WEEKS_H_

#include <optional>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "services/activity/domain/contribution.h"
#include "services/activity/domain/settings.h"
#include "services/activity/domain/working_days.h"

namespace dap::activity {

// Why a week does not count; the numbers are those of dap.activity.v1.NotCountedReason.
enum class NotCounted { kCounts = 0, kNotStarted = 1, kDaysOff = 2, kStoodStill = 3 };

// Monday to Sunday in the organisation's zone, so of 167 or 169 hours where daylight saving
// changes.
struct Week {
  absl::CivilDay monday;
  int on_minutes = 0;
  int off_minutes = 0;
  int gathering_minutes = 0;
  // Of every kind.
  int contributions = 0;
  // Over 70 % of the self-directed minutes fell on one day.
  bool in_one_go = false;
  // Enough of its working days, from the enrolment's first day on, were free; see
  // Settings::free_days_to_count. Days that are yet to come count as the calendar has them.
  bool counted = false;
  // The first reason that takes away more working days than a week that counts may miss: those
  // before the start, the organisation's days off with them, standstills with both.
  NotCounted why_not = NotCounted::kNotStarted;

  int self_directed_minutes() const { return on_minutes + off_minutes; }
};

// The last `settings.weeks_shown` weeks, oldest first; the last one holds `as_of` and ends with it.
// `start` is the enrolment's first day; with none no week counts. Contributions of other weeks and
// after `as_of` may be among them.
std::vector<Week> WeeksOf(absl::Span<const Contribution> contributions,
                          std::optional<absl::CivilDay> start, absl::CivilDay as_of,
                          const WorkingDays& days, const Settings& settings);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_DOMAIN_WEEKS_H_
