// Events that a transaction will commit together with the change they tell of.
#ifndef DAP_LIBS_FEED_OUTBOX_H_
#define DAP_LIBS_FEED_OUTBOX_H_

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "dap/events/v1/event.pb.h"
#include "libs/id/uuid.h"

namespace dap::db {
class Connection;
}

namespace dap::feed {

// How the feed of a schema is cut. `partitions` is fixed for the life of the schema (Migrate checks
// it): events of one organisation are in one partition, so in order; more partitions let more
// organisations commit events at once, and more consumers share the work.
struct FeedOptions {
  int partitions = 8;
};

// The partition of an organisation: the same on every machine, in every build, for ever.
int PartitionOf(const id::Uuid& organisation, int partitions);

// Not thread-safe; one for each run of a transaction's body (a retried body starts with an empty
// one). Filling it touches no database; where nothing is added nothing is written.
class Outbox {
 public:
  // `event` has its payload set and nothing else, or its traceparent too where the thread's trace
  // is not that of the call that caused it (batchers); the feed fills in the rest.
  void Add(const id::Uuid& organisation, events::v1::Event event);

  bool empty() const { return entries_.empty(); }
  size_t size() const { return entries_.size(); }
  void Clear() { entries_.clear(); }

  struct Entry {
    id::Uuid organisation;
    events::v1::Event event;
  };
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
};

// Writes the outbox into the feed: the last thing before COMMIT, since it locks the counter rows of
// its partitions until then, which is what makes positions dense and in the order of commits. Takes
// partitions in ascending order, so that two transactions with several organisations cannot wait
// for each other. Two short statements a partition, and one insert for all events; nothing for an
// empty outbox. Errors are the database's; INTERNAL where the schema's feed has other partitions
// than `options`.
absl::Status Append(db::Connection& tx, const FeedOptions& options, const Outbox& outbox,
                    absl::Time now);

}  // namespace dap::feed

#endif  // DAP_LIBS_FEED_OUTBOX_H_
