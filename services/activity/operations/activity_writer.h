// The hot path: many participants' activities as few transactions.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_ACTIVITY_WRITER_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_ACTIVITY_WRITER_H_

#include <map>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "dap/activity/v1/activity_service.pb.h"
#include "libs/rpc/batcher.h"
#include "services/activity/operations/change_activity.h"
#include "services/activity/operations/context.h"
#include "services/activity/operations/known_enrolments.h"
#include "services/activity/operations/pending_log.h"
#include "services/activity/store/participations.h"
#include "services/activity/store/shared_activities.h"

namespace dap::activity {

struct ActivityWriterOptions {
  // Rows of one transaction at most.
  int max_batch = 256;
  // Requests that may wait for the writer, and how long a new one may have to
  // (rpc::BatcherOptions); and those that may wait for the enrolment service to tell of their
  // enrolment.
  int queue = 4096;
  absl::Duration max_wait = absl::Milliseconds(25);
  int newcomer_queue = 1024;
  // How long it is remembered that there is no such enrolment.
  absl::Duration unknown_for = absl::Seconds(1);
  // How old what the writer knows of an enrolment may be, beyond the event's own way here.
  absl::Duration known_for = absl::Seconds(1);
  int known_most = 50000;
  // What one transaction may take.
  absl::Duration write_within = absl::Seconds(10);
  // None without.
  prometheus::Registry* registry = nullptr;
};

// Thread-safe. Owns the thread that writes, and one that asks the enrolment service for enrolments
// whose event has not come yet, so that the writer waits for nobody but the database; and those
// that answer.
//
// What waits is written as one transaction: the requests' records, new activities, corrected and
// deleted ones with their revisions, the enrolments' silence, the events. So a request is answered
// when it is durable, and one that was carried out before, here or in another replica, gets its
// first answer and counts once. Where the database refuses a batch for something in it, the batch
// is cut in halves until only the bad row fails. Of several changes to one enrolment's activities
// each has a transaction of its own, in their order.
//
// The row of an enrolment is written only for its first contribution of a day, while it is silent,
// or where an activity of the organisation was deleted since it was read (silence_epochs.h):
// nothing in it tells one contribution of a day from another, and only a deletion sets silence
// back. (Decided 2026-11-24: this is a third of the rows of a busy batch.)
class ActivityWriter {
 public:
  using Done = std::function<void(absl::StatusOr<v1::LogActivityResponse>)>;

  ActivityWriter(const Context& context, const ActivityWriterOptions& options);
  // Writes and answers what waits.
  ~ActivityWriter();

  // `done` is called once: after the commit on a thread of the writer's, or at once with
  // RESOURCE_EXHAUSTED (QUEUE_FULL, with a time to retry after). It must not block.
  void Add(std::shared_ptr<PendingLog> log, Done done);
  // For several that belong together: what Add would refuse one with now; where that is OK, all are
  // added with AddAdmitted and only a full queue refuses some.
  absl::Status Admit() { return writer_.Admit(); }
  void AddAdmitted(std::shared_ptr<PendingLog> log, Done done);

  // Takes no more; writes and answers what waits. Idempotent.
  void Stop();

 private:
  using Log = std::shared_ptr<PendingLog>;
  using Result = absl::StatusOr<v1::LogActivityResponse>;
  using Key = KnownEnrolments::Key;
  using Held = KnownEnrolments::Held;
  struct Newcomer {
    Log log;
    Done done;
  };
  // Items of the batch by their places.
  using Places = std::vector<int>;

  // Tells `done`, after asking for its enrolment first where that is not known here.
  Done Introducing(std::shared_ptr<PendingLog> log, Done done);

  // On the writer's thread.
  std::vector<Result> Write(absl::Span<Log> logs);
  absl::Status Check(const PendingLog& log, absl::Time now) const;
  void Recall(absl::Span<Log> logs, const Places& refused, std::vector<Result>& results);
  Places TakeFirsts(absl::Span<Log> logs, const Places& good,
                    std::vector<std::pair<int, int>>& twins) const;
  std::vector<Places> Rounds(absl::Span<Log> logs, const Places& places) const;
  void Commit(absl::Span<Log> logs, const Places& places, std::vector<Result>& results);
  absl::Status TryCommit(absl::Span<Log> logs, const Places& places, bool look_up,
                         std::vector<Result>& results);
  absl::Status WriteAll(db::Connection& tx, absl::Span<Log> logs, Places places, Held& held,
                        std::vector<Result>& results);
  absl::Status TellLogged(db::Connection& tx, feed::Outbox& outbox, absl::Span<Log> logs,
                          const Places& places, Held& held);
  // The places of those among them that are logged for their cohorts.
  std::vector<CohortActivityRow> Shared(absl::Span<Log> logs, const Places& places) const;
  absl::Status AnswerKnown(db::Connection& tx, absl::Span<Log> logs, Places& places,
                           std::vector<Result>& results);
  absl::Status PlanChanges(db::Connection& tx, absl::Span<Log> logs, Places& places,
                           const Held& held, std::map<int, PlannedChange>& changes,
                           std::vector<Result>& results);

  // On the newcomers' thread.
  void Introduce(absl::Span<Newcomer> newcomers);
  absl::Status Ask(const Key& key, absl::Time deadline);

  const Context context_;
  const ActivityWriterOptions options_;
  const time::SystemClock machine_clock_;
  // The writer's thread only.
  KnownEnrolments known_;
  // The newcomers' thread only: until when each is known not to be there.
  std::map<Key, absl::Time> strangers_;
  // Last, the writer before the newcomers that add to it: threads that use all of the above.
  rpc::Batcher<Log, v1::LogActivityResponse> writer_;
  rpc::Batcher<Newcomer, std::monostate> newcomers_;
};

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_ACTIVITY_WRITER_H_
