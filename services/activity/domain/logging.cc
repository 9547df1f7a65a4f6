#include "services/activity/domain/logging.h"

#include "absl/strings/str_cat.h"
#include "libs/status/error.h"
#include "libs/time/calendar.h"

namespace dap::activity {

absl::Status CheckActivity(Kind kind, Setting setting, int minutes, absl::Time activity_time,
                           absl::Time now, const Settings& settings) {
  if (kind < Kind::kRead || kind > Kind::kReflect) {
    return status::Invalid(
        "activity.kind", "KIND_NOT_LOGGED",
        "Log READ, WATCH, TRY, PUBLISH, CONNECT or REFLECT; gatherings come from "
        "attendance.");
  }
  if (setting != Setting::kOnPlatform && setting != Setting::kOffPlatform) {
    return status::Invalid("activity.setting", "SETTING_NOT_LOGGED",
                           "Say ON_PLATFORM or OFF_PLATFORM; gatherings come from attendance.");
  }
  if (minutes < settings.min_minutes || minutes > settings.max_minutes) {
    return status::Invalid(
        "activity.minutes", "OUT_OF_RANGE",
        absl::StrCat("Give ", settings.min_minutes, " to ", settings.max_minutes, " minutes."));
  }
  if (activity_time > now + settings.skew) {
    return status::Invalid("activity.activity_time", "ACTIVITY_IN_FUTURE",
                           "The activity lies in the future; log it when it is done.");
  }
  if (activity_time < now - settings.log_within) {
    return status::Invalid(
        "activity.activity_time", "ACTIVITY_TOO_OLD",
        absl::StrCat("Log it within ", settings.log_within / absl::Hours(24), " days."));
  }
  return absl::OkStatus();
}

absl::Status CheckTakesPart(EnrolmentState state) {
  if (TakesPart(state)) return absl::OkStatus();
  return status::Precondition("ENROLMENT_STATE",
                              "The enrolment has ended or is not accepted yet; only who takes part "
                              "contributes.");
}

absl::Status CheckEnrolment(EnrolmentState state, absl::Time start, absl::TimeZone zone,
                            absl::Time activity_time) {
  if (absl::Status taking_part = CheckTakesPart(state); !taking_part.ok()) return taking_part;
  if (activity_time < start && time::DayOf(activity_time, zone) < time::DayOf(start, zone)) {
    return status::Invalid("activity.activity_time", "ACTIVITY_BEFORE_ENROLMENT",
                           "The activity lies before the enrolment's first day.");
  }
  return absl::OkStatus();
}

absl::Status CheckBusyUntil(absl::Time until, absl::Time now, const Settings& settings) {
  if (until == absl::InfinitePast()) {
    return status::Invalid("busy_until_time", "REQUIRED", "Say until when you are busy.");
  }
  if (until <= now) {
    return status::Invalid("busy_until_time", "BUSY_IN_PAST", "Give a time that lies ahead.");
  }
  if (until > now + settings.busy_at_most) {
    return status::Invalid("busy_until_time", "BUSY_TOO_LONG",
                           absl::StrCat("Give a time at most ",
                                        settings.busy_at_most / absl::Hours(24), " days ahead."));
  }
  return absl::OkStatus();
}

}  // namespace dap::activity
