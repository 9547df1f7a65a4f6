// A process's own event feed: writes events with the changes they tell of, and serves them to the
// other services. See README.md for how it holds its promises.
#ifndef DAP_LIBS_FEED_FEED_H_
#define DAP_LIBS_FEED_FEED_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/feed/outbox.h"
#include "libs/rpc/service.h"
#include "libs/time/clock.h"

namespace dap::db {
class Connection;
class Pool;
}  // namespace dap::db

namespace dap::feed {

// Makes or upgrades the feed's tables in the pool's schema, under the name "feed" in its table of
// migrations, and its partitions. FAILED_PRECONDITION (FEED_PARTITIONS_FIXED) where the schema was
// made with another number of partitions.
absl::Status Migrate(db::Pool& pool, const FeedOptions& options = {});

// One a process. Thread-safe. Owns one thread, which sleeps while nobody reads; while somebody
// waits it looks for other replicas' commits every `poll`. Uses one connection of the pool at a
// time.
class Feed {
 public:
  // Times of events come from `clock`. Both must outlive it.
  Feed(db::Pool& pool, const time::Clock& clock, const FeedOptions& options = {});
  // Stops.
  ~Feed();
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  // feed::Append with the clock's time. Last before COMMIT.
  absl::Status Append(db::Connection& tx, const Outbox& outbox);

  // After a COMMIT with events: those who wait are answered now rather than at the next poll. Costs
  // a lock, and a wake-up only where somebody waits. Leaving it out only makes events late.
  void Notify();

  // dap.events.v1.EventFeedService, for rpc::Server::Start.
  rpc::Service& service();

  // Answers all who wait, at once and empty, refuses later reads (UNAVAILABLE, FEED_STOPPING), and
  // joins the thread: up to 2 s where the database is away. Call it when draining begins, or long
  // polls hold the drain up. Append still works. Idempotent.
  void Stop();

  const FeedOptions& options() const { return options_; }

 private:
  class Tailer;
  const FeedOptions options_;
  const time::Clock& clock_;
  const std::unique_ptr<Tailer> tailer_;
  rpc::Service service_;
};

}  // namespace dap::feed

#endif  // DAP_LIBS_FEED_FEED_H_
