// dap-notification: what people are told, within one budget of their attention.
#include <memory>
#include <string>

#include "absl/flags/flag.h"
#include "dap/notification/v1/notification_service.pb.h"
#include "libs/days_off/days_off.h"
#include "libs/process/store.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "notification_migrations.h"
#include "services/notification/consumers/event_handlers.h"
#include "services/notification/jobs/deliver_mail.h"
#include "services/notification/jobs/gatherings_clock.h"
#include "services/notification/jobs/send_due.h"
#include "services/notification/notification_service.h"

ABSL_FLAG(std::string, smtp_url, "", "The mail server: smtp://host:port or smtps://host:port");
ABSL_FLAG(std::string, smtp_user, "", "Whom to log in as there, over TLS only; nobody where empty");
ABSL_FLAG(std::string, smtp_password_file, "", "File with the password of --smtp_user");
ABSL_FLAG(std::string, smtp_ca, "",
          "PEM file of the authorities for the mail server; the machine's where empty");
ABSL_FLAG(absl::Duration, smtp_timeout, absl::Seconds(15), "Most time for one e-mail");
ABSL_FLAG(std::string, mail_from, "", "The address that e-mails come from");

namespace dap::notification {
namespace {

constexpr char kName[] = "notification";

absl::StatusOr<DeliverMailOptions> MailOptions() {
  DeliverMailOptions options;
  options.smtp.url = absl::GetFlag(FLAGS_smtp_url);
  options.smtp.user = absl::GetFlag(FLAGS_smtp_user);
  options.smtp.ca_file = absl::GetFlag(FLAGS_smtp_ca);
  options.smtp.timeout = absl::GetFlag(FLAGS_smtp_timeout);
  options.mail_from = absl::GetFlag(FLAGS_mail_from);
  if (options.smtp.timeout <= absl::ZeroDuration() || options.smtp.timeout > absl::Minutes(1)) {
    return status::Invalid("--smtp_timeout", "FLAG_INVALID", "must be above 0 and at most 1m");
  }
  if (!options.smtp.user.empty()) {
    ASSIGN_OR_RETURN(
        options.smtp.password,
        process::ReadSecret("smtp_password_file", absl::GetFlag(FLAGS_smtp_password_file)));
  }
  return options;
}

absl::Status Serve(process::Process& process) {
  ASSIGN_OR_RETURN(const DeliverMailOptions mail_options, MailOptions());
  ASSIGN_OR_RETURN(
      const std::unique_ptr<DeliverMail> mail,
      DeliverMail::Create(mail_options, process.pool(), process.clock(), process.registry()));
  ASSIGN_OR_RETURN(const auto store, process::Store::Open(process));
  NotificationService face(store->ledger(), process.page_tokens());
  rpc::Service service("dap.notification.v1.NotificationService");
  face.BindTo(service);
  const Context context = {process.clock(), process.ids()};
  RETURN_IF_ERROR(store->Consume("enrolment", EnrolmentHandler(context)));
  RETURN_IF_ERROR(store->Consume("activity", ActivityHandler(context)));
  SendDue send(process.pool(), process.clock(), process.registry());
  store->jobs().Add("send_due", absl::Seconds(5),
                    [&](const jobs::JobRun& run) { return send.Tick(run); });
  store->jobs().Add("remind_of_gatherings", absl::Minutes(1), [&](const jobs::JobRun& run) {
    return RemindOfGatherings(context, process.pool(), run);
  });
  store->jobs().Add("offer_catch_ups", absl::Minutes(15), [&](const jobs::JobRun& run) {
    return OfferCatchUps(context, process.pool(), run);
  });
  store->jobs().Add("deliver_mail", absl::Seconds(5),
                    [&](const jobs::JobRun& run) { return mail->Tick(run); });
  days_off::TellCoverage(process.registry(), process.clock().Now());
  return store->Serve({&service});
}

}  // namespace
}  // namespace dap::notification

int main(int argc, char** argv) {
  using namespace dap;  // NOLINT
  return process::Main(
      argc, argv,
      {.name = notification::kName,
       .migrations = process::StoreMigrations(notification::kName, notification::Migrations())},
      notification::Serve);
}
