#include "services/enrolment/jobs/turn_covers.h"

#include <vector>

#include "libs/db/transaction.h"
#include "libs/status/macros.h"
#include "services/enrolment/operations/patron_covers.h"
#include "services/enrolment/operations/work.h"
#include "services/enrolment/store/patron_covers.h"

namespace dap::enrolment {
namespace {

constexpr int kBatch = 200;

absl::Status TurnOne(db::Pool& pool, feed::Feed& feed, const store::PatronCoverKey& key,
                     absl::Time now, absl::Time deadline) {
  RETURN_IF_ERROR(db::Transaction(pool, deadline, [&](db::Connection& tx) -> absl::Status {
    feed::Outbox outbox;
    Work work{tx, outbox, now};
    RETURN_IF_ERROR(TurnPatronCover(work, key));
    return feed.Append(tx, outbox);
  }));
  feed.Notify();
  return absl::OkStatus();
}

}  // namespace

absl::Status TurnCovers(db::Pool& pool, feed::Feed& feed, const time::Clock& clock,
                        absl::Time deadline) {
  absl::Status first_error;
  while (true) {
    const absl::Time now = clock.Now();
    ASSIGN_OR_RETURN(std::vector<store::PatronCoverKey> due,
                     db::Read(pool, deadline, [now](db::Connection& connection) {
                       return store::ListPatronCoversDue(connection, now, kBatch);
                     }));
    for (const store::PatronCoverKey& key : due) {
      first_error.Update(TurnOne(pool, feed, key, now, deadline));
    }
    // A full batch with an error in it would be found again and again.
    if (static_cast<int>(due.size()) < kBatch || !first_error.ok()) return first_error;
  }
}

}  // namespace dap::enrolment
