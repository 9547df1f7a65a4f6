// Finds who has fallen silent, those who never did anything among them, and moves the patrons'
// queues on.
#ifndef DAP_SERVICES_ACTIVITY_JOBS_SILENCE_SWEEP_H_
#define DAP_SERVICES_ACTIVITY_JOBS_SILENCE_SWEEP_H_

#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "libs/id/uuid.h"
#include "libs/time/calendar.h"
#include "services/activity/domain/silence.h"
#include "services/activity/operations/context.h"
#include "services/activity/store/check_ins.h"
#include "services/activity/store/participations.h"
#include "services/activity/store/patron_queue.h"

namespace dap::activity {

// Thread-safe, and safe in several replicas at once: each rung is reached under the lock of its
// participation, which is looked at again there, and committed with what it sets off (the check-in,
// the patron's entry, the events). So a crash or a second sweep repeats nothing.
//
// One sweep takes every rung that is due, in order, a transaction for each: after ten working days
// the check-in; after a jump over sixteen the check-in and the patron's entry. (Decided 2026-11-24:
// one rung a sweep would make the ladder's days depend on how long the system was down.)
class SilenceSweep {
 public:
  // `context` must outlive it.
  explicit SilenceSweep(const Context& context) : context_(context) {}

  // Sweeps each organisation whose last working day, by the clock, its zone and its days off, is
  // not the one swept last. So it does its work once a working day, and at once where the clock
  // jumps; between, it costs one small query. Where days off have changed for many it looks at
  // every spell (ReviewSpells) and sweeps again. The day is marked after the work: what a crash or
  // `deadline` cuts short is done by the next tick.
  absl::Status Tick(absl::Time deadline);

  // One organisation, as of a day in its zone.
  absl::Status Sweep(const id::Uuid& organisation, absl::TimeZone zone, absl::CivilDay today,
                     absl::Time deadline);

 private:
  struct Run {
    id::Uuid organisation;
    absl::TimeZone zone;
    absl::CivilDay today;
    absl::Time deadline;
  };
  // Those who are active on exactly this rung, silent since before `cutoff`, a page at a time.
  absl::Status ForEachPage(const Run& run, Rung reached, absl::Time cutoff,
                           absl::FunctionRef<absl::Status(const std::vector<id::Uuid>&)> each);
  absl::StatusOr<time::DayOff> OrganisationsDaysOff(const id::Uuid& organisation,
                                                    absl::Time deadline);
  absl::Status Review(const Run& run);
  absl::Status ReviewPage(const Run& run, const std::vector<id::Uuid>& enrolments);
  absl::Status SweepRung(const Run& run, Rung reached);
  absl::Status ReachAll(const Run& run, Rung reached, const std::vector<id::Uuid>& enrolments);
  // Brings the participation to its next rung and tells of it; with a check-in for the first.
  std::optional<CheckInRow> Reach(const Run& run, feed::Outbox& outbox,
                                  Participation& participation, int silent_days);
  absl::Status MoveQueueOn(const Run& run);
  absl::Status MoveOn(const Run& run, db::Connection& tx, const std::vector<QueueEntry>& seen);

  const Context& context_;
};

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_JOBS_SILENCE_SWEEP_H_
