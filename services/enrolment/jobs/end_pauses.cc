#include "services/enrolment/jobs/end_pauses.h"

#include <vector>

#include "libs/db/transaction.h"
#include "libs/status/macros.h"
#include "services/enrolment/operations/leave_or_rest.h"
#include "services/enrolment/operations/work.h"
#include "services/enrolment/store/enrolments.h"

namespace dap::enrolment {
namespace {

constexpr int kBatch = 200;

absl::Status EndOne(db::Pool& pool, feed::Feed& feed, const store::EnrolmentKey& key,
                    absl::Time now, absl::Time deadline) {
  RETURN_IF_ERROR(db::Transaction(pool, deadline, [&](db::Connection& tx) -> absl::Status {
    feed::Outbox outbox;
    Work work{tx, outbox, now};
    RETURN_IF_ERROR(EndPause(work, key));
    return feed.Append(tx, outbox);
  }));
  feed.Notify();
  return absl::OkStatus();
}

}  // namespace

absl::Status EndPauses(db::Pool& pool, feed::Feed& feed, const time::Clock& clock,
                       absl::Time deadline) {
  absl::Status first_error;
  while (true) {
    const absl::Time now = clock.Now();
    ASSIGN_OR_RETURN(std::vector<store::EnrolmentKey> over,
                     db::Read(pool, deadline, [now](db::Connection& connection) {
                       return store::ListPausesOver(connection, now, kBatch);
                     }));
    for (const store::EnrolmentKey& key : over) {
      first_error.Update(EndOne(pool, feed, key, now, deadline));
    }
    // A full batch with an error in it would be found again and again.
    if (static_cast<int>(over.size()) < kBatch || !first_error.ok()) return first_error;
  }
}

}  // namespace dap::enrolment
