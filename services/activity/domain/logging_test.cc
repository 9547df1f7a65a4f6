#include "services/activity/domain/logging.h"

#include <gtest/gtest.h>

#include "libs/status/matchers.h"
#include "libs/time/calendar.h"

namespace dap::activity {
namespace {

using status::HasReason;
using status::IsOk;
using status::NamesField;
using status::StatusIs;
using testing::AllOf;

const absl::Time kNow = absl::FromUnixSeconds(1'795'500'000);

absl::Status Check(Kind kind, Setting setting, int minutes, absl::Duration ago) {
  return CheckActivity(kind, setting, minutes, kNow - ago, kNow, Settings());
}

TEST(Logging, TakesTheSixKindsAndTheTwoSettings) {
  for (int kind = 0; kind <= 8; ++kind) {
    const absl::Status checked =
        Check(static_cast<Kind>(kind), Setting::kOnPlatform, 15, absl::ZeroDuration());
    if (kind >= 1 && kind <= 6) {
      EXPECT_THAT(checked, IsOk()) << kind;
    } else {
      EXPECT_THAT(checked, AllOf(HasReason("KIND_NOT_LOGGED"), NamesField("activity.kind")));
    }
  }
  for (Setting setting : {Setting::kUnspecified, Setting::kGathering}) {
    EXPECT_THAT(Check(Kind::kRead, setting, 15, absl::ZeroDuration()),
                AllOf(HasReason("SETTING_NOT_LOGGED"), NamesField("activity.setting")));
  }
  EXPECT_THAT(Check(Kind::kRead, Setting::kOffPlatform, 15, absl::ZeroDuration()), IsOk());
}

TEST(Logging, TakesOneTo600Minutes) {
  for (int minutes : {1, 600}) {
    EXPECT_THAT(Check(Kind::kRead, Setting::kOnPlatform, minutes, absl::ZeroDuration()), IsOk());
  }
  for (int minutes : {-1, 0, 601}) {
    EXPECT_THAT(Check(Kind::kRead, Setting::kOnPlatform, minutes, absl::ZeroDuration()),
                AllOf(HasReason("OUT_OF_RANGE"), NamesField("activity.minutes")));
  }
}

TEST(Logging, TakesTheLast60DaysAndFiveMinutesOfSkew) {
  const auto at = [](absl::Duration ago) {
    return Check(Kind::kRead, Setting::kOnPlatform, 15, ago);
  };
  EXPECT_THAT(at(-absl::Minutes(5)), IsOk());
  EXPECT_THAT(at(-absl::Minutes(5) - absl::Seconds(1)), HasReason("ACTIVITY_IN_FUTURE"));
  EXPECT_THAT(at(absl::Hours(24 * 60)), IsOk());
  EXPECT_THAT(at(absl::Hours(24 * 60) + absl::Seconds(1)), HasReason("ACTIVITY_TOO_OLD"));
}

TEST(Logging, TakesThemFromTheEnrolmentsFirstDayOn) {
  const absl::TimeZone zone = *time::ZoneOf("Europe/London");
  const absl::Time start = absl::FromCivil(absl::CivilSecond(2026, 11, 20, 14, 0, 0), zone);
  const auto check = [&](absl::CivilSecond at) {
    return CheckEnrolment(EnrolmentState::kActive, start, zone, absl::FromCivil(at, zone));
  };
  EXPECT_THAT(check(absl::CivilSecond(2026, 11, 20, 9, 0, 0)), IsOk());
  EXPECT_THAT(
      check(absl::CivilSecond(2026, 11, 19, 23, 59, 59)),
      AllOf(StatusIs(absl::StatusCode::kInvalidArgument), HasReason("ACTIVITY_BEFORE_ENROLMENT")));
}

TEST(Logging, TakesThemFromWhoTakesPart) {
  for (int state = 0; state <= 8; ++state) {
    const absl::Status checked = CheckTakesPart(static_cast<EnrolmentState>(state));
    if (state >= 4 && state <= 6) {
      EXPECT_THAT(checked, IsOk()) << state;
    } else {
      EXPECT_THAT(checked, HasReason("ENROLMENT_STATE")) << state;
    }
  }
}

TEST(Logging, BusyEndsWithin60Days) {
  const Settings settings;
  EXPECT_THAT(CheckBusyUntil(kNow + absl::Hours(24 * 60), kNow, settings), IsOk());
  EXPECT_THAT(CheckBusyUntil(kNow + absl::Hours(24 * 60) + absl::Seconds(1), kNow, settings),
              HasReason("BUSY_TOO_LONG"));
  EXPECT_THAT(CheckBusyUntil(kNow, kNow, settings), HasReason("BUSY_IN_PAST"));
  EXPECT_THAT(CheckBusyUntil(absl::InfinitePast(), kNow, settings), HasReason("REQUIRED"));
}

}  // namespace
}  // namespace dap::activity
