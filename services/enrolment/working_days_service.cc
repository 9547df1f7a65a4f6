#include "services/enrolment/working_days_service.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/db/transaction.h"
#include "libs/id/resource_name.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/operations/record_reads.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/operations/working_days.h"
#include "services/enrolment/request.h"
#include "services/enrolment/store/cohorts.h"
#include "services/enrolment/store/working_days.h"
#include "services/enrolment/working_days_convert.h"

namespace dap::enrolment {
namespace {

constexpr int kMostDaysAsked = 366;

// The organisation and the last part of a calendar's name, which the field's rule has looked at.
struct CalendarKey {
  id::Uuid organisation;
  std::string calendar;
};
absl::StatusOr<CalendarKey> CalendarOf(const rpc::Call& call, absl::string_view name) {
  const size_t slash = name.rfind('/');
  const size_t collection = name.rfind('/', slash - 1);
  ASSIGN_OR_RETURN(id::Uuid organisation, OrganisationOf(call, name.substr(0, collection)));
  return CalendarKey{organisation, std::string(name.substr(slash + 1))};
}
// The calendar that is chosen; empty where none is.
absl::StatusOr<std::string> ChosenOf(const rpc::Call& call, absl::string_view name) {
  if (name.empty()) return std::string();
  ASSIGN_OR_RETURN(CalendarKey key, CalendarOf(call, name));
  return std::move(key.calendar);
}

absl::Status NoCalendar(const CalendarKey& key) {
  return status::NotFound("holiday calendar", HolidayCalendarName(key.organisation, key.calendar));
}

v1::OrganisationDaysOff OrganisationDays(const id::Uuid& organisation, const ClosedDays& closed) {
  v1::OrganisationDaysOff proto;
  proto.set_organisation(OrganisationName(organisation));
  proto.set_holiday_calendar(ChosenCalendarName(organisation, closed.calendar));
  SetDays(closed.days, proto.mutable_closed_days());
  proto.set_etag(Etag(closed.version));
  return proto;
}
v1::CohortDaysOff CohortDays(const CohortKey& key, const ClosedDays& closed) {
  v1::CohortDaysOff proto;
  proto.set_cohort(CohortName(key.organisation, key.cohort));
  SetDays(closed.days, proto.mutable_closed_days());
  proto.set_etag(Etag(closed.version));
  return proto;
}

struct LeaveKey {
  store::EnrolmentKey enrolment;
  id::Uuid leave;
};
absl::StatusOr<LeaveKey> LeaveOf(const rpc::Call& call, absl::string_view name) {
  ASSIGN_OR_RETURN(std::vector<id::Uuid> ids,
                   id::Ids(name, {"organisations", "cohorts", "enrolments", "leave"}));
  ASSIGN_OR_RETURN(store::EnrolmentKey key,
                   EnrolmentOf(call, EnrolmentName(ids[0], ids[1], ids[2])));
  return LeaveKey{key, ids[3]};
}

// A position of ListLeave: the id's bytes, then the day.
store::LeavePosition LeaveAt(const std::string& position) {
  store::LeavePosition at;
  if (position.size() <= id::Uuid::kBytes ||
      !absl::ParseCivilTime(position.substr(id::Uuid::kBytes), &at.first)) {
    return store::LeavePosition();
  }
  at.leave = IdAt(position.substr(0, id::Uuid::kBytes));
  return at;
}

struct Asked {
  absl::CivilDay first, last;
};
absl::StatusOr<Asked> AskedOf(const v1::ListDaysOffRequest& request) {
  Asked asked;
  ASSIGN_OR_RETURN(asked.first, ReadDay(request.first_date(), "first_date"));
  ASSIGN_OR_RETURN(asked.last, ReadDay(request.last_date(), "last_date"));
  if (asked.last < asked.first) {
    return status::Invalid("last_date", "DATE_ORDER", "Must not be before first_date.");
  }
  if (asked.last - asked.first >= kMostDaysAsked) {
    return status::Invalid("last_date", "DATE_SPAN",
                           absl::StrCat("At most ", kMostDaysAsked, " days at once."));
  }
  return asked;
}

}  // namespace

WorkingDaysFace::WorkingDaysFace(const Parts& parts)
    : parts_(parts), service_("dap.enrolment.v1.WorkingDaysService") {
  using Face = WorkingDaysFace;
  rpc::Bind(service_, "ListHolidayCalendars", this, &Face::ListHolidayCalendars);
  rpc::Bind(service_, "GetHolidayCalendar", this, &Face::GetHolidayCalendar);
  rpc::Bind(service_, "CreateHolidayCalendar", this, &Face::CreateHolidayCalendar);
  rpc::Bind(service_, "ReplaceHolidayCalendar", this, &Face::ReplaceHolidayCalendar);
  rpc::Bind(service_, "GetOrganisationDaysOff", this, &Face::GetOrganisationDaysOff);
  rpc::Bind(service_, "SetOrganisationDaysOff", this, &Face::SetOrganisationDaysOff);
  rpc::Bind(service_, "GetCohortDaysOff", this, &Face::GetCohortDaysOff);
  rpc::Bind(service_, "SetCohortDaysOff", this, &Face::SetCohortDaysOff);
  rpc::Bind(service_, "GetStaffCalendar", this, &Face::GetStaffCalendar);
  rpc::Bind(service_, "SetStaffCalendar", this, &Face::SetStaffCalendar);
  rpc::Bind(service_, "AddLeave", this, &Face::AddLeave);
  rpc::Bind(service_, "RemoveLeave", this, &Face::RemoveLeave);
  rpc::Bind(service_, "ListLeave", this, &Face::ListLeave);
  rpc::Bind(service_, "ListDaysOff", this, &Face::ListDaysOff);
}

absl::StatusOr<v1::ListHolidayCalendarsResponse> WorkingDaysFace::ListHolidayCalendars(
    const Call& call, const v1::ListHolidayCalendarsRequest& request) {
  ASSIGN_OR_RETURN(id::Uuid organisation, OrganisationOf(call, request.parent()));
  ASSIGN_OR_RETURN(std::vector<HolidayCalendar> own,
                   db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) {
                     return store::ListHolidayCalendars(connection, organisation);
                   }));
  v1::ListHolidayCalendarsResponse response;
  for (const holidays::Calendar& calendar : holidays::Shipped()) {
    v1::HolidayCalendar& listed = *response.add_holiday_calendars();
    listed = ToProto(organisation, calendar);
    listed.clear_days();
  }
  for (const HolidayCalendar& calendar : own) {
    *response.add_holiday_calendars() = ToProto(calendar);
  }
  return response;
}

absl::StatusOr<v1::GetHolidayCalendarResponse> WorkingDaysFace::GetHolidayCalendar(
    const Call& call, const v1::GetHolidayCalendarRequest& request) {
  ASSIGN_OR_RETURN(CalendarKey key, CalendarOf(call, request.name()));
  v1::GetHolidayCalendarResponse response;
  if (const holidays::Calendar* shipped = holidays::FindShipped(key.calendar)) {
    *response.mutable_holiday_calendar() = ToProto(key.organisation, *shipped);
    return response;
  }
  const absl::StatusOr<id::Uuid> own = id::Uuid::Parse(key.calendar);
  if (!own.ok()) return NoCalendar(key);
  ASSIGN_OR_RETURN(HolidayCalendar found,
                   db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) {
                     return FindOwnCalendar(connection, key.organisation, *own);
                   }));
  *response.mutable_holiday_calendar() = ToProto(found);
  return response;
}

absl::StatusOr<v1::CreateHolidayCalendarResponse> WorkingDaysFace::CreateHolidayCalendar(
    const Call& call, const v1::CreateHolidayCalendarRequest& request) {
  using Response = v1::CreateHolidayCalendarResponse;
  HolidayCalendar calendar;
  ASSIGN_OR_RETURN(calendar.organisation, OrganisationOf(call, request.parent()));
  calendar.id = parts_.ids.Next();
  calendar.title = request.holiday_calendar().title();
  ASSIGN_OR_RETURN(calendar.days,
                   FromProto(request.holiday_calendar().days(), "holiday_calendar.days"));
  return Once<Response>(parts_, call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(HolidayCalendar made, enrolment::CreateHolidayCalendar(work, calendar));
    Response response;
    *response.mutable_holiday_calendar() = ToProto(made);
    return response;
  });
}

absl::StatusOr<v1::ReplaceHolidayCalendarResponse> WorkingDaysFace::ReplaceHolidayCalendar(
    const Call& call, const v1::ReplaceHolidayCalendarRequest& request) {
  using Response = v1::ReplaceHolidayCalendarResponse;
  ASSIGN_OR_RETURN(CalendarKey key, CalendarOf(call, request.name()));
  if (holidays::FindShipped(key.calendar) != nullptr) {
    return status::Precondition("HOLIDAY_CALENDAR_SHIPS",
                                "It is not your organisation's own: make one that is.");
  }
  const absl::StatusOr<id::Uuid> own = id::Uuid::Parse(key.calendar);
  if (!own.ok()) return NoCalendar(key);
  const v1::HolidayCalendar& wanted = request.holiday_calendar();
  HolidayCalendar calendar;
  calendar.organisation = key.organisation;
  calendar.id = *own;
  calendar.title = wanted.title();
  ASSIGN_OR_RETURN(calendar.days, FromProto(wanted.days(), "holiday_calendar.days"));
  return Once<Response>(parts_, call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(HolidayCalendar made,
                     enrolment::ReplaceHolidayCalendar(work, calendar, wanted.etag()));
    Response response;
    *response.mutable_holiday_calendar() = ToProto(made);
    return response;
  });
}

absl::StatusOr<v1::GetOrganisationDaysOffResponse> WorkingDaysFace::GetOrganisationDaysOff(
    const Call& call, const v1::GetOrganisationDaysOffRequest& request) {
  ASSIGN_OR_RETURN(id::Uuid organisation, OrganisationOf(call, request.name()));
  ASSIGN_OR_RETURN(ClosedDays closed,
                   db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) {
                     return FindClosedDays(connection, organisation, days_off::Scope::kOrganisation,
                                           organisation);
                   }));
  v1::GetOrganisationDaysOffResponse response;
  *response.mutable_days_off() = OrganisationDays(organisation, closed);
  return response;
}

absl::StatusOr<v1::SetOrganisationDaysOffResponse> WorkingDaysFace::SetOrganisationDaysOff(
    const Call& call, const v1::SetOrganisationDaysOffRequest& request) {
  using Response = v1::SetOrganisationDaysOffResponse;
  ASSIGN_OR_RETURN(id::Uuid organisation, OrganisationOf(call, request.name()));
  ClosedDays wanted;
  ASSIGN_OR_RETURN(wanted.calendar, ChosenOf(call, request.holiday_calendar()));
  ASSIGN_OR_RETURN(wanted.days, FromProto(request.closed_days(), "closed_days"));
  return Once<Response>(parts_, call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(ClosedDays closed,
                     enrolment::SetOrganisationDaysOff(work, organisation, wanted, request.etag()));
    Response response;
    *response.mutable_days_off() = OrganisationDays(organisation, closed);
    return response;
  });
}

absl::StatusOr<v1::GetCohortDaysOffResponse> WorkingDaysFace::GetCohortDaysOff(
    const Call& call, const v1::GetCohortDaysOffRequest& request) {
  ASSIGN_OR_RETURN(CohortKey key, CohortOf(call, request.name()));
  ASSIGN_OR_RETURN(
      ClosedDays closed,
      db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) -> Result<ClosedDays> {
        ASSIGN_OR_RETURN(std::optional<Cohort> cohort,
                         store::FindCohort(connection, key.organisation, key.cohort));
        if (!cohort.has_value()) return status::NotFound("cohort", request.name());
        return FindClosedDays(connection, key.organisation, days_off::Scope::kCohort, key.cohort);
      }));
  v1::GetCohortDaysOffResponse response;
  *response.mutable_days_off() = CohortDays(key, closed);
  return response;
}

absl::StatusOr<v1::SetCohortDaysOffResponse> WorkingDaysFace::SetCohortDaysOff(
    const Call& call, const v1::SetCohortDaysOffRequest& request) {
  using Response = v1::SetCohortDaysOffResponse;
  ASSIGN_OR_RETURN(CohortKey key, CohortOf(call, request.name()));
  ClosedDays wanted;
  ASSIGN_OR_RETURN(wanted.days, FromProto(request.closed_days(), "closed_days"));
  return Once<Response>(parts_, call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(ClosedDays closed, enrolment::SetCohortDaysOff(work, key, CallerOf(call),
                                                                    wanted, request.etag()));
    Response response;
    *response.mutable_days_off() = CohortDays(key, closed);
    return response;
  });
}

absl::StatusOr<v1::GetStaffCalendarResponse> WorkingDaysFace::GetStaffCalendar(
    const Call& call, const v1::GetStaffCalendarRequest& request) {
  ASSIGN_OR_RETURN(id::Uuid staff, StaffOf(call, request.name()));
  const id::Uuid& organisation = call.principal().organisation;
  ASSIGN_OR_RETURN(std::string calendar,
                   db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) {
                     return FindStaffCalendar(connection, organisation, staff, CallerOf(call));
                   }));
  v1::GetStaffCalendarResponse response;
  response.set_holiday_calendar(ChosenCalendarName(organisation, calendar));
  return response;
}

absl::StatusOr<v1::SetStaffCalendarResponse> WorkingDaysFace::SetStaffCalendar(
    const Call& call, const v1::SetStaffCalendarRequest& request) {
  using Response = v1::SetStaffCalendarResponse;
  ASSIGN_OR_RETURN(id::Uuid staff, StaffOf(call, request.name()));
  ASSIGN_OR_RETURN(std::string calendar, ChosenOf(call, request.holiday_calendar()));
  const id::Uuid& organisation = call.principal().organisation;
  return Once<Response>(parts_, call, request, [&](Work& work) -> Result<Response> {
    RETURN_IF_ERROR(
        enrolment::SetStaffCalendar(work, organisation, staff, CallerOf(call), calendar));
    Response response;
    response.set_holiday_calendar(ChosenCalendarName(organisation, calendar));
    return response;
  });
}

absl::StatusOr<v1::AddLeaveResponse> WorkingDaysFace::AddLeave(const Call& call,
                                                               const v1::AddLeaveRequest& request) {
  using Response = v1::AddLeaveResponse;
  ASSIGN_OR_RETURN(store::EnrolmentKey key, EnrolmentOf(call, request.parent()));
  ASSIGN_OR_RETURN(Leave wanted, FromProto(request.leave()));
  wanted.id = parts_.ids.Next();
  return Once<Response>(parts_, call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(Leave leave, enrolment::AddLeave(work, key, CallerOf(call), wanted));
    Response response;
    *response.mutable_leave() = ToProto(key, leave);
    return response;
  });
}

absl::StatusOr<v1::RemoveLeaveResponse> WorkingDaysFace::RemoveLeave(
    const Call& call, const v1::RemoveLeaveRequest& request) {
  using Response = v1::RemoveLeaveResponse;
  ASSIGN_OR_RETURN(LeaveKey key, LeaveOf(call, request.name()));
  return Once<Response>(parts_, call, request, [&](Work& work) -> Result<Response> {
    RETURN_IF_ERROR(enrolment::RemoveLeave(work, key.enrolment, CallerOf(call), key.leave));
    return Response();
  });
}

absl::StatusOr<v1::ListLeaveResponse> WorkingDaysFace::ListLeave(
    const Call& call, const v1::ListLeaveRequest& request) {
  ASSIGN_OR_RETURN(store::EnrolmentKey key, EnrolmentOf(call, request.parent()));
  ASSIGN_OR_RETURN(Page page, Page::Open(parts_.page_tokens, call, request));
  std::vector<Leave> leave;
  store::EnrolmentView view;
  RETURN_IF_ERROR(
      db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) -> absl::Status {
        ASSIGN_OR_RETURN(view, FindOwnOrAsCoach(connection, key, CallerOf(call)));
        ASSIGN_OR_RETURN(leave, store::ListLeave(connection, key.organisation, key.enrolment,
                                                 LeaveAt(page.position()), page.limit()));
        return absl::OkStatus();
      }));
  RETURN_IF_ERROR(RecordReads(parts_.pool, key.organisation, CallerOf(call), {view},
                              parts_.clock.Now(), call.deadline()));
  v1::ListLeaveResponse response;
  response.set_next_page_token(page.Cut(leave, [](const Leave& last) {
    return absl::StrCat(PositionOf(last.id), absl::FormatCivilTime(last.first));
  }));
  for (const Leave& one : leave) *response.add_leave() = ToProto(key, one);
  return response;
}

absl::StatusOr<v1::ListDaysOffResponse> WorkingDaysFace::ListDaysOff(
    const Call& call, const v1::ListDaysOffRequest& request) {
  ASSIGN_OR_RETURN(store::EnrolmentKey key, EnrolmentOf(call, request.parent()));
  ASSIGN_OR_RETURN(Asked asked, AskedOf(request));
  DaysOffAnswer answer;
  store::EnrolmentView view;
  RETURN_IF_ERROR(
      db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) -> absl::Status {
        ASSIGN_OR_RETURN(view, FindOwnOrAsCoach(connection, key, CallerOf(call)));
        ASSIGN_OR_RETURN(answer, ReadDaysOff(connection, view.enrolment, asked.first, asked.last));
        return absl::OkStatus();
      }));
  RETURN_IF_ERROR(RecordReads(parts_.pool, key.organisation, CallerOf(call), {view},
                              parts_.clock.Now(), call.deadline()));
  v1::ListDaysOffResponse response;
  for (const DayOff& day : answer.days) *response.add_days_off() = ToProto(day);
  response.set_holidays_unknown(answer.holidays_unknown);
  return response;
}

}  // namespace dap::enrolment
