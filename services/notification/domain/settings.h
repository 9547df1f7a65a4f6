// The numbers of the rules; an organisation may have its own.
#ifndef DAP_SERVICES_NOTIFICATION_DOMAIN_SETTINGS_H_
#define DAP_SERVICES_NOTIFICATION_DOMAIN_SETTINGS_H_

#include "absl/time/time.h"

namespace dap::notification {

struct Settings {
  // The most nudges a person gets in 24 hours, 7 days and 30 days.
  int per_day = 1;
  int per_week = 2;
  int per_month = 4;
  // Messages go out on working days between these, local time since midnight.
  absl::Duration window_opens = absl::Hours(9);
  absl::Duration window_closes = absl::Hours(17);
  // A nudge older than this is not sent any more.
  absl::Duration nudge_lifetime = absl::Hours(24 * 5);
  // How long before a gathering its people are reminded.
  absl::Duration reminder_before = absl::Hours(24);
  // Who was not at a kick-off is offered a catch-up from so long after its end on, which is how
  // long they can still say that they were there, and until so long after it.
  absl::Duration catch_up_after = absl::Hours(24);
  absl::Duration catch_up_until = absl::Hours(24 * 14);
};

}  // namespace dap::notification

#endif  // DAP_SERVICES_NOTIFICATION_DOMAIN_SETTINGS_H_
