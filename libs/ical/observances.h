// A time zone's rules as VTIMEZONE tells them.
#ifndef DAP_LIBS_ICAL_OBSERVANCES_H_
#define DAP_LIBS_ICAL_OBSERVANCES_H_

#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace dap::ical {

// From `start` on, told in the time that held until then, clocks are at `offset_to`.
struct Observance {
  absl::CivilSecond start;
  int offset_from_seconds = 0;
  int offset_to_seconds = 0;
  std::string name;  // "BST"
  // Each year again, as an RRULE ("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"); empty where it is once.
  std::string rule;

  // Clocks go forward.
  bool IsDaylight() const { return offset_to_seconds > offset_from_seconds; }
};

// What gives the offset of every instant from `from` to `to` (years 1970 to 9000), by this
// machine's zone database. Two yearly rules where the zone has followed them all that time and does
// so for the next years; else each change by itself.
std::vector<Observance> ObservancesOf(absl::TimeZone zone, absl::Time from, absl::Time to);

}  // namespace dap::ical

#endif  // DAP_LIBS_ICAL_OBSERVANCES_H_
