// Between the protos of working days and the domain. Pure.
#ifndef DAP_SERVICES_ENROLMENT_WORKING_DAYS_CONVERT_H_
#define DAP_SERVICES_ENROLMENT_WORKING_DAYS_CONVERT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dap/enrolment/v1/working_days.pb.h"
#include "google/protobuf/repeated_field.h"
#include "libs/holidays/calendar.h"
#include "services/enrolment/domain/working_days.h"
#include "services/enrolment/store/enrolments.h"

namespace dap::enrolment {

// `calendar` is the id of one that ships or, as text, of one of the organisation's own.
std::string HolidayCalendarName(const id::Uuid& organisation, absl::string_view calendar);
// Empty for none.
std::string ChosenCalendarName(const id::Uuid& organisation, absl::string_view calendar);
std::string LeaveName(const store::EnrolmentKey& key, const id::Uuid& leave);

v1::HolidayCalendar ToProto(const HolidayCalendar& calendar);
v1::HolidayCalendar ToProto(const id::Uuid& organisation, const holidays::Calendar& calendar);
v1::LeavePeriod ToProto(const store::EnrolmentKey& key, const Leave& leave);
v1::DayOff ToProto(const DayOff& day);
void SetDays(const std::vector<NamedDay>& days,
             google::protobuf::RepeatedPtrField<v1::NamedDay>* protos);

// INVALID_ARGUMENT (DATE_INVALID) below `field`.
absl::StatusOr<std::vector<NamedDay>> FromProto(
    const google::protobuf::RepeatedPtrField<v1::NamedDay>& protos, absl::string_view field);
// The days alone; DATE_INVALID below "leave".
absl::StatusOr<Leave> FromProto(const v1::LeavePeriod& leave);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_WORKING_DAYS_CONVERT_H_
