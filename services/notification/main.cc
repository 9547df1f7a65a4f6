// dap-notification: what people are told, within one budget of their attention.
#include <memory>
#include <string>

#include "absl/flags/flag.h"
#include "dap/notification/v1/notification_service.pb.h"
#include "feed_migrations.h"
#include "jobs_migrations.h"
#include "libs/feed/consumer.h"
#include "libs/feed/feed.h"
#include "libs/feed/retention.h"
#include "libs/jobs/runner.h"
#include "libs/process/process.h"
#include "libs/requests/records.h"
#include "libs/requests/requests.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "notification_migrations.h"
#include "requests_migrations.h"
#include "roster_migrations.h"
#include "services/notification/consumers/event_handlers.h"
#include "services/notification/jobs/deliver_mail.h"
#include "services/notification/jobs/send_due.h"
#include "services/notification/notification_service.h"

ABSL_FLAG(std::string, smtp_url, "", "The mail server: smtp://host:port or smtps://host:port");
ABSL_FLAG(std::string, smtp_user, "", "Whom to log in as there, over TLS only; nobody where empty");
ABSL_FLAG(std::string, smtp_password_file, "", "File with the password of --smtp_user");
ABSL_FLAG(std::string, smtp_ca, "",
          "PEM file of the authorities for the mail server; the machine's where empty");
ABSL_FLAG(absl::Duration, smtp_timeout, absl::Seconds(30), "Most time for one e-mail");
ABSL_FLAG(std::string, mail_from, "", "The address that e-mails come from");

namespace dap::notification {
namespace {

constexpr char kName[] = "notification";
constexpr char kEnrolment[] = "enrolment";
constexpr char kActivity[] = "activity";

process::Program Notification() {
  return {.name = kName,
          .migrations = {{"feed", feed::Migrations()},
                         {"requests", requests::Migrations()},
                         {"jobs", jobs::Migrations()},
                         {"roster", roster::Migrations()},
                         {kName, Migrations()}}};
}

absl::StatusOr<DeliverMailOptions> MailOptions() {
  DeliverMailOptions options;
  options.smtp.url = absl::GetFlag(FLAGS_smtp_url);
  options.smtp.user = absl::GetFlag(FLAGS_smtp_user);
  options.smtp.ca_file = absl::GetFlag(FLAGS_smtp_ca);
  options.smtp.timeout = absl::GetFlag(FLAGS_smtp_timeout);
  options.mail_from = absl::GetFlag(FLAGS_mail_from);
  if (options.smtp.timeout <= absl::ZeroDuration() || options.smtp.timeout > absl::Minutes(2)) {
    return status::Invalid("--smtp_timeout", "FLAG_INVALID", "must be above 0 and at most 2m");
  }
  if (!options.smtp.user.empty()) {
    ASSIGN_OR_RETURN(
        options.smtp.password,
        process::ReadSecret("smtp_password_file", absl::GetFlag(FLAGS_smtp_password_file)));
  }
  return options;
}

feed::ConsumerOptions From(const char* producer, std::shared_ptr<rpc::Channel> channel,
                           process::Process& process, feed::Feed& feed) {
  return {.producer = producer,
          .consumer = kName,
          .channel = std::move(channel),
          .pool = &process.pool(),
          .feed = &feed,
          .registry = &process.registry()};
}

void AddJobs(jobs::Runner& runner, process::Process& process, SendDue& send, DeliverMail& mail) {
  runner.Add("send_due", absl::Seconds(5),
             [&send](absl::Time deadline) { return send.Tick(deadline); });
  runner.Add("deliver_mail", absl::Seconds(5),
             [&mail](absl::Time deadline) { return mail.Tick(deadline); });
  runner.Add("trim_feed", absl::Hours(1), [&process](absl::Time deadline) {
    return feed::Trim(process.pool(), process.clock().Now(), deadline).status();
  });
  runner.Add("trim_requests", absl::Hours(1), [&process](absl::Time deadline) {
    return requests::Trim(process.pool(), process.clock().Now(), deadline).status();
  });
}

absl::Status Serve(process::Process& process) {
  ASSIGN_OR_RETURN(const DeliverMailOptions mail_options, MailOptions());
  ASSIGN_OR_RETURN(
      const std::unique_ptr<DeliverMail> mail,
      DeliverMail::Create(mail_options, process.pool(), process.clock(), process.registry()));
  ASSIGN_OR_RETURN(std::shared_ptr<rpc::Channel> enrolment, process.Peer(kEnrolment));
  ASSIGN_OR_RETURN(std::shared_ptr<rpc::Channel> activity, process.Peer(kActivity));
  // Its tables are there already; this makes its partitions.
  RETURN_IF_ERROR(feed::Migrate(process.pool()));
  feed::Feed feed(process.pool(), process.clock());
  NotificationService face({process.pool(), feed, process.clock()}, process.page_tokens());
  rpc::Service service("dap.notification.v1.NotificationService");
  face.BindTo(service);

  const Context context = {process.clock(), process.ids()};
  feed::Consumer from_enrolment(From(kEnrolment, enrolment, process, feed),
                                EnrolmentHandler(context));
  feed::Consumer from_activity(From(kActivity, activity, process, feed), ActivityHandler(context));
  SendDue send(process.pool(), process.clock(), process.registry());
  jobs::Runner runner(process.pool(), {.registry = &process.registry()});
  AddJobs(runner, process, send, *mail);
  from_enrolment.Start();
  from_activity.Start();
  runner.Start();
  // It has no events of its own: nobody reads its feed, which the consumers and requests only need
  // to exist.
  return process.Serve({&service});
}

}  // namespace
}  // namespace dap::notification

int main(int argc, char** argv) {
  return dap::process::Main(argc, argv, dap::notification::Notification(),
                            dap::notification::Serve);
}
