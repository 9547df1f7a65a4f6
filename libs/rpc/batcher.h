// Many small writes as few transactions: callers hand in an item each, one thread writes everything
// that waits, another answers each caller, while the next batch is written.
#ifndef DAP_LIBS_RPC_BATCHER_H_
#define DAP_LIBS_RPC_BATCHER_H_

#include <algorithm>
#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/rpc/batch_metrics.h"
#include "libs/status/error.h"
#include "libs/time/clock.h"

namespace dap::rpc {

struct BatcherOptions {
  // Names it in metrics.
  std::string name;
  // Items a write takes. A bigger one commits more rows at once and makes its first caller wait
  // longer.
  int max_items = 256;
  // Items that may wait, which bounds memory.
  int queue = 4096;
  // How long a new item may have to wait, by the pace of the last writes, where a write's items
  // wait already: that bounds latency. Under more load than can be written, who is taken is
  // answered soon and the others are refused at once. Beyond either RESOURCE_EXHAUSTED
  // (QUEUE_FULL).
  absl::Duration max_wait = absl::InfiniteDuration();
  // None without. Must outlive the batcher.
  prometheus::Registry* registry = nullptr;
};

// Thread-safe. There is no timer: a write starts as soon as the one before has ended, so an item
// alone waits for nothing and under load the batches grow by themselves. Items are written in the
// order they came. Destroying it stops it.
template <typename Item, typename Result>
class Batcher {
 public:
  using Done = std::function<void(absl::StatusOr<Result>)>;
  // Writes the items and answers for each, in their order. Where it answers a different number,
  // every item gets INTERNAL. Runs on the batcher's thread, may block, and may change or move from
  // the items.
  using Write = std::function<std::vector<absl::StatusOr<Result>>(absl::Span<Item>)>;

  Batcher(BatcherOptions options, Write write)
      : options_(std::move(options)),
        write_(std::move(write)),
        metrics_(options_.registry, options_.name),
        answerer_([this] { AnswerAll(); }),
        writer_([this] { WriteAll(); }) {}
  ~Batcher() { Stop(); }

  // Takes the item; `done` is called once, after its write, on a thread of the batcher's (it must
  // not block), or here and now with RESOURCE_EXHAUSTED (QUEUE_FULL) or UNAVAILABLE (STOPPING).
  void Add(Item item, Done done) { Add(std::move(item), std::move(done), options_.max_wait); }

  // The same for an item that need not fear max_wait: one of several that Admit let in together.
  void AddAdmitted(Item item, Done done) {
    Add(std::move(item), std::move(done), absl::InfiniteDuration());
  }

  // What Add would refuse an item with now; OK where it would take it.
  absl::Status Admit() {
    absl::MutexLock lock(&mutex_);
    return Refusal(options_.max_wait);
  }

  // Waits until everything added before it is written and answered.
  void Flush() {
    absl::MutexLock lock(&mutex_);
    const uint64_t target = added_;
    const auto reached = [this, target]()
                             ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return answered_ >= target; };
    mutex_.Await(absl::Condition(&reached));
  }

  // Takes no more, writes and answers what waits, joins the thread. From one thread, any number of
  // times; not from `done` or the write.
  void Stop() {
    {
      absl::MutexLock lock(&mutex_);
      stopping_ = true;
    }
    if (writer_.joinable()) writer_.join();
    {
      absl::MutexLock lock(&mutex_);
      all_written_ = true;
    }
    if (answerer_.joinable()) answerer_.join();
  }

 private:
  // Overloaded until so long after the last refusal; then only a part of max_wait may be waited.
  static constexpr absl::Duration kQuiet = absl::Milliseconds(100);
  static constexpr int kOverloaded = 5;
  // A write of fewer says little about the pace.
  static constexpr int kPaced = 64;

  struct Waiting {
    Item item;
    Done done;
  };
  // A batch that is written.
  struct Written {
    std::vector<Done> dones;
    std::vector<absl::StatusOr<Result>> results;
  };

  void Add(Item item, Done done, absl::Duration max_wait) {
    absl::Status refused;
    {
      absl::MutexLock lock(&mutex_);
      refused = Refusal(max_wait);
      if (refused.ok()) {
        waiting_.push_back({std::move(item), std::move(done)});
        ++added_;
        return;
      }
    }
    done(std::move(refused));
  }

  absl::Status Refusal(absl::Duration max_wait) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (stopping_) {
      return status::Unavailable("STOPPING", "The service is stopping. Send it again.");
    }
    if (!IsFull(max_wait)) return absl::OkStatus();
    return status::Exhausted("QUEUE_FULL", "Too many writes wait. Send it again later.",
                             absl::Milliseconds(200));
  }

  // A burst may wait for max_wait. Where that does not do, more comes than can be written, and what
  // waits would always wait as long: then less may, until none was refused for a while.
  bool IsFull(absl::Duration max_wait) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const int waiting = static_cast<int>(waiting_.size());
    if (waiting >= options_.queue) return true;
    // Some are always taken, so that the pace is known even if it was bad.
    if (max_wait == absl::InfiniteDuration() || waiting < options_.max_items / 8) return false;
    const absl::Time now = machine_clock_.Now();
    const bool is_burst = now - last_refusal_ > kQuiet;
    const absl::Duration wait = (waiting + writing_) * pace_;
    if (is_burst ? waiting < options_.max_items || wait <= max_wait
                 : wait <= max_wait / kOverloaded) {
      return false;
    }
    last_refusal_ = now;
    return true;
  }

  void WriteAll() {
    std::vector<Item> items;
    std::vector<Done> dones;
    while (Take(items, dones)) {
      metrics_.ObserveBatch(items.size());
      const absl::Time begun = machine_clock_.Now();
      std::vector<absl::StatusOr<Result>> results = write_(absl::MakeSpan(items));
      if (results.size() != dones.size()) {
        const absl::Status wrong =
            status::Internal(absl::StrCat("batch ", options_.name, ": ", results.size(),
                                          " results for ", dones.size(), " items"));
        results.assign(dones.size(), wrong);
      }
      absl::MutexLock lock(&mutex_);
      const int items_paced = std::max(writing_, kPaced);
      pace_ += ((machine_clock_.Now() - begun) / items_paced - pace_) / 4;
      writing_ = 0;
      // Answers that can't keep up hold the writes up, so that memory is bounded.
      const auto room = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return written_.size() < 4; };
      mutex_.Await(absl::Condition(&room));
      written_.push_back({std::move(dones), std::move(results)});
    }
  }

  void AnswerAll() {
    while (true) {
      Written batch;
      {
        absl::MutexLock lock(&mutex_);
        const auto ready = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
          return all_written_ || !written_.empty();
        };
        mutex_.Await(absl::Condition(&ready));
        if (written_.empty()) return;
        batch = std::move(written_.front());
        written_.pop_front();
      }
      for (size_t i = 0; i < batch.dones.size(); ++i) batch.dones[i](std::move(batch.results[i]));
      absl::MutexLock lock(&mutex_);
      answered_ += batch.dones.size();
    }
  }

  // Waits for items; false when it stops and none are left.
  bool Take(std::vector<Item>& items, std::vector<Done>& dones) {
    items.clear();
    dones.clear();
    absl::MutexLock lock(&mutex_);
    const auto ready = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
      return stopping_ || !waiting_.empty();
    };
    mutex_.Await(absl::Condition(&ready));
    const size_t count = std::min<size_t>(waiting_.size(), options_.max_items);
    for (size_t i = 0; i < count; ++i) {
      items.push_back(std::move(waiting_.front().item));
      dones.push_back(std::move(waiting_.front().done));
      waiting_.pop_front();
    }
    writing_ = static_cast<int>(count);
    return count > 0;
  }

  const BatcherOptions options_;
  const Write write_;
  BatchMetrics metrics_;
  const time::SystemClock machine_clock_;

  absl::Mutex mutex_;
  std::deque<Waiting> waiting_ ABSL_GUARDED_BY(mutex_);
  uint64_t added_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t answered_ ABSL_GUARDED_BY(mutex_) = 0;
  int writing_ ABSL_GUARDED_BY(mutex_) = 0;      // items of the write under way
  absl::Duration pace_ ABSL_GUARDED_BY(mutex_);  // an item's share of the last writes
  absl::Time last_refusal_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<Written> written_ ABSL_GUARDED_BY(mutex_);
  bool all_written_ ABSL_GUARDED_BY(mutex_) = false;

  // Last: they use all of the above.
  std::thread answerer_;
  std::thread writer_;
};

}  // namespace dap::rpc

#endif  // DAP_LIBS_RPC_BATCHER_H_
