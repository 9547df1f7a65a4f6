// One transaction of applying a sync run.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_SYNC_STEP_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_SYNC_STEP_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dap/events/v1/event.pb.h"
#include "libs/feed/outbox.h"
#include "services/enrolment/domain/staff.h"
#include "services/enrolment/store/staff_writer.h"
#include "services/enrolment/store/sync_runs.h"

namespace dap::enrolment {

// How new people are written: all at once, or one by one, which finds whose address somebody took
// between plan and apply and leaves them out.
enum class Writing { kTogether, kOneByOne };

// Does the next part of an APPLYING run, at most some thousand people, and moves `run` on; the
// caller writes the run. Writing::kTogether fails with ALREADY_EXISTS (DUPLICATE_KEY) where an
// address is taken: undo the transaction and try again with the other.
class SyncStep {
 public:
  SyncStep(db::Connection& tx, feed::Outbox& outbox, store::SyncRun& run, absl::Time now,
           Writing writing)
      : tx_(tx), outbox_(outbox), run_(run), now_(now), writing_(writing) {}

  absl::Status Run();

 private:
  // Each does a batch of its phase and returns how many it took.
  absl::StatusOr<int> Take();
  absl::StatusOr<int> Release(const store::Batch& batch);
  absl::StatusOr<int> Teams(const store::Batch& batch);
  absl::StatusOr<int> NewPeople(const store::Batch& batch);
  absl::StatusOr<int> People(const store::Batch& batch);
  absl::StatusOr<int> Suspend(const store::Batch& batch);
  absl::Status TeamsGone(const store::Batch& batch);

  absl::Status InsertOneByOne(const store::Batch& batch,
                              const std::vector<store::Planned>& planned);
  absl::Status Change(const store::Batch& batch, const store::Planned& planned);
  absl::Status Follow(const Held& before, const store::Written& after);
  absl::Status LeaveOut(const store::Batch& batch, const store::Planned& planned, int64_t& counted);
  store::Written Write(const store::Planned& planned) const;
  void Tell(const store::Written& person);
  void SkipWhatIsEmpty();

  db::Connection& tx_;
  feed::Outbox& outbox_;
  store::SyncRun& run_;
  const absl::Time now_;
  const Writing writing_;
};

// A person as they are now.
events::v1::Event StaffEvent(const StaffMember& member);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_SYNC_STEP_H_
