// Days off as values.
#ifndef DAP_LIBS_DAYS_OFF_DAYS_H_
#define DAP_LIBS_DAYS_OFF_DAYS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "dap/events/v1/enrolment_events.pb.h"
#include "libs/id/uuid.h"

namespace dap::days_off {

// Whole days, both of them included.
struct Period {
  absl::CivilDay first;
  absl::CivilDay last;
  friend bool operator==(const Period&, const Period&) = default;
};
// In order and apart from each other.
using Periods = std::vector<Period>;

// Periods in any order, overlapping or touching, as Periods.
Periods Merge(std::vector<Period> periods);
// One comparison for each doubling of their number.
bool Contains(const Periods& periods, absl::CivilDay day);
// "2026-12-24..2026-12-31 2027-03-01"; empty for none.
std::string ToText(const Periods& periods);
// INTERNAL where it is no such text.
absl::StatusOr<Periods> FromText(absl::string_view text);

// For whom days are off. As dap.events.v1.DaysOffScope, by number.
enum class Scope {
  // Closed days of an organisation, and the calendar of those who have none of their own.
  kOrganisation = 1,
  // Days on which a cohort stands still.
  kCohort = 2,
  // The calendar of a member of staff.
  kStaffMember = 3,
  // Leave of an enrolment.
  kEnrolment = 4,
  // Public holidays that an organisation keeps itself.
  kCalendar = 5,
};

// All that is off for one of them, as it is at a version.
struct Days {
  id::Uuid organisation;
  Scope scope = Scope::kOrganisation;
  // The id of what the scope says; the organisation's own for kOrganisation.
  id::Uuid subject;
  // kEnrolment: whose it is; nil for the others.
  id::Uuid staff_member;
  // kOrganisation, kStaffMember: the id of a calendar that ships ("scotland") or, as text, of one
  // of the organisation's own; empty where none is chosen.
  std::string calendar;
  Periods periods;
  // Counts changes from 1; 0 where there was none yet.
  int64_t version = 0;
};

Days FromProto(const id::Uuid& organisation, const events::v1::DaysOffChanged& proto);
events::v1::DaysOffChanged ToProto(const Days& days);

}  // namespace dap::days_off

#endif  // DAP_LIBS_DAYS_OFF_DAYS_H_
