// What the activity writer knows of enrolments, so that a batch asks only for what it does not
// know, and locks and writes only the rows that say something new.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_KNOWN_ENROLMENTS_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_KNOWN_ENROLMENTS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/db/connection.h"
#include "services/activity/operations/context.h"
#include "services/activity/operations/pending_log.h"
#include "services/activity/store/participations.h"

namespace dap::activity {

// Not thread-safe: the writer's thread has it to itself.
class KnownEnrolments {
 public:
  using Log = std::shared_ptr<PendingLog>;
  // Organisation and enrolment.
  using Key = std::pair<id::Uuid, id::Uuid>;
  struct Known {
    Participation participation;
    absl::TimeZone zone;
    absl::Time until;
    // Of the organisation's silence, when the participation was read or sooner.
    int64_t epoch = 0;
  };
  // What a transaction has locked.
  struct Held {
    std::map<id::Uuid, int64_t> epochs;
    std::map<Key, Participation> participations;
  };

  // What is known is asked for again after `age`; about `most` are kept.
  KnownEnrolments(const Context& context, absl::Duration age, int most)
      : context_(context), age_(age), most_(most) {}

  // Reads those that are not known or known for too long. Two queries an organisation.
  absl::Status Learn(absl::Span<Log> logs, absl::Time now, absl::Time deadline);

  // Null where there is no such enrolment here yet.
  const Known* Find(const PendingLog& log) const;

  // Locks what these may write of their enrolments: the epoch of each organisation, and the
  // participation of those where a log is the first of its day, ends a spell or comes after a
  // deletion, and of those where an activity is changed. `places` are into `logs`.
  absl::Status Hold(db::Connection& tx, absl::Span<Log> logs, const std::vector<int>& places,
                    Held& held) const;

  // After the commit: `held` is how they are now.
  void Take(Held held);

 private:
  bool NeedsAdvance(const PendingLog& log, int64_t epoch) const;

  const Context& context_;
  const absl::Duration age_;
  const int most_;
  absl::flat_hash_map<Key, Known> known_;
};

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_KNOWN_ENROLMENTS_H_
