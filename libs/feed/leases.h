// How replicas share a producer's partitions. Internal to libs/feed.
#ifndef DAP_LIBS_FEED_LEASES_H_
#define DAP_LIBS_FEED_LEASES_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/db/pool.h"
#include "libs/id/uuid.h"

namespace dap::feed {

// Each replica holds its share, the partitions divided by the living replicas and rounded up: it
// takes free ones up to that and gives back what is above. A replica that dies lives on until its
// lease ends. Not thread-safe.
class Leases {
 public:
  Leases(db::Pool& pool, std::string producer, id::Uuid holder, absl::Duration lease)
      : pool_(pool), producer_(std::move(producer)), holder_(holder), lease_(lease) {}

  // Makes the rows of the partitions, where there are none yet.
  absl::Status Make(int partitions, absl::Time now);
  // Renews, gives back, takes; returns the partitions that are this replica's until now + lease.
  absl::StatusOr<std::set<int>> Renew(absl::Time now);
  // Gives all back and leaves.
  absl::Status Release(absl::Time now);

 private:
  absl::StatusOr<std::set<int>> RenewIn(db::Connection& tx, absl::Time now);

  db::Pool& pool_;
  const std::string producer_;
  const id::Uuid holder_;
  const absl::Duration lease_;
};

}  // namespace dap::feed

#endif  // DAP_LIBS_FEED_LEASES_H_
