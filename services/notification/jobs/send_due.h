// Sends what is due, or says why not.
#ifndef DAP_SERVICES_NOTIFICATION_JOBS_SEND_DUE_H_
#define DAP_SERVICES_NOTIFICATION_JOBS_SEND_DUE_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/db/pool.h"
#include "libs/jobs/runner.h"
#include "libs/telemetry/metrics.h"
#include "libs/time/clock.h"
#include "services/notification/store/messages.h"

namespace dap::notification {

// Thread-safe, and safe in several replicas at once: each message is decided on in a transaction of
// its own, under its lock. Metric: dap_notification_messages_total{kind,outcome}.
class SendDue {
 public:
  // All of it outlives this.
  SendDue(db::Pool& pool, const time::Clock& clock, prometheus::Registry& registry);

  // Looks at each message that is due now, once, until the run is over; the rest is for the next.
  // One that cannot be decided on holds up no other; its error is returned at the end.
  absl::Status Tick(const jobs::JobRun& run);

 private:
  absl::Status Send(const MessageKey& key, absl::Time now, absl::Time deadline);
  void Count(const Message& message);

  db::Pool& pool_;
  const time::Clock& clock_;
  prometheus::Family<prometheus::Counter>& messages_;
};

}  // namespace dap::notification

#endif  // DAP_SERVICES_NOTIFICATION_JOBS_SEND_DUE_H_
