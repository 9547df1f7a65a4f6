// The days that count for one person: working days of the organisation without those on which they
// stood still.
#ifndef DAP_SERVICES_ACTIVITY_DOMAIN_WORKING_DAYS_H_
#define DAP_SERVICES_ACTIVITY_DOMAIN_WORKING_DAYS_H_

#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "libs/time/calendar.h"
#include "services/activity/domain/contribution.h"

namespace dap::activity {

// Thread-safe once made. A day with any moment of a standstill in it is off: somebody who comes
// back in the afternoon is not called silent for that morning. A question costs one look at each
// standstill; people have few.
class WorkingDays {
 public:
  // `off` are the organisation's days off: public holidays, closed days.
  WorkingDays(absl::TimeZone zone, time::DayOff off, const std::vector<Standstill>& standstills);

  // A working day of the organisation, whatever this person did.
  bool IsWorking(absl::CivilDay day) const { return time::IsWorkingDay(day, off_); }
  // One on which they did not stand still.
  bool IsFree(absl::CivilDay day) const;
  // As time::WorkingDaysBetween: after `from`, up to and including `to`.
  int Between(absl::CivilDay from, absl::CivilDay to) const;
  absl::TimeZone zone() const { return zone_; }

 private:
  absl::TimeZone zone_;
  time::DayOff off_;
  std::vector<std::pair<absl::CivilDay, absl::CivilDay>> still_;  // first and last day
};

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_DOMAIN_WORKING_DAYS_H_
