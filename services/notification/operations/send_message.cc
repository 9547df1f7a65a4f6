#include "services/notification/operations/send_message.h"

#include <algorithm>

#include "dap/enrolment/v1/session.pb.h"
#include "libs/days_off/days_off.h"
#include "libs/roster/roster.h"
#include "libs/status/macros.h"
#include "services/notification/domain/attention_budget.h"
#include "services/notification/store/contacts.h"
#include "services/notification/store/gatherings.h"
#include "services/notification/store/mails.h"
#include "services/notification/store/resting.h"

namespace dap::notification {
namespace {

// The recipient is still who the message was for.
bool IsConcerned(const Message& message, const roster::Entry& entry) {
  const bool coach = std::find(entry.coaches.begin(), entry.coaches.end(), message.recipient) !=
                     entry.coaches.end();
  switch (message.kind) {
    case Kind::kPatronQueue:
      return entry.patron == message.recipient;
    case Kind::kOfferOneToOne:
    case Kind::kExperienceReported:
      return coach;
    case Kind::kMoment:
      return coach || entry.patron == message.recipient;
    case Kind::kCheckIn:
    case Kind::kPlace:
    case Kind::kSession:
    case Kind::kBarrier:
    case Kind::kPatronInvitation:
    case Kind::kSessionLeft:
    case Kind::kCohortCalledOff:
    case Kind::kReminder:
    case Kind::kCatchUp:
    case Kind::kExperienceRemoved:
    case Kind::kConsent:
      break;
  }
  return entry.participant == message.recipient;
}

// How the gathering that a message is about stands.
absl::Status AddGathering(db::Connection& tx, const Message& message, Facts& facts) {
  if (message.kind == Kind::kSession) {
    ASSIGN_OR_RETURN(const std::optional<GatheringRow> gathering,
                     FindGathering(tx, message.organisation, message.cause));
    facts.called_off = gathering && gathering->state == enrolment::v1::SESSION_STATE_CANCELLED;
  }
  if (message.kind == Kind::kReminder) {
    ASSIGN_OR_RETURN(const int answer,
                     FindAnswer(tx, {message.organisation, message.cause}, message.enrolment));
    facts.said_no = answer == enrolment::v1::SESSION_ANSWER_NO;
  }
  return absl::OkStatus();
}

absl::StatusOr<Facts> FactsOf(db::Connection& tx, const Message& message,
                              const std::optional<Contact>& contact, const Preferences& preferences,
                              absl::Time now) {
  Facts facts;
  if (contact) facts.staff = contact->state;
  facts.no_nudges = preferences.no_nudges;
  ASSIGN_OR_RETURN(facts.zone, FindZone(tx, message.organisation));
  ASSIGN_OR_RETURN(facts.nudges_sent, ListNudgesSent(tx, message.organisation, message.recipient,
                                                     now - kBudgetMemory));
  if (!IsOfEnrolment(message.kind)) {
    facts.concerned = true;  // until it is settled
    return facts;
  }
  const absl::StatusOr<roster::Entry> entry =
      roster::Get(tx, message.organisation, message.enrolment);
  if (absl::IsNotFound(entry.status())) return facts;
  RETURN_IF_ERROR(entry.status());
  facts.enrolment = static_cast<EnrolmentState>(entry->state);
  if (IsAutomated(message.kind)) {
    ASSIGN_OR_RETURN(facts.resting, IsResting(tx, message.organisation, message.enrolment));
  }
  facts.concerned = IsConcerned(message, *entry);
  RETURN_IF_ERROR(AddGathering(tx, message, facts));
  ASSIGN_OR_RETURN(facts.off, days_off::ForStaffMember(tx, message.organisation, entry->cohort,
                                                       message.recipient));
  return facts;
}

}  // namespace

absl::StatusOr<std::optional<Message>> SendMessage(db::Connection& tx, const MessageKey& key,
                                                   absl::Time now) {
  // The locks come before every plain read, which sees the database as it is once they are held.
  ASSIGN_OR_RETURN(const std::optional<Contact> contact,
                   LockContact(tx, key.organisation, key.recipient));
  ASSIGN_OR_RETURN(std::optional<Message> message, LockMessage(tx, key));
  if (!message || !message->due_time || *message->due_time > now) return std::optional<Message>();
  ASSIGN_OR_RETURN(const Preferences preferences,
                   FindPreferences(tx, key.organisation, key.recipient));
  ASSIGN_OR_RETURN(const Settings settings, FindSettings(tx, key.organisation));
  ASSIGN_OR_RETURN(const Facts facts, FactsOf(tx, *message, contact, preferences, now));
  Decision decision = Decide(*message, facts, now, settings);
  message->outcome = decision.outcome;
  message->outcome_reason = std::move(decision.reason);
  message->due_time = decision.due_time;
  const bool sent = message->outcome == Outcome::kSent;
  if (sent) message->send_time = now;
  RETURN_IF_ERROR(SaveOutcome(tx, *message));
  if (sent && preferences.email) RETURN_IF_ERROR(QueueMail(tx, key, now));
  return message;
}

absl::StatusOr<Decision> DecideOnMail(db::Connection& db, const Message& message, absl::Time now) {
  ASSIGN_OR_RETURN(const std::optional<Contact> contact,
                   FindContact(db, message.organisation, message.recipient));
  ASSIGN_OR_RETURN(const Preferences preferences,
                   FindPreferences(db, message.organisation, message.recipient));
  ASSIGN_OR_RETURN(const Settings settings, FindSettings(db, message.organisation));
  ASSIGN_OR_RETURN(Facts facts, FactsOf(db, message, contact, preferences, now));
  facts.nudges_sent.clear();
  return Decide(message, facts, now, settings);
}

}  // namespace dap::notification
