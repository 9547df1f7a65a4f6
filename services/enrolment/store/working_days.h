// Days off as they are told: calendars of organisations, closed days, leave.
#ifndef DAP_SERVICES_ENROLMENT_STORE_WORKING_DAYS_H_
#define DAP_SERVICES_ENROLMENT_STORE_WORKING_DAYS_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "libs/days_off/days.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/enrolment/domain/working_days.h"

namespace dap::enrolment::store {

// The domain's numbers with the organisation's own in their place.
absl::StatusOr<WorkingDaysSettings> LoadWorkingDaysSettings(db::Connection& connection,
                                                            const id::Uuid& organisation);

// Days of an organisation, a cohort or a calendar, in order.
absl::StatusOr<std::vector<NamedDay>> ListNamedDays(db::Connection& connection,
                                                    const id::Uuid& organisation,
                                                    days_off::Scope scope, const id::Uuid& subject);
// Puts these in the place of all that were there. Two statements or a few more.
absl::Status ReplaceNamedDays(db::Connection& tx, const id::Uuid& organisation,
                              days_off::Scope scope, const id::Uuid& subject,
                              const std::vector<NamedDay>& days);

// Without their days. By id, which is in the order of making.
absl::StatusOr<std::vector<HolidayCalendar>> ListHolidayCalendars(db::Connection& connection,
                                                                  const id::Uuid& organisation);
absl::StatusOr<std::optional<HolidayCalendar>> FindHolidayCalendar(db::Connection& connection,
                                                                   const id::Uuid& organisation,
                                                                   const id::Uuid& calendar);
// New, or with another title.
absl::Status SaveHolidayCalendar(db::Connection& tx, const HolidayCalendar& calendar,
                                 absl::Time now);

absl::Status InsertLeave(db::Connection& tx, const Leave& leave);
// Whether there was one.
absl::StatusOr<bool> DeleteLeave(db::Connection& tx, const id::Uuid& organisation,
                                 const id::Uuid& enrolment, const id::Uuid& leave);
// Where a page of leave begins: after this day and id.
struct LeavePosition {
  absl::CivilDay first = absl::CivilDay(1970, 1, 1);
  id::Uuid leave;
};
// By first day.
absl::StatusOr<std::vector<Leave>> ListLeave(db::Connection& connection,
                                             const id::Uuid& organisation,
                                             const id::Uuid& enrolment, const LeavePosition& after,
                                             int limit);
// All of an enrolment, of which it has at most WorkingDaysSettings::leave_periods.
absl::StatusOr<std::vector<Leave>> ListAllLeave(db::Connection& connection,
                                                const id::Uuid& organisation,
                                                const id::Uuid& enrolment);

// The statements of lists, for the test that each goes by its index.
extern const char kListNamedDaysSql[];
extern const char kListHolidayCalendarsSql[];
extern const char kListLeaveSql[];

}  // namespace dap::enrolment::store

#endif  // DAP_SERVICES_ENROLMENT_STORE_WORKING_DAYS_H_
