#include "services/enrolment/working_days_convert.h"

#include "absl/strings/str_cat.h"
#include "libs/id/resource_name.h"
#include "libs/status/macros.h"
#include "services/enrolment/convert.h"

namespace dap::enrolment {

static_assert(static_cast<int>(OffReason::kLeave) == v1::DAY_OFF_REASON_LEAVE);

std::string HolidayCalendarName(const id::Uuid& organisation, absl::string_view calendar) {
  return absl::StrCat(OrganisationName(organisation), "/holidayCalendars/", calendar);
}
std::string ChosenCalendarName(const id::Uuid& organisation, absl::string_view calendar) {
  return calendar.empty() ? "" : HolidayCalendarName(organisation, calendar);
}
std::string LeaveName(const store::EnrolmentKey& key, const id::Uuid& leave) {
  return id::Name({{"organisations", key.organisation},
                   {"cohorts", key.cohort},
                   {"enrolments", key.enrolment},
                   {"leave", leave}});
}

v1::HolidayCalendar ToProto(const HolidayCalendar& calendar) {
  v1::HolidayCalendar proto;
  proto.set_name(HolidayCalendarName(calendar.organisation, calendar.id.ToString()));
  proto.set_title(calendar.title);
  SetDays(calendar.days, proto.mutable_days());
  if (calendar.version > 0) proto.set_etag(Etag(calendar.version));
  return proto;
}

v1::HolidayCalendar ToProto(const id::Uuid& organisation, const holidays::Calendar& calendar) {
  v1::HolidayCalendar proto;
  proto.set_name(HolidayCalendarName(organisation, calendar.id()));
  proto.set_title(calendar.title());
  for (const holidays::Holiday& holiday : calendar.holidays()) {
    v1::NamedDay& day = *proto.add_days();
    SetDay(holiday.day, day.mutable_date());
    day.set_title(holiday.name);
  }
  proto.set_data_version(calendar.version());
  proto.set_first_year(calendar.first_year());
  proto.set_last_year(calendar.last_year());
  return proto;
}

v1::LeavePeriod ToProto(const store::EnrolmentKey& key, const Leave& leave) {
  v1::LeavePeriod proto;
  proto.set_name(LeaveName(key, leave.id));
  SetDay(leave.first, proto.mutable_first_date());
  SetDay(leave.last, proto.mutable_last_date());
  SetTime(leave.create_time, proto.mutable_create_time());
  return proto;
}

v1::DayOff ToProto(const DayOff& day) {
  v1::DayOff proto;
  SetDay(day.day, proto.mutable_date());
  proto.set_reason(static_cast<v1::DayOffReason>(day.reason));
  proto.set_title(day.title);
  return proto;
}

void SetDays(const std::vector<NamedDay>& days,
             google::protobuf::RepeatedPtrField<v1::NamedDay>* protos) {
  for (const NamedDay& day : days) {
    v1::NamedDay& proto = *protos->Add();
    SetDay(day.day, proto.mutable_date());
    proto.set_title(day.title);
  }
}

absl::StatusOr<std::vector<NamedDay>> FromProto(
    const google::protobuf::RepeatedPtrField<v1::NamedDay>& protos, absl::string_view field) {
  std::vector<NamedDay> days;
  for (int i = 0; i < protos.size(); ++i) {
    NamedDay& day = days.emplace_back();
    ASSIGN_OR_RETURN(day.day, ReadDay(protos[i].date(), absl::StrCat(field, "[", i, "].date")));
    day.title = protos[i].title();
  }
  return days;
}

absl::StatusOr<Leave> FromProto(const v1::LeavePeriod& proto) {
  Leave leave;
  ASSIGN_OR_RETURN(leave.first, ReadDay(proto.first_date(), "leave.first_date"));
  ASSIGN_OR_RETURN(leave.last, ReadDay(proto.last_date(), "leave.last_date"));
  return leave;
}

}  // namespace dap::enrolment
