// Answers those who read the feed. Internal to libs/feed.
#ifndef DAP_LIBS_FEED_TAILER_H_
#define DAP_LIBS_FEED_TAILER_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "dap/events/v1/event_feed_service.pb.h"
#include "libs/db/connection.h"
#include "libs/db/pool.h"
#include "libs/feed/event_store.h"
#include "libs/feed/feed.h"
#include "libs/rpc/call.h"
#include "libs/rpc/service.h"
#include "libs/time/clock.h"

namespace dap::feed {

// The most recent events of a partition, without gaps: after < position <= end. Not thread-safe.
class Window {
 public:
  bool empty() const { return events_.empty(); }
  int64_t end() const { return after_ + static_cast<int64_t>(events_.size()); }
  // Whether it holds the event that follows `after`.
  bool HasNext(int64_t after) const { return after >= after_ && after < end(); }
  // Up to `max` events after `after`, which HasNext, and up to kMaxAnswerBytes.
  std::vector<EventPointer> Next(int64_t after, int max) const;
  // Starts anew after a position.
  void Restart(int64_t after);
  // Takes in what follows end(); lets the oldest go.
  void Add(const std::vector<EventPointer>& events);

 private:
  int64_t after_ = 0;
  std::deque<EventPointer> events_;
  size_t bytes_ = 0;
};

// Readers whose next event is in memory are answered where they ask; the others wait for the
// thread. Each of its passes asks the database once how far the partitions are, reads what is new
// once for all who wait, and answers. Passes come when somebody begins to wait, after Wake, and
// every kPoll while anyone waits; never closer than kPassGap, so that a busy feed is read in
// batches.
class Feed::Tailer {
 public:
  Tailer(db::Pool& pool, const time::Clock& clock, int partitions);
  ~Tailer();

  void Read(std::shared_ptr<rpc::Call> call, const events::v1::ReadEventsRequest& request,
            rpc::Respond<events::v1::ReadEventsResponse> respond);
  void Wake();
  void Stop();

 private:
  using Response = events::v1::ReadEventsResponse;
  struct Waiter {
    std::shared_ptr<rpc::Call> call;
    int partition = 0;
    int64_t after = 0;
    int max = 0;
    absl::Time until;
    rpc::Respond<Response> respond;
  };
  // What a pass found for a waiter: an answer, or that there is nothing yet.
  using Answer = std::pair<Waiter, absl::StatusOr<Response>>;

  void Run();
  bool AwaitWork();
  void Pass();
  // Answers what can be answered; leaves the rest in `waiters`.
  absl::Status Look(db::Connection& connection, std::vector<Waiter>& waiters,
                    std::vector<Answer>& answers);
  absl::Status Extend(db::Connection& connection, int partition, int64_t last,
                      const std::vector<Waiter>& waiters);
  absl::StatusOr<Response> AnswerOne(db::Connection& connection, const Waiter& waiter,
                                     int64_t last);
  absl::Status SaveConsumers(db::Connection& connection);
  void Register(const std::string& consumer, int partition, int64_t position)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  static Response MakeResponse(const std::vector<EventPointer>& events, int64_t last);

  db::Pool& pool_;
  const time::Clock& clock_;
  const time::SystemClock machine_clock_;
  const int partitions_;

  absl::Mutex mutex_;
  std::vector<Window> windows_ ABSL_GUARDED_BY(mutex_);
  std::vector<Waiter> waiters_ ABSL_GUARDED_BY(mutex_);
  // By consumer and partition: how far, and whether the table knows.
  struct Seen {
    int64_t position = 0;
    bool saved = false;
  };
  std::map<std::pair<std::string, int>, Seen> seen_ ABSL_GUARDED_BY(mutex_);
  bool save_now_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Time next_save_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  bool wake_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Time last_pass_ = absl::InfinitePast();  // the thread's own

  absl::Mutex join_mutex_;
  std::thread thread_;
};

}  // namespace dap::feed

#endif  // DAP_LIBS_FEED_TAILER_H_
