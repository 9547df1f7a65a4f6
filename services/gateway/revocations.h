// Whose tokens no longer count: people who are suspended or have left, as enrolment tells.
#ifndef DAP_SERVICES_GATEWAY_REVOCATIONS_H_
#define DAP_SERVICES_GATEWAY_REVOCATIONS_H_

#include <cstdint>
#include <memory>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "dap/enrolment/v1/staff_state_service.pb.h"
#include "libs/auth/principal.h"
#include "libs/id/uuid.h"
#include "libs/rpc/channel.h"
#include "libs/time/clock.h"

namespace prometheus {
class Gauge;
class Registry;
}  // namespace prometheus

namespace dap::gateway {

struct RevocationOptions {
  absl::Duration poll = absl::Seconds(15);
  // How long somebody who has left is remembered: as long as a token of theirs could live. It must
  // not be shorter than the longest life of the issuer's tokens.
  absl::Duration keep = absl::Hours(24 * 30);
  // Asked for again each time, for what was written late: longer than a step of a sync may take.
  absl::Duration overlap = absl::Minutes(2);
  prometheus::Registry* registry = nullptr;
};

// Asks enrolment for what has changed, and keeps what it last knew while enrolment does not answer.
// About 40 bytes for each person kept. Metrics: dap_gateway_revoked_people,
// dap_gateway_revocations_age_seconds (since the last answer). Thread-safe but for Poll.
class Revocations {
 public:
  // `clock` is the machine's and must outlive it.
  Revocations(std::shared_ptr<rpc::Channel> enrolment, const RevocationOptions& options,
              const time::Clock& clock);
  // Stops.
  ~Revocations();
  Revocations(const Revocations&) = delete;
  Revocations& operator=(const Revocations&) = delete;

  // Whether the person's tokens are refused; systems never are. Costs a look-up.
  bool Has(const auth::Principal& principal) const;

  // Polls on a thread of its own from now on; once. Polling is not for anybody else then.
  void Start();
  // All changes up to now. UNAVAILABLE and the like where enrolment does not answer: what was known
  // stays.
  absl::Status Poll();

 private:
  void Run();
  absl::Status TakePage(enrolment::v1::ListStaffStateChangesResponse page);
  void Forget();
  void Observe();

  const std::shared_ptr<rpc::Channel> enrolment_;
  const RevocationOptions options_;
  const time::Clock& clock_;
  prometheus::Gauge* people_ = nullptr;
  prometheus::Gauge* age_ = nullptr;
  absl::Time answered_;
  enrolment::v1::StaffStatePosition after_;
  mutable absl::Mutex mutex_;
  // Until when they are kept.
  absl::flat_hash_map<id::Uuid, absl::Time> revoked_ ABSL_GUARDED_BY(mutex_);
  absl::Notification stop_;
  std::thread thread_;
};

}  // namespace dap::gateway

#endif  // DAP_SERVICES_GATEWAY_REVOCATIONS_H_
