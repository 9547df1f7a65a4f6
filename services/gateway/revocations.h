// Whose tokens no longer count: people who are suspended or have left, as enrolment tells.
#ifndef DAP_SERVICES_GATEWAY_REVOCATIONS_H_
#define DAP_SERVICES_GATEWAY_REVOCATIONS_H_

#include <functional>
#include <memory>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
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
  // Asked for again each time, for what was written late: longer than a step of a sync may take.
  absl::Duration overlap = absl::Minutes(2);
  // Told, on the thread that polls, of each person whose tokens do not count from now on; once for
  // each time they become so. May be none.
  std::function<void(const id::Uuid& staff)> on_revoked;
  prometheus::Registry* registry = nullptr;
};

// Asks enrolment for all who are away, once, and from then on for what has changed; keeps what it
// last knew while enrolment does not answer. Whoever is suspended or has left is kept until they
// are back, however long: about 40 bytes a person. Metrics: dap_gateway_revoked_people,
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
  // All changes up to now, and at first all who are away. UNAVAILABLE and the like where enrolment
  // does not answer: what was known stays.
  absl::Status Poll();

 private:
  void Run();
  // Asks page by page from `after` on, which it leaves where it came to.
  absl::Status Read(bool away_only, enrolment::v1::StaffStatePosition& after);
  absl::Status TakePage(const enrolment::v1::ListStaffStateChangesResponse& page);
  void Observe();

  const std::shared_ptr<rpc::Channel> enrolment_;
  const RevocationOptions options_;
  const time::Clock& clock_;
  prometheus::Gauge* people_ = nullptr;
  prometheus::Gauge* age_ = nullptr;
  absl::Time answered_;
  // How far the first reading has come, and whether it is over.
  enrolment::v1::StaffStatePosition read_to_;
  bool read_all_ = false;
  enrolment::v1::StaffStatePosition after_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_set<id::Uuid> revoked_ ABSL_GUARDED_BY(mutex_);
  absl::Notification stop_;
  std::thread thread_;
};

}  // namespace dap::gateway

#endif  // DAP_SERVICES_GATEWAY_REVOCATIONS_H_
