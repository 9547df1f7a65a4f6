// Whether a message goes out, worked out anew at the moment of sending. Pure.
#ifndef DAP_SERVICES_NOTIFICATION_DOMAIN_DECISION_H_
#define DAP_SERVICES_NOTIFICATION_DOMAIN_DECISION_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "libs/time/calendar.h"
#include "services/notification/domain/message.h"
#include "services/notification/domain/settings.h"

namespace dap::notification {

// As in the enrolment service's proto, number for number.
enum class StaffState { kUnknown = 0, kActive = 1, kSuspended = 2, kLeft = 3 };
enum class EnrolmentState {
  kUnknown = 0,
  kApplied = 1,
  kNominated = 2,
  kWaitlisted = 3,
  kAwaitingKickoff = 4,
  kActive = 5,
  kPaused = 6,
  kCompleted = 7,
  kWithdrawn = 8,
};

// What is known of the recipient and of what the message is about, now.
struct Facts {
  // The recipient; unknown where no event has told of them yet.
  StaffState staff = StaffState::kUnknown;
  // Their zone; nothing where no event has told of it yet.
  std::optional<absl::TimeZone> zone;
  bool no_nudges = false;
  // When nudges were sent to them, newest first.
  std::vector<absl::Time> nudges_sent;
  // The enrolment that the message is about.
  EnrolmentState enrolment = EnrolmentState::kUnknown;
  // Its silence came to its end unanswered, and nothing was heard since.
  bool resting = false;
  // The recipient is still who this kind of message is for: participant, patron, coach.
  bool concerned = false;
  // The gathering that the message is about is called off; the recipient said no to it.
  bool called_off = false;
  bool said_no = false;
  // The recipient's days off beside weekends: public holidays, closed days, leave.
  time::DayOff off = time::NoDaysOff;
};

struct Decision {
  Outcome outcome = Outcome::kWaiting;
  // UPPER_SNAKE; empty where sent.
  std::string reason;
  // Where deferred: when to look again.
  std::optional<absl::Time> due_time;
};

// clang-format off
// Never kWaiting. Reasons, in the order they are looked at (what is final comes before what
// passes):
//   SUPPRESSED  NO_LONGER_TRUE   what it was about is settled, or the place is not theirs any more
//   EXPIRED     TOO_LATE         a nudge past its days, a gathering that has begun
//   DEFERRED    NOT_KNOWN_YET    nothing has told of the recipient or the enrolment yet
//   SUPPRESSED  NOT_EMPLOYED     suspended or left
//   SUPPRESSED  ENROLMENT_ENDED, ENROLMENT_PAUSED, ENROLMENT_NOT_ACTIVE; never a gathering that is
//               called off, of which only they hear who were told of it
//   SUPPRESSED  SAID_NO          a reminder of what they do not come to
//   SUPPRESSED  RESTING          nothing automated until they act, but that a gathering is called off
//   SUPPRESSED  NOT_CONCERNED    no longer the patron, or coach
//   SUPPRESSED  NO_NUDGES        they want none
//   DEFERRED    OUTSIDE_HOURS    until the window opens; news of a gathering that begins before
//                                that goes out at once
//   DEFERRED    OVER_BUDGET      until the budget has room
// clang-format on
Decision Decide(const Message& message, const Facts& facts, absl::Time now,
                const Settings& settings);

}  // namespace dap::notification

#endif  // DAP_SERVICES_NOTIFICATION_DOMAIN_DECISION_H_
