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
#include "services/activity/operations/watch_news.h"
#include "services/activity/store/cohort_changes.h"

namespace dap::activity {

struct CohortWatchOptions {
  // How often other replicas' changes are looked for while somebody watches. Those of this process
  // are told at once.
  absl::Duration poll = absl::Milliseconds(250);
  // The least time between two looks, so that a burst is told in few answers.
  absl::Duration pass_gap = absl::Milliseconds(20);
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
  // Does not block: whether the caller belongs to the cohort is found out, and told, later.
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
