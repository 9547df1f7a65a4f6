// When messages may go out. Pure.
#ifndef DAP_SERVICES_NOTIFICATION_DOMAIN_SENDING_WINDOW_H_
#define DAP_SERVICES_NOTIFICATION_DOMAIN_SENDING_WINDOW_H_

#include "absl/time/time.h"
#include "libs/time/calendar.h"
#include "services/notification/domain/settings.h"

namespace dap::notification {

// `time` itself where it lies in the window, else the start of the next one, by the clocks on the
// wall of `zone`: 09:00 stays 09:00 over a change of daylight saving. A window includes its start
// and not its end. InfiniteFuture where no working day comes within a year.
absl::Time NextInWindow(absl::Time time, absl::TimeZone zone, const Settings& settings,
                        const time::DayOff& off = time::NoDaysOff);

}  // namespace dap::notification

#endif  // DAP_SERVICES_NOTIFICATION_DOMAIN_SENDING_WINDOW_H_
