// Tells those who watch a cohort what changes in it, as it happens.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_COHORT_WATCH_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_COHORT_WATCH_H_

#include <cstdint>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "dap/activity/v1/experience_service.pb.h"
#include "libs/db/connection.h"
#include "libs/rpc/call.h"
#include "libs/rpc/sender.h"
#include "libs/time/clock.h"
#include "services/activity/operations/context.h"
#include "services/activity/operations/membership.h"
#include "services/activity/operations/stream_places.h"
#include "services/activity/operations/watch_news.h"
#include "services/activity/store/cohort_changes.h"

namespace prometheus {
class Registry;
}

namespace dap::activity {

struct CohortWatchOptions {
  // How often other replicas' changes are looked for while somebody watches. Those of this process
  // are told at once.
  absl::Duration poll = absl::Milliseconds(250);
  // The least time between two looks, so that a burst is told in few answers.
  absl::Duration pass_gap = absl::Milliseconds(20);
  // Watchers at once: 64 KB may wait for each, so all of a process are 192 MB where nobody reads.
  int a_process = 3000;
  // Somebody's devices and windows.
  int a_person = 8;
  // Where the number of open watchers is shown; none without. Must outlive it.
  prometheus::Registry* registry = nullptr;
};

// One a process. Thread-safe. Owns one thread, the only one that knows the watchers and the only
// one that asks the database for them: each pass is one query for all cohorts that are watched, and
// some for each thing that changed, however many watch. While nobody watches it sleeps.
//
//   1. A cohort's watchers have all been told up to the cohort's position.
//   2. Who opens is told what lies between their own position and that.
//   3. Who belongs to the cohort is asked when a stream opens, and for all of the cohort's again
//      when an enrolment in it has changed.
class CohortWatch {
 public:
  explicit CohortWatch(const Context& context, const CohortWatchOptions& options = {});
  ~CohortWatch();
  CohortWatch(const CohortWatch&) = delete;
  CohortWatch& operator=(const CohortWatch&) = delete;

  using Answers = rpc::Sender<v1::WatchCohortResponse>;
  // RESOURCE_EXHAUSTED, as StreamPlaces says, where too many are open. Does not block: whether the
  // caller belongs to the cohort is found out, and told, later.
  void Open(std::shared_ptr<rpc::Call> call, const CohortKey& cohort, int64_t after_position,
            Answers answers);

  // After a COMMIT that changed something in a cohort. A lock where nobody watches.
  void Wake();

  // Ends all streams, at once, as UNAVAILABLE (WATCH_ENDED), and later ones too; joins the thread.
  // When draining begins. Idempotent.
  void Stop();

 private:
  struct Watcher {
    std::shared_ptr<rpc::Call> call;
    int64_t after = 0;  // as asked for; for opening only
    Answers answers;
    Member member;
    StreamPlaces::Place place;
  };
  struct Cohort {
    int64_t position = 0;
    std::vector<Watcher> watchers;
  };
  using Openings = std::map<CohortKey, std::vector<Watcher>>;

  void Run();
  bool AwaitWork();
  void Pass();
  void DropEnded();
  absl::Status Follow(db::Connection& db);
  absl::Status Advance(db::Connection& db, const CohortKey& key, Cohort& cohort);
  absl::Status CheckMembers(db::Connection& db, const CohortKey& key, Cohort& cohort);
  absl::Status Admit(db::Connection& db, Openings& openings);
  absl::Status AdmitTo(db::Connection& db, const CohortKey& key, std::vector<Watcher>& watchers,
                       Cohort& cohort);
  // False where the watcher has left or is too slow.
  absl::StatusOr<bool> CatchUp(db::Connection& db, const CohortKey& key, const Cohort& cohort,
                               Watcher& watcher);

  const Context context_;
  const CohortWatchOptions options_;
  const time::SystemClock machine_clock_;
  StreamPlaces places_;

  absl::Mutex mutex_;
  Openings openings_ ABSL_GUARDED_BY(mutex_);
  bool watched_ ABSL_GUARDED_BY(mutex_) = false;
  bool wake_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  // The thread's own.
  std::map<CohortKey, Cohort> cohorts_;
  absl::Time last_pass_ = absl::InfinitePast();

  absl::Mutex join_mutex_;
  std::thread thread_;
};

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_COHORT_WATCH_H_
