#include "services/notification/jobs/gatherings_clock.h"

#include <functional>
#include <vector>

#include "libs/db/transaction.h"
#include "libs/status/macros.h"
#include "services/notification/domain/settings.h"
#include "services/notification/operations/tell_gatherings.h"
#include "services/notification/store/gatherings.h"

namespace dap::notification {
namespace {

constexpr int kAtOnce = 5000;
// As long as an organisation may offer a catch-up, and a day for the kick-off itself.
constexpr absl::Duration kLongestCatchUp = absl::Hours(24 * 61);

absl::Status EachOf(
    const std::vector<GatheringKey>& keys, db::Pool& pool, const jobs::JobRun& run,
    const std::function<absl::Status(db::Connection&, const GatheringKey&)>& operation) {
  absl::Status first_error;
  for (const GatheringKey& key : keys) {
    if (run.Over()) break;
    const absl::Status done = db::Transaction(
        pool, run.deadline(), [&](db::Connection& tx) { return operation(tx, key); });
    if (!done.ok() && first_error.ok()) first_error = done;
  }
  return first_error;
}

}  // namespace

absl::Status RemindOfGatherings(const Context& context, db::Pool& pool, const jobs::JobRun& run) {
  ASSIGN_OR_RETURN(
      const std::vector<GatheringKey> soon, db::Read(pool, run.deadline(), [&](db::Connection& db) {
        return ListToRemind(db, context.clock.Now(), Settings().reminder_before, kAtOnce);
      }));
  return EachOf(soon, pool, run, [&](db::Connection& tx, const GatheringKey& key) {
    return RemindOfGathering(context, tx, key);
  });
}

absl::Status OfferCatchUps(const Context& context, db::Pool& pool, const jobs::JobRun& run) {
  const absl::Time now = context.clock.Now();
  ASSIGN_OR_RETURN(const std::vector<GatheringKey> held,
                   db::Read(pool, run.deadline(), [&](db::Connection& db) {
                     return ListKickOffs(db, now - kLongestCatchUp, now, kAtOnce);
                   }));
  return EachOf(held, pool, run, [&](db::Connection& tx, const GatheringKey& key) {
    return OfferCatchUp(context, tx, key);
  });
}

}  // namespace dap::notification
