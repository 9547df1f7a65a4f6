// Hands the queue of e-mails to the mail server.
#ifndef DAP_SERVICES_NOTIFICATION_JOBS_DELIVER_MAIL_H_
#define DAP_SERVICES_NOTIFICATION_JOBS_DELIVER_MAIL_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/db/pool.h"
#include "libs/jobs/runner.h"
#include "libs/telemetry/metrics.h"
#include "libs/time/clock.h"
#include "services/notification/smtp/smtp_client.h"
#include "services/notification/store/mails.h"

namespace dap::notification {

struct DeliverMailOptions {
  SmtpOptions smtp;
  // The sender's address and what people call it.
  std::string mail_from;
  std::string from_name = "Digital Action Plan";
  // How long a mail belongs to a replica that has died in the middle of sending it. Longer than the
  // server's timeout.
  absl::Duration claim = absl::Minutes(5);
};

// Thread-safe (one tick at a time), and safe in several replicas at once: a mail is claimed before
// it is handed over. At least once: a process that dies between the server's acceptance and the
// note of it sends the mail again, with the same Message-ID. Metrics:
// dap_notification_mail_total{result} with sent, retried or given_up; dap_notification_mail_queue.
class DeliverMail {
 public:
  // INVALID_ARGUMENT for a URL or sender that can't be right. `pool`, `clock` and `registry`
  // outlive it.
  static absl::StatusOr<std::unique_ptr<DeliverMail>> Create(const DeliverMailOptions& options,
                                                             db::Pool& pool,
                                                             const time::Clock& clock,
                                                             prometheus::Registry& registry);

  // Tries each mail that is due, once, until the run is over. Ends early, OK, where the server
  // cannot be reached at all: the next mail would fare no better. What is left is for the next run.
  // A mail that is under way is finished, so it may take the server's timeout beyond the run.
  absl::Status Tick(const jobs::JobRun& run);

 private:
  // What is needed to send one; or why it is not to be sent any more; or until when it waits.
  struct Prepared {
    std::string to;
    std::string text;
    std::string obstacle;
    std::optional<absl::Time> wait_until;
  };
  DeliverMail(DeliverMailOptions options, std::unique_ptr<SmtpClient> smtp, db::Pool& pool,
              const time::Clock& clock, prometheus::Registry& registry);
  absl::Status TickLocked(const jobs::JobRun& run) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // False where the server cannot be reached.
  absl::StatusOr<bool> Deliver(const QueuedMail& mail, absl::Time deadline)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<Prepared> Prepare(db::Connection& db, const MessageKey& key, absl::Time now) const;
  absl::Status End(const MessageKey& key, MailState state, const std::string& reason);
  absl::Status Postpone(const QueuedMail& mail, const std::string& reason);

  const DeliverMailOptions options_;
  absl::Mutex mutex_;
  const std::unique_ptr<SmtpClient> smtp_ ABSL_PT_GUARDED_BY(mutex_);
  db::Pool& pool_;
  const time::Clock& clock_;
  prometheus::Counter& sent_;
  prometheus::Counter& retried_;
  prometheus::Counter& given_up_;
  prometheus::Gauge& queue_;
};

}  // namespace dap::notification

#endif  // DAP_SERVICES_NOTIFICATION_JOBS_DELIVER_MAIL_H_
