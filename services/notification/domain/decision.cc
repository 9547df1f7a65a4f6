#include "services/notification/domain/decision.h"

#include <algorithm>
#include <utility>

#include "services/notification/domain/attention_budget.h"
#include "services/notification/domain/sending_window.h"

namespace dap::notification {
namespace {

// Events of two producers come in any order; what is missing is mostly here within seconds.
constexpr absl::Duration kLookAgain = absl::Minutes(5);

Decision Suppress(std::string reason) { return {Outcome::kSuppressed, std::move(reason), {}}; }

// Deferred past its end it would only wait for nothing: it is looked at when it ends.
Decision Defer(const Message& message, std::string reason, absl::Time until) {
  return {Outcome::kDeferred, std::move(reason),
          std::min(until, message.expire_time.value_or(absl::InfiniteFuture()))};
}

bool HasEnded(EnrolmentState state) {
  return state == EnrolmentState::kCompleted || state == EnrolmentState::kWithdrawn;
}

bool TakesPart(EnrolmentState state) {
  return state == EnrolmentState::kAwaitingKickoff || state == EnrolmentState::kActive ||
         state == EnrolmentState::kPaused;
}

// Why the enrolment's state is in the way; empty where it is not.
std::string EnrolmentObstacle(Kind kind, const Facts& facts) {
  const EnrolmentState state = facts.enrolment;
  switch (kind) {
    case Kind::kPlace:
      // Which of them it is about, the next change settles.
      return state == EnrolmentState::kNominated || state == EnrolmentState::kApplied ||
                     state == EnrolmentState::kAwaitingKickoff
                 ? ""
                 : "NO_LONGER_TRUE";
    case Kind::kMoment:  // it happened, and stays good news
      return state == EnrolmentState::kWithdrawn ? "ENROLMENT_ENDED" : "";
    case Kind::kSession:  // a pause stops clocks, not what stands in a calendar
      if (facts.called_off) return "";
      if (HasEnded(state)) return "ENROLMENT_ENDED";
      return TakesPart(state) ? "" : "ENROLMENT_NOT_ACTIVE";
    case Kind::kReminder:
    case Kind::kCatchUp:
      if (HasEnded(state)) return "ENROLMENT_ENDED";
      if (state == EnrolmentState::kPaused) return "ENROLMENT_PAUSED";
      if (!TakesPart(state)) return "ENROLMENT_NOT_ACTIVE";
      // Who has been at a catch-up needs none.
      return kind == Kind::kReminder || state == EnrolmentState::kAwaitingKickoff
                 ? ""
                 : "NO_LONGER_TRUE";
    case Kind::kConsent:  // there is nothing to agree to once they have left
      if (HasEnded(state)) return "ENROLMENT_ENDED";
      return TakesPart(state) ? "" : "ENROLMENT_NOT_ACTIVE";
    case Kind::kExperienceRemoved:
    case Kind::kBarrier:  // what they reported is theirs to hear of, also paused or at the end
      return state == EnrolmentState::kWithdrawn ? "ENROLMENT_ENDED" : "";
    case Kind::kPatronInvitation:
    case Kind::kSessionLeft:
    case Kind::kCohortCalledOff:
    case Kind::kExperienceReported:  // the cohort reads it still
      return "";
    case Kind::kCheckIn:
    case Kind::kPatronQueue:
    case Kind::kOfferOneToOne:
      break;
  }
  if (HasEnded(state)) return "ENROLMENT_ENDED";
  if (state == EnrolmentState::kPaused) return "ENROLMENT_PAUSED";
  return state == EnrolmentState::kActive ? "" : "ENROLMENT_NOT_ACTIVE";
}

// Why it is never to be sent; empty where nothing says so.
std::string Obstacle(const Message& message, const Facts& facts) {
  if (facts.staff != StaffState::kActive) return "NOT_EMPLOYED";
  std::string obstacle = EnrolmentObstacle(message.kind, facts);
  if (!obstacle.empty()) return obstacle;
  if (facts.resting && IsAutomated(message.kind) && !facts.called_off) return "RESTING";
  if (!facts.concerned) return "NOT_CONCERNED";
  if (facts.said_no && message.kind == Kind::kReminder) return "SAID_NO";
  if (facts.no_nudges && IsNudge(message.kind)) return "NO_NUDGES";
  return "";
}

}  // namespace

Decision Decide(const Message& message, const Facts& facts, absl::Time now,
                const Settings& settings) {
  if (message.settle_time) return Suppress("NO_LONGER_TRUE");
  if (message.expire_time && *message.expire_time <= now) {
    return {Outcome::kExpired, "TOO_LATE", {}};
  }
  if (facts.staff == StaffState::kUnknown || !facts.zone ||
      (facts.enrolment == EnrolmentState::kUnknown && IsOfEnrolment(message.kind))) {
    return Defer(message, "NOT_KNOWN_YET", now + kLookAgain);
  }
  if (std::string obstacle = Obstacle(message, facts); !obstacle.empty()) {
    return Suppress(std::move(obstacle));
  }
  const absl::Time opens = NextInWindow(now, *facts.zone, settings, facts.off);
  const bool cannot_wait =
      IsOfGathering(message.kind) && message.expire_time && *message.expire_time <= opens;
  if (opens > now && !cannot_wait) return Defer(message, "OUTSIDE_HOURS", opens);
  if (IsNudge(message.kind)) {
    const absl::Time frees = BudgetFrees(facts.nudges_sent, now, settings);
    if (frees > now) {
      return Defer(message, "OVER_BUDGET", NextInWindow(frees, *facts.zone, settings, facts.off));
    }
  }
  return {Outcome::kSent, "", {}};
}

}  // namespace dap::notification
