#include "services/notification/jobs/deliver_mail.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/db/transaction.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/telemetry/log.h"
#include "services/notification/domain/mail.h"
#include "services/notification/domain/texts.h"
#include "services/notification/operations/invitation.h"
#include "services/notification/operations/send_message.h"
#include "services/notification/store/contacts.h"

namespace dap::notification {
namespace {

constexpr int kPage = 64;
constexpr char kTotal[] = "dap_notification_mail_total";
constexpr char kTotalHelp[] = "E-mails: sent, to be tried again, given up.";

// What came of a mail is noted also where its run is over meanwhile: not to would send it twice.
absl::Time NoteBy() { return time::SystemClock().Now() + absl::Seconds(10); }

bool IsServerAway(absl::string_view reason) {
  return reason == "SMTP_UNREACHABLE" || reason == "SMTP_LOGIN" || reason == "SMTP_TLS";
}

}  // namespace

absl::StatusOr<std::unique_ptr<DeliverMail>> DeliverMail::Create(const DeliverMailOptions& options,
                                                                 db::Pool& pool,
                                                                 const time::Clock& clock,
                                                                 prometheus::Registry& registry) {
  if (!IsUsableAddress(options.mail_from)) {
    return status::Invalid("mail_from", "MAIL_FROM_INVALID", "must be an e-mail address");
  }
  ASSIGN_OR_RETURN(std::unique_ptr<SmtpClient> smtp, SmtpClient::Create(options.smtp));
  return std::unique_ptr<DeliverMail>(
      new DeliverMail(options, std::move(smtp), pool, clock, registry));
}

DeliverMail::DeliverMail(DeliverMailOptions options, std::unique_ptr<SmtpClient> smtp,
                         db::Pool& pool, const time::Clock& clock, prometheus::Registry& registry)
    : options_(std::move(options)),
      smtp_(std::move(smtp)),
      pool_(pool),
      clock_(clock),
      sent_(telemetry::Counters(registry, kTotal, kTotalHelp).Add({{"result", "sent"}})),
      retried_(telemetry::Counters(registry, kTotal, kTotalHelp).Add({{"result", "retried"}})),
      given_up_(telemetry::Counters(registry, kTotal, kTotalHelp).Add({{"result", "given_up"}})),
      queue_(telemetry::Gauges(registry, "dap_notification_mail_queue",
                               "E-mails that wait to be handed to the mail server.")
                 .Add({})) {}

absl::Status DeliverMail::Tick(const jobs::JobRun& run) {
  absl::MutexLock lock(&mutex_);
  const absl::Status delivered = TickLocked(run);
  const absl::StatusOr<int64_t> waiting = db::Read(pool_, run.deadline(), CountQueuedMails);
  if (waiting.ok()) queue_.Set(static_cast<double>(*waiting));
  return delivered.ok() ? waiting.status() : delivered;
}

absl::Status DeliverMail::TickLocked(const jobs::JobRun& run) {
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<QueuedMail> due,
                     db::Read(pool_, run.deadline(), [&](db::Connection& db) {
                       return ListDueMails(db, clock_.Now(), kPage);
                     }));
    if (due.empty()) return absl::OkStatus();
    for (const QueuedMail& mail : due) {
      if (run.Over()) return absl::OkStatus();
      ASSIGN_OR_RETURN(const bool reached, Deliver(mail, run.deadline()));
      if (!reached) return absl::OkStatus();
    }
  }
}

absl::StatusOr<bool> DeliverMail::Deliver(const QueuedMail& mail, absl::Time deadline) {
  const absl::Time now = clock_.Now();
  ASSIGN_OR_RETURN(const bool mine, db::Transaction(pool_, deadline, [&](db::Connection& tx) {
                     return ClaimMail(tx, mail.key, now, now + options_.claim);
                   }));
  if (!mine) return true;
  ASSIGN_OR_RETURN(const Prepared prepared, db::Read(pool_, deadline, [&](db::Connection& db) {
                     return Prepare(db, mail.key, now);
                   }));
  if (!prepared.obstacle.empty()) {
    RETURN_IF_ERROR(End(mail.key, MailState::kGivenUp, prepared.obstacle));
    return true;
  }
  if (prepared.wait_until) {
    const auto wait = [&](db::Connection& tx) {
      return RetryMail(tx, mail.key, "OUTSIDE_HOURS", *prepared.wait_until);
    };
    RETURN_IF_ERROR(db::Transaction(pool_, deadline, wait));
    return true;
  }
  const absl::Status sent = smtp_->Send(options_.mail_from, prepared.to, prepared.text);
  const std::string reason = status::Reason(sent);
  if (sent.ok()) {
    RETURN_IF_ERROR(End(mail.key, MailState::kSent, ""));
  } else if (absl::IsFailedPrecondition(sent)) {
    RETURN_IF_ERROR(End(mail.key, MailState::kGivenUp, reason));
  } else {
    RETURN_IF_ERROR(Postpone(mail, reason));
  }
  return !IsServerAway(reason);
}

absl::StatusOr<DeliverMail::Prepared> DeliverMail::Prepare(db::Connection& db,
                                                           const MessageKey& key,
                                                           absl::Time now) const {
  ASSIGN_OR_RETURN(const std::optional<Message> message, FindMessage(db, key));
  ASSIGN_OR_RETURN(const std::optional<Contact> contact,
                   FindContact(db, key.organisation, key.recipient));
  ASSIGN_OR_RETURN(const Preferences preferences,
                   FindPreferences(db, key.organisation, key.recipient));
  Prepared prepared;
  if (!message || !contact || contact->state != StaffState::kActive) {
    prepared.obstacle = "NOT_EMPLOYED";
  } else if (!preferences.email) {
    prepared.obstacle = "NO_EMAIL";
  } else if (!IsUsableAddress(contact->email)) {
    prepared.obstacle = "ADDRESS_UNUSABLE";
  } else {
    ASSIGN_OR_RETURN(const Decision decision, DecideOnMail(db, *message, now));
    if (decision.outcome == Outcome::kSuppressed || decision.outcome == Outcome::kExpired) {
      prepared.obstacle = decision.reason;
    } else if (IsNudge(message->kind)) {
      prepared.wait_until = decision.due_time;  // what people take part in does not wait twice
    }
    ASSIGN_OR_RETURN(
        const std::optional<Attachment> invitation,
        InvitationFor(db, *message, *contact, {options_.from_name, options_.mail_from}));
    prepared.to = contact->email;
    prepared.text = Compose(
        {options_.mail_from, options_.from_name, contact->email, contact->display_name,
         message->text.subject, absl::StrCat(message->text.body, MailFooter(message->text.why)),
         message->send_time.value_or(message->create_time), key.message, invitation});
  }
  return prepared;
}

absl::Status DeliverMail::End(const MessageKey& key, MailState state, const std::string& reason) {
  RETURN_IF_ERROR(db::Transaction(pool_, NoteBy(), [&](db::Connection& tx) {
    return EndMail(tx, key, state, reason, clock_.Now());
  }));
  (state == MailState::kSent ? sent_ : given_up_).Increment();
  if (state == MailState::kGivenUp) {
    telemetry::Log(telemetry::Severity::kWarning, "mail_given_up",
                   {{"message", key.message.ToString()}, {"reason", reason}});
  }
  return absl::OkStatus();
}

absl::Status DeliverMail::Postpone(const QueuedMail& mail, const std::string& reason) {
  const absl::Time now = clock_.Now();
  const std::optional<absl::Duration> wait = RetryAfter(mail.attempts + 1, now - mail.create_time);
  if (!wait) return End(mail.key, MailState::kGivenUp, reason);
  RETURN_IF_ERROR(db::Transaction(pool_, NoteBy(), [&](db::Connection& tx) {
    return RetryMail(tx, mail.key, reason, now + *wait);
  }));
  retried_.Increment();
  telemetry::Log(telemetry::Severity::kWarning, "mail_postponed",
                 {{"message", mail.key.message.ToString()}, {"reason", reason}});
  return absl::OkStatus();
}

}  // namespace dap::notification
