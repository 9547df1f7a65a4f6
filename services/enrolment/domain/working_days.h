// Days off as organisations, coaches and participants tell of them: what they may say.
#ifndef DAP_SERVICES_ENROLMENT_DOMAIN_WORKING_DAYS_H_
#define DAP_SERVICES_ENROLMENT_DOMAIN_WORKING_DAYS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "libs/id/uuid.h"

namespace dap::enrolment {

// A public holiday or a closed day.
struct NamedDay {
  absl::CivilDay day;
  std::string title;
  friend bool operator==(const NamedDay&, const NamedDay&) = default;
};

// A calendar that the organisation keeps itself.
struct HolidayCalendar {
  id::Uuid organisation;
  id::Uuid id;
  std::string title;
  // In order, each once.
  std::vector<NamedDay> days;
  int64_t version = 0;
};

// Days on which an enrolment stands still, both included.
struct Leave {
  id::Uuid organisation;
  id::Uuid enrolment;
  id::Uuid id;
  absl::CivilDay first;
  absl::CivilDay last;
  absl::Time create_time;
  // Who told of it: the participant or a coach.
  id::Uuid created_by;
};

// The numbers of an organisation.
struct WorkingDaysSettings {
  // Leave: the longest, the latest it is told, the furthest it lies ahead, and how many of them.
  int leave_max_days = 366;
  int leave_late_days = 60;
  int leave_ahead_days = 366;
  int leave_periods = 100;
  // Days of a calendar, closed days of an organisation or a cohort.
  int named_days = 400;
  // Calendars of its own.
  int holiday_calendars = 20;
};

// Brings days into order. INVALID_ARGUMENT for the one at fault, below `field`: DATE_RANGE (from
// 2000 to 2100), DATE_REPEATED; TOO_MANY_DAYS for all.
absl::Status Order(std::vector<NamedDay>& days, absl::string_view field,
                   const WorkingDaysSettings& settings);

// Whether leave may be told of on `today`, beside the leave there is. INVALID_ARGUMENT below
// "leave": DATE_ORDER, LEAVE_TOO_LONG, LEAVE_TOO_LATE, LEAVE_TOO_FAR, all at once; then
// FAILED_PRECONDITION: LEAVE_OVERLAPS, LEAVE_LIMIT.
absl::Status CheckLeave(const Leave& leave, const std::vector<Leave>& others, absl::CivilDay today,
                        const WorkingDaysSettings& settings);

// Why a day is off; as in the proto, by number.
enum class OffReason { kHoliday = 1, kOrganisationClosed = 2, kCohortClosed = 3, kLeave = 4 };
struct DayOff {
  absl::CivilDay day;
  OffReason reason = OffReason::kHoliday;
  std::string title;
};
// What may make a day off, each in any order.
struct OffSources {
  std::vector<NamedDay> holidays, organisation, cohort;
  std::vector<Leave> leave;
};
// The days from Monday to Friday that are off, in order, each with the first reason that holds.
std::vector<DayOff> DaysOffBetween(absl::CivilDay first, absl::CivilDay last,
                                   const OffSources& sources);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_DOMAIN_WORKING_DAYS_H_
