// Days off: what is told of them, and what follows for everybody whom they concern.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_WORKING_DAYS_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_WORKING_DAYS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "libs/days_off/days_off.h"
#include "services/enrolment/domain/working_days.h"
#include "services/enrolment/operations/work.h"
#include "services/enrolment/store/enrolments.h"

namespace dap::enrolment {

// The lock of days is their row of days_off, taken after those of cohort and enrolment. Every
// change counts one in it and is told (DaysOffChanged); saying the same again changes and tells
// nothing. ABORTED (ETAG_MISMATCH) where an etag is given that is not the present one.

// Closed days of an organisation or a cohort as they stand.
struct ClosedDays {
  // Of an organisation; as days_off::Days::calendar.
  std::string calendar;
  std::vector<NamedDay> days;
  int64_t version = 0;
};
absl::StatusOr<ClosedDays> FindClosedDays(db::Connection& connection, const id::Uuid& organisation,
                                          days_off::Scope scope, const id::Uuid& subject);

// By an administrator. NOT_FOUND (HOLIDAY_CALENDAR_NOT_FOUND), INVALID_ARGUMENT (see Order).
absl::StatusOr<ClosedDays> SetOrganisationDaysOff(Work& work, const id::Uuid& organisation,
                                                  ClosedDays wanted, absl::string_view etag);
// By a coach of the cohort. FAILED_PRECONDITION (COHORT_STATE) once it is over.
absl::StatusOr<ClosedDays> SetCohortDaysOff(Work& work, const CohortKey& key, const Caller& caller,
                                            ClosedDays wanted, absl::string_view etag);

// One of the organisation's own with its days. NOT_FOUND (HOLIDAY_CALENDAR_NOT_FOUND).
absl::StatusOr<HolidayCalendar> FindOwnCalendar(db::Connection& connection,
                                                const id::Uuid& organisation, const id::Uuid& id);
// FAILED_PRECONDITION (HOLIDAY_CALENDAR_LIMIT), INVALID_ARGUMENT (see Order).
absl::StatusOr<HolidayCalendar> CreateHolidayCalendar(Work& work, HolidayCalendar calendar);
// NOT_FOUND, INVALID_ARGUMENT as above.
absl::StatusOr<HolidayCalendar> ReplaceHolidayCalendar(Work& work, HolidayCalendar calendar,
                                                       absl::string_view etag);

// By themselves: PERMISSION_DENIED (NOT_YOURS, CALLER_NOT_STAFF), NOT_FOUND
// (HOLIDAY_CALENDAR_NOT_FOUND). An empty calendar is the organisation's.
absl::Status SetStaffCalendar(Work& work, const id::Uuid& organisation, const id::Uuid& staff,
                              const Caller& caller, const std::string& calendar);
absl::StatusOr<std::string> FindStaffCalendar(db::Connection& connection,
                                              const id::Uuid& organisation, const id::Uuid& staff,
                                              const Caller& caller);

// By the participant or a coach. See CheckLeave; FAILED_PRECONDITION (ENROLMENT_STATE) once the
// enrolment has ended; NOT_FOUND (LEAVE_NOT_FOUND).
absl::StatusOr<Leave> AddLeave(Work& work, const store::EnrolmentKey& key, const Caller& caller,
                               Leave leave);
absl::Status RemoveLeave(Work& work, const store::EnrolmentKey& key, const Caller& caller,
                         const id::Uuid& leave);

// The days from Monday to Friday on which an enrolment stands still, and why.
struct DaysOffAnswer {
  std::vector<DayOff> days;
  // The participant's calendar does not cover all of the days asked for.
  bool holidays_unknown = false;
};
absl::StatusOr<DaysOffAnswer> ReadDaysOff(db::Connection& connection, const Enrolment& enrolment,
                                          absl::CivilDay first, absl::CivilDay last);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_WORKING_DAYS_H_
