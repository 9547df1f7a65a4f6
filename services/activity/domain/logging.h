// What may be logged, when, and by an enrolment in which state.
#ifndef DAP_SERVICES_ACTIVITY_DOMAIN_LOGGING_H_
#define DAP_SERVICES_ACTIVITY_DOMAIN_LOGGING_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/activity/domain/contribution.h"
#include "services/activity/domain/settings.h"

namespace dap::activity {

// Numbers as in dap.enrolment.v1.EnrolmentState.
enum class EnrolmentState {
  kUnspecified = 0,
  kApplied = 1,
  kNominated = 2,
  kWaitlisted = 3,
  kAwaitingKickoff = 4,
  kActive = 5,
  kPaused = 6,
  kCompleted = 7,
  kWithdrawn = 8,
};

inline bool TakesPart(EnrolmentState state) {
  return state == EnrolmentState::kAwaitingKickoff || state == EnrolmentState::kActive ||
         state == EnrolmentState::kPaused;
}

// What can be said of an activity without knowing the enrolment. INVALID_ARGUMENT for
// activity.kind (KIND_NOT_LOGGED), activity.setting (SETTING_NOT_LOGGED), activity.minutes
// (OUT_OF_RANGE), activity.activity_time (ACTIVITY_IN_FUTURE, ACTIVITY_TOO_OLD).
absl::Status CheckActivity(Kind kind, Setting setting, int minutes, absl::Time activity_time,
                           absl::Time now, const Settings& settings);

// What the enrolment adds: FAILED_PRECONDITION (ENROLMENT_STATE), INVALID_ARGUMENT
// (ACTIVITY_BEFORE_ENROLMENT). `start` is when it was activated or, before that, when it was first
// heard of here; an activity of the same day in `zone` is taken.
absl::Status CheckEnrolment(EnrolmentState state, absl::Time start, absl::TimeZone zone,
                            absl::Time activity_time);

// The same for what is shared or answered: FAILED_PRECONDITION (ENROLMENT_STATE) where it has ended
// or not begun.
absl::Status CheckTakesPart(EnrolmentState state);

// How long a busy participant may say they are. INVALID_ARGUMENT for busy_until_time: REQUIRED,
// BUSY_IN_PAST, BUSY_TOO_LONG.
absl::Status CheckBusyUntil(absl::Time until, absl::Time now, const Settings& settings);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_DOMAIN_LOGGING_H_
