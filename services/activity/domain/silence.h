// The ladder of silence: what is due to somebody who has not contributed.
#ifndef DAP_SERVICES_ACTIVITY_DOMAIN_SILENCE_H_
#define DAP_SERVICES_ACTIVITY_DOMAIN_SILENCE_H_

#include <vector>

#include "absl/time/civil_time.h"
#include "services/activity/domain/settings.h"
#include "services/activity/domain/working_days.h"

namespace dap::activity {

enum class Rung { kNone = 0, kCheckIn = 1, kPatron = 2, kCoach = 3 };

// Working days after `since`, the day of the last contribution or, where there is none, of the
// start.
int SilentDays(absl::CivilDay since, absl::CivilDay today, const WorkingDays& days);

// The rungs that are due after `reached`, in order: all of them, so that a clock that jumped (or a
// system that was down) catches up in one sweep, and the ladder stands where the days say.
std::vector<Rung> DueRungs(Rung reached, int silent_days, const Settings& settings);

// The last day such that somebody silent since then may be due for the rung after `reached` by
// `today`: days off only make it later. For finding candidates by one comparison.
absl::CivilDay LatestSinceFor(Rung after, absl::CivilDay today, const time::DayOff& off,
                              const Settings& settings);

// All three contacts were made and none was answered: nothing automated is sent until they act.
inline bool IsResting(Rung reached) { return reached == Rung::kCoach; }

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_DOMAIN_SILENCE_H_
