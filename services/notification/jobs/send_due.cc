#include "services/notification/jobs/send_due.h"

#include <optional>
#include <string>
#include <vector>

#include "libs/db/transaction.h"
#include "libs/status/macros.h"
#include "services/notification/operations/send_message.h"

namespace dap::notification {
namespace {

constexpr int kPage = 256;

const char* Word(Kind kind) {
  switch (kind) {
    case Kind::kCheckIn:
      return "check_in";
    case Kind::kPatronQueue:
      return "patron_queue";
    case Kind::kOfferOneToOne:
      return "offer_one_to_one";
    case Kind::kPlace:
      return "place";
    case Kind::kSession:
      return "session";
    case Kind::kMoment:
      return "moment";
    case Kind::kBarrier:
      return "barrier";
    case Kind::kPatronInvitation:
      return "patron_invitation";
    case Kind::kSessionLeft:
      return "session_left";
    case Kind::kCohortCalledOff:
      return "cohort_called_off";
    case Kind::kReminder:
      return "reminder";
    case Kind::kCatchUp:
      return "catch_up";
    case Kind::kExperienceRemoved:
      return "experience_removed";
    case Kind::kConsent:
      return "consent";
    case Kind::kExperienceReported:
      return "experience_reported";
  }
  return "unknown";
}

const char* Word(Outcome outcome) {
  switch (outcome) {
    case Outcome::kWaiting:
      return "waiting";
    case Outcome::kSent:
      return "sent";
    case Outcome::kDeferred:
      return "deferred";
    case Outcome::kSuppressed:
      return "suppressed";
    case Outcome::kExpired:
      return "expired";
  }
  return "unknown";
}

}  // namespace

SendDue::SendDue(db::Pool& pool, const time::Clock& clock, prometheus::Registry& registry)
    : pool_(pool),
      clock_(clock),
      messages_(telemetry::Counters(
          registry, "dap_notification_messages_total",
          "Decisions on messages, by kind and outcome; a deferred one is decided on again.")) {}

absl::Status SendDue::Tick(const jobs::JobRun& run) {
  const absl::Time now = clock_.Now();
  absl::Status first_error;
  Due after;
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<Due> due,
                     db::Read(pool_, run.deadline(),
                              [&](db::Connection& db) { return ListDue(db, now, after, kPage); }));
    if (due.empty()) return first_error;
    after = due.back();
    for (const Due& one : due) {
      if (run.Over()) return first_error;
      const absl::Status sent = Send(one.key, now, run.deadline());
      if (!sent.ok() && first_error.ok()) first_error = sent;
    }
  }
}

absl::Status SendDue::Send(const MessageKey& key, absl::Time now, absl::Time deadline) {
  ASSIGN_OR_RETURN(const std::optional<Message> message,
                   db::Transaction(pool_, deadline,
                                   [&](db::Connection& tx) { return SendMessage(tx, key, now); }));
  if (message) Count(*message);
  return absl::OkStatus();
}

void SendDue::Count(const Message& message) {
  messages_.Add({{"kind", Word(message.kind)}, {"outcome", Word(message.outcome)}}).Increment();
}

}  // namespace dap::notification
