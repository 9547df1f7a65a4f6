// A message to a person, and what came of it.
#ifndef DAP_SERVICES_NOTIFICATION_DOMAIN_MESSAGE_H_
#define DAP_SERVICES_NOTIFICATION_DOMAIN_MESSAGE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "libs/id/uuid.h"

namespace dap::notification {

// As in the proto, number for number.
enum class Kind {
  kCheckIn = 1,
  kPatronQueue = 2,
  kOfferOneToOne = 3,
  kPlace = 4,
  kSession = 5,
  kMoment = 6,
  kBarrier = 7,
  kPatronInvitation = 8,
  kSessionLeft = 9,
  kCohortCalledOff = 10,
  kReminder = 11,
  kCatchUp = 12,
  kExperienceRemoved = 13,
  kConsent = 14,
  kExperienceReported = 15,
};
inline constexpr Kind kKinds[] = {
    Kind::kCheckIn,           Kind::kPatronQueue, Kind::kOfferOneToOne,     Kind::kPlace,
    Kind::kSession,           Kind::kMoment,      Kind::kBarrier,           Kind::kPatronInvitation,
    Kind::kSessionLeft,       Kind::kReminder,    Kind::kCohortCalledOff,   Kind::kCatchUp,
    Kind::kExperienceRemoved, Kind::kConsent,     Kind::kExperienceReported};

// As in the proto, number for number. Waiting and deferred messages are looked at again; the others
// stay as they are.
enum class Outcome { kWaiting = 0, kSent = 1, kDeferred = 2, kSuppressed = 3, kExpired = 4 };

// Whether the system says it of its own accord, to move somebody. Such a message is within the
// budget, goes stale, and stops where a person wants no nudges. The others answer something the
// person takes part in or asked about (a place, a gathering, a barrier they reported), or put a
// colleague's question to them.
constexpr bool IsNudge(Kind kind) {
  return kind == Kind::kCheckIn || kind == Kind::kPatronQueue || kind == Kind::kOfferOneToOne ||
         kind == Kind::kMoment;
}

// Whether the system says it to a participant of its own accord. Who rests hears nothing of these
// until they act.
constexpr bool IsAutomated(Kind kind) {
  return kind == Kind::kCheckIn || kind == Kind::kSession || kind == Kind::kReminder ||
         kind == Kind::kCatchUp;
}

// Whether it is of no use once a gathering has begun.
constexpr bool IsOfGathering(Kind kind) {
  return kind == Kind::kSession || kind == Kind::kSessionLeft || kind == Kind::kReminder ||
         kind == Kind::kCatchUp;
}

// Whether it is about somebody's enrolment, whose state then decides with the rest.
constexpr bool IsOfEnrolment(Kind kind) { return kind != Kind::kPatronInvitation; }

// What a person reads.
struct Text {
  std::string subject;
  std::string body;
  // The facts it was worked out from, in a sentence.
  std::string why;
};

struct Message {
  id::Uuid organisation;
  id::Uuid recipient;  // a staff member
  id::Uuid message;
  Kind kind = Kind::kCheckIn;
  // What made it: one message for each (recipient, kind, cause, version). The version tells apart
  // what one thing causes more than once: a gathering that moves again.
  id::Uuid cause;
  int64_t cause_version = 0;
  // What it is true about; when that is settled, it need not be sent any more.
  id::Uuid matter;
  // Whose enrolment it is about.
  id::Uuid enrolment;
  std::string about;  // a resource name
  Text text;
  absl::Time create_time;
  // From then on it is of no use; never for some.
  std::optional<absl::Time> expire_time;

  Outcome outcome = Outcome::kWaiting;
  std::string outcome_reason;
  // When it is looked at next; nothing where its outcome is final.
  std::optional<absl::Time> due_time;
  std::optional<absl::Time> settle_time;
  std::optional<absl::Time> send_time;
  std::optional<absl::Time> read_time;
};

}  // namespace dap::notification

#endif  // DAP_SERVICES_NOTIFICATION_DOMAIN_MESSAGE_H_
