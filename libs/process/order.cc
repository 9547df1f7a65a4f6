#include "libs/process/order.h"

#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/db/transaction.h"
#include "libs/feed/parking.h"
#include "libs/feed/retention.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::process {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(30);

}  // namespace

absl::StatusOr<EventPlace> ParsePlace(absl::string_view text) {
  const std::vector<std::string> parts = absl::StrSplit(text, '/');
  EventPlace place;
  if (parts.size() != 3 || parts[0].empty() || !absl::SimpleAtoi(parts[1], &place.partition) ||
      place.partition < 0 || !absl::SimpleAtoi(parts[2], &place.position) || place.position < 1) {
    return status::Invalid("--park", "FLAG_INVALID",
                           "must be PRODUCER/PARTITION/POSITION, such as goals/3/1042");
  }
  place.producer = parts[0];
  return place;
}

absl::StatusOr<std::string> CarryOut(const Options& options, db::Pool& pool,
                                     const time::Clock& clock) {
  const absl::Time deadline = time::SystemClock().Now() + kPatience;
  if (!options.forget_consumer.empty()) {
    RETURN_IF_ERROR(db::Transaction(pool, deadline, [&](db::Connection& tx) {
      return feed::ForgetConsumer(tx, options.forget_consumer);
    }));
    return absl::StrCat("No events are kept for ", options.forget_consumer,
                        " any more, unless it reads again.");
  }
  ASSIGN_OR_RETURN(const EventPlace place, ParsePlace(options.park));
  RETURN_IF_ERROR(db::Transaction(pool, deadline, [&](db::Connection& tx) {
    return feed::Park(tx, place.producer, place.partition, place.position, clock.Now());
  }));
  return absl::StrCat("Event ", options.park, " is parked: it is passed over at the next try.");
}

}  // namespace dap::process
