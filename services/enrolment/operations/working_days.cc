#include "services/enrolment/operations/working_days.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/holidays/calendar.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/calendar.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/store/organisations.h"
#include "services/enrolment/store/working_days.h"
#include "services/enrolment/working_days_convert.h"

namespace dap::enrolment {
namespace {

using days_off::Days;
using days_off::Scope;

absl::Status CheckEtag(absl::string_view etag, const Days& held) {
  if (etag.empty() || etag == Etag(held.version)) return absl::OkStatus();
  return status::Aborted("ETAG_MISMATCH", "They have changed since: read them again.");
}

// Keeps the days of a locked scope as one change, and tells of them.
absl::Status Record(Work& work, Days& days) {
  ++days.version;
  RETURN_IF_ERROR(days_off::Save(work.tx, days).status());
  events::v1::Event event;
  *event.mutable_days_off_changed() = days_off::ToProto(days);
  work.outbox.Add(days.organisation, std::move(event));
  return absl::OkStatus();
}

days_off::Periods PeriodsOf(const std::vector<NamedDay>& named) {
  std::vector<days_off::Period> periods;
  for (const NamedDay& day : named) periods.push_back({day.day, day.day});
  return days_off::Merge(std::move(periods));
}

// That such a calendar may be chosen: none, one that ships, one of the organisation's own.
absl::Status CheckCalendar(db::Connection& connection, const id::Uuid& organisation,
                           const std::string& calendar) {
  if (calendar.empty() || holidays::FindShipped(calendar) != nullptr) return absl::OkStatus();
  const absl::StatusOr<id::Uuid> own = id::Uuid::Parse(calendar);
  if (own.ok()) {
    ASSIGN_OR_RETURN(std::optional<HolidayCalendar> found,
                     store::FindHolidayCalendar(connection, organisation, *own));
    if (found.has_value()) return absl::OkStatus();
  }
  return status::NotFound("holiday calendar", HolidayCalendarName(organisation, calendar));
}

// Puts days in the place of those of a locked scope; nothing where they are the same.
absl::Status ReplaceDays(Work& work, Days& held, const std::string& calendar,
                         const std::vector<NamedDay>& named) {
  ASSIGN_OR_RETURN(std::vector<NamedDay> before,
                   store::ListNamedDays(work.tx, held.organisation, held.scope, held.subject));
  if (held.version > 0 && held.calendar == calendar && before == named) return absl::OkStatus();
  RETURN_IF_ERROR(
      store::ReplaceNamedDays(work.tx, held.organisation, held.scope, held.subject, named));
  held.calendar = calendar;
  held.periods = PeriodsOf(named);
  return Record(work, held);
}

absl::StatusOr<ClosedDays> SetClosedDays(Work& work, const id::Uuid& organisation, Scope scope,
                                         const id::Uuid& subject, ClosedDays wanted,
                                         absl::string_view etag) {
  ASSIGN_OR_RETURN(Days held, days_off::Lock(work.tx, organisation, scope, subject));
  ASSIGN_OR_RETURN(WorkingDaysSettings settings,
                   store::LoadWorkingDaysSettings(work.tx, organisation));
  RETURN_IF_ERROR(Order(wanted.days, "closed_days", settings));
  RETURN_IF_ERROR(CheckCalendar(work.tx, organisation, wanted.calendar));
  RETURN_IF_ERROR(CheckEtag(etag, held));
  RETURN_IF_ERROR(ReplaceDays(work, held, wanted.calendar, wanted.days));
  wanted.version = held.version;
  return wanted;
}

absl::StatusOr<absl::CivilDay> Today(Work& work, const id::Uuid& organisation) {
  ASSIGN_OR_RETURN(std::optional<Organisation> found,
                   store::FindOrganisation(work.tx, organisation));
  if (!found.has_value()) {
    return status::NotFound("organisation", OrganisationName(organisation));
  }
  ASSIGN_OR_RETURN(absl::TimeZone zone, time::ZoneOf(found->time_zone));
  return time::DayOf(work.now, zone);
}

// Brings what is worked out from an enrolment's leave to what is written, and tells of it.
absl::Status RecordLeave(Work& work, Days& held, const Enrolment& enrolment) {
  ASSIGN_OR_RETURN(std::vector<Leave> all,
                   store::ListAllLeave(work.tx, enrolment.organisation, enrolment.id));
  std::vector<days_off::Period> periods;
  for (const Leave& leave : all) periods.push_back({leave.first, leave.last});
  held.periods = days_off::Merge(std::move(periods));
  held.staff_member = enrolment.participant;
  return Record(work, held);
}

absl::Status CheckSelf(const id::Uuid& staff, const Caller& caller) {
  if (!staff.is_nil() && staff == caller.staff) return absl::OkStatus();
  return status::Denied("NOT_YOURS", "Everybody chooses their calendar themselves.");
}

// The public holidays of a calendar; all that it has, as it is not long.
absl::StatusOr<std::vector<NamedDay>> HolidaysOf(db::Connection& connection,
                                                 const id::Uuid& organisation,
                                                 const std::string& calendar) {
  std::vector<NamedDay> days;
  if (const holidays::Calendar* shipped = holidays::FindShipped(calendar)) {
    for (const holidays::Holiday& holiday : shipped->holidays()) {
      days.push_back({holiday.day, holiday.name});
    }
    return days;
  }
  const absl::StatusOr<id::Uuid> own = id::Uuid::Parse(calendar);
  if (!own.ok()) return days;
  return store::ListNamedDays(connection, organisation, Scope::kCalendar, *own);
}

}  // namespace

absl::StatusOr<ClosedDays> FindClosedDays(db::Connection& connection, const id::Uuid& organisation,
                                          Scope scope, const id::Uuid& subject) {
  ASSIGN_OR_RETURN(Days held, days_off::Find(connection, organisation, scope, subject));
  ClosedDays closed;
  closed.calendar = held.calendar;
  closed.version = held.version;
  ASSIGN_OR_RETURN(closed.days, store::ListNamedDays(connection, organisation, scope, subject));
  return closed;
}

absl::StatusOr<ClosedDays> SetOrganisationDaysOff(Work& work, const id::Uuid& organisation,
                                                  ClosedDays wanted, absl::string_view etag) {
  return SetClosedDays(work, organisation, Scope::kOrganisation, organisation, std::move(wanted),
                       etag);
}

absl::StatusOr<ClosedDays> SetCohortDaysOff(Work& work, const CohortKey& key, const Caller& caller,
                                            ClosedDays wanted, absl::string_view etag) {
  ASSIGN_OR_RETURN(Cohort cohort, LockAsCoach(work, key, caller));
  RETURN_IF_ERROR(CheckNotOver(cohort));
  return SetClosedDays(work, key.organisation, Scope::kCohort, key.cohort, std::move(wanted), etag);
}

absl::StatusOr<HolidayCalendar> FindOwnCalendar(db::Connection& connection,
                                                const id::Uuid& organisation, const id::Uuid& id) {
  ASSIGN_OR_RETURN(std::optional<HolidayCalendar> found,
                   store::FindHolidayCalendar(connection, organisation, id));
  if (!found.has_value()) {
    return status::NotFound("holiday calendar", HolidayCalendarName(organisation, id.ToString()));
  }
  ASSIGN_OR_RETURN(Days held, days_off::Find(connection, organisation, Scope::kCalendar, id));
  found->version = held.version;
  ASSIGN_OR_RETURN(found->days,
                   store::ListNamedDays(connection, organisation, Scope::kCalendar, id));
  return *std::move(found);
}

absl::StatusOr<HolidayCalendar> CreateHolidayCalendar(Work& work, HolidayCalendar calendar) {
  // Those of the organisation are counted under its own row.
  const id::Uuid& organisation = calendar.organisation;
  RETURN_IF_ERROR(
      days_off::Lock(work.tx, organisation, Scope::kOrganisation, organisation).status());
  ASSIGN_OR_RETURN(std::vector<HolidayCalendar> others,
                   store::ListHolidayCalendars(work.tx, organisation));
  ASSIGN_OR_RETURN(WorkingDaysSettings settings,
                   store::LoadWorkingDaysSettings(work.tx, organisation));
  if (static_cast<int>(others.size()) >= settings.holiday_calendars) {
    return status::Precondition("HOLIDAY_CALENDAR_LIMIT",
                                absl::StrCat("An organisation has at most ",
                                             settings.holiday_calendars, " calendars of its own."));
  }
  RETURN_IF_ERROR(Order(calendar.days, "holiday_calendar.days", settings));
  RETURN_IF_ERROR(store::SaveHolidayCalendar(work.tx, calendar, work.now));
  ASSIGN_OR_RETURN(Days held, days_off::Lock(work.tx, organisation, Scope::kCalendar, calendar.id));
  RETURN_IF_ERROR(ReplaceDays(work, held, "", calendar.days));
  calendar.version = held.version;
  return calendar;
}

absl::StatusOr<HolidayCalendar> ReplaceHolidayCalendar(Work& work, HolidayCalendar calendar,
                                                       absl::string_view etag) {
  const id::Uuid& organisation = calendar.organisation;
  // The lock comes before every plain read; it goes with the error where there is no calendar.
  ASSIGN_OR_RETURN(Days held, days_off::Lock(work.tx, organisation, Scope::kCalendar, calendar.id));
  ASSIGN_OR_RETURN(HolidayCalendar before, FindOwnCalendar(work.tx, organisation, calendar.id));
  ASSIGN_OR_RETURN(WorkingDaysSettings settings,
                   store::LoadWorkingDaysSettings(work.tx, organisation));
  RETURN_IF_ERROR(Order(calendar.days, "holiday_calendar.days", settings));
  RETURN_IF_ERROR(CheckEtag(etag, held));
  RETURN_IF_ERROR(ReplaceDays(work, held, "", calendar.days));
  if (before.title != calendar.title) {
    RETURN_IF_ERROR(store::SaveHolidayCalendar(work.tx, calendar, work.now));
    if (held.version == before.version) RETURN_IF_ERROR(Record(work, held));
  }
  calendar.version = held.version;
  return calendar;
}

absl::Status SetStaffCalendar(Work& work, const id::Uuid& organisation, const id::Uuid& staff,
                              const Caller& caller, const std::string& calendar) {
  RETURN_IF_ERROR(CheckSelf(staff, caller));
  RETURN_IF_ERROR(CheckCallerIsStaff(work.tx, organisation, caller));
  ASSIGN_OR_RETURN(Days held, days_off::Lock(work.tx, organisation, Scope::kStaffMember, staff));
  RETURN_IF_ERROR(CheckCalendar(work.tx, organisation, calendar));
  if (held.calendar == calendar) return absl::OkStatus();
  held.calendar = calendar;
  return Record(work, held);
}

absl::StatusOr<std::string> FindStaffCalendar(db::Connection& connection,
                                              const id::Uuid& organisation, const id::Uuid& staff,
                                              const Caller& caller) {
  RETURN_IF_ERROR(CheckSelf(staff, caller));
  ASSIGN_OR_RETURN(Days held, days_off::Find(connection, organisation, Scope::kStaffMember, staff));
  return held.calendar;
}

absl::StatusOr<Leave> AddLeave(Work& work, const store::EnrolmentKey& key, const Caller& caller,
                               Leave leave) {
  ASSIGN_OR_RETURN(Locked locked, LockOwnOrAsCoach(work, key, caller));
  RETURN_IF_ERROR(CheckNotEnded(locked.enrolment));
  ASSIGN_OR_RETURN(Days held,
                   days_off::Lock(work.tx, key.organisation, Scope::kEnrolment, key.enrolment));
  ASSIGN_OR_RETURN(std::vector<Leave> others,
                   store::ListAllLeave(work.tx, key.organisation, key.enrolment));
  ASSIGN_OR_RETURN(WorkingDaysSettings settings,
                   store::LoadWorkingDaysSettings(work.tx, key.organisation));
  ASSIGN_OR_RETURN(absl::CivilDay today, Today(work, key.organisation));
  RETURN_IF_ERROR(CheckLeave(leave, others, today, settings));
  leave.organisation = key.organisation;
  leave.enrolment = key.enrolment;
  leave.create_time = work.now;
  leave.created_by = caller.staff;
  RETURN_IF_ERROR(store::InsertLeave(work.tx, leave));
  RETURN_IF_ERROR(RecordLeave(work, held, locked.enrolment));
  return leave;
}

absl::Status RemoveLeave(Work& work, const store::EnrolmentKey& key, const Caller& caller,
                         const id::Uuid& leave) {
  ASSIGN_OR_RETURN(Locked locked, LockOwnOrAsCoach(work, key, caller));
  RETURN_IF_ERROR(CheckNotEnded(locked.enrolment));
  ASSIGN_OR_RETURN(Days held,
                   days_off::Lock(work.tx, key.organisation, Scope::kEnrolment, key.enrolment));
  ASSIGN_OR_RETURN(bool gone, store::DeleteLeave(work.tx, key.organisation, key.enrolment, leave));
  if (!gone) return status::NotFound("leave", LeaveName(key, leave));
  return RecordLeave(work, held, locked.enrolment);
}

absl::StatusOr<DaysOffAnswer> ReadDaysOff(db::Connection& connection, const Enrolment& enrolment,
                                          absl::CivilDay first, absl::CivilDay last) {
  const id::Uuid& organisation = enrolment.organisation;
  OffSources sources;
  ASSIGN_OR_RETURN(ClosedDays closed,
                   FindClosedDays(connection, organisation, Scope::kOrganisation, organisation));
  ASSIGN_OR_RETURN(Days chosen, days_off::Find(connection, organisation, Scope::kStaffMember,
                                               enrolment.participant));
  const std::string& calendar = chosen.calendar.empty() ? closed.calendar : chosen.calendar;
  ASSIGN_OR_RETURN(sources.holidays, HolidaysOf(connection, organisation, calendar));
  sources.organisation = std::move(closed.days);
  ASSIGN_OR_RETURN(sources.cohort, store::ListNamedDays(connection, organisation, Scope::kCohort,
                                                        enrolment.cohort));
  ASSIGN_OR_RETURN(sources.leave, store::ListAllLeave(connection, organisation, enrolment.id));
  DaysOffAnswer answer;
  answer.days = DaysOffBetween(first, last, sources);
  const holidays::Calendar* shipped = holidays::FindShipped(calendar);
  answer.holidays_unknown =
      shipped != nullptr && !(shipped->Covers(first) && shipped->Covers(last));
  return answer;
}

}  // namespace dap::enrolment
