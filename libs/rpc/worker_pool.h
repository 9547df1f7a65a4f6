// The threads that handlers run on.
#ifndef DAP_LIBS_RPC_WORKER_POOL_H_
#define DAP_LIBS_RPC_WORKER_POOL_H_

#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace prometheus {
class Gauge;
}

namespace dap::rpc {

// A piece of work that knows itself: handing it over allocates nothing.
class Work {
 public:
  virtual ~Work() = default;
  virtual void Run() = 0;
};

// N threads and a bounded queue between them and gRPC. Thread-safe.
class WorkerPool {
 public:
  struct Options {
    int threads = 1;
    int queue = 1;
    prometheus::Gauge* waiting = nullptr;  // the queue's length
  };
  explicit WorkerPool(Options options);
  ~WorkerPool() { Stop(); }

  // Work runs in the order it was added. False where the queue is full or the pool stops; never
  // blocks. The pool does not own the work.
  bool TryAdd(Work* work);

  // Runs what is queued, then joins the threads. From one thread, any number of times.
  void Stop();

 private:
  void Loop();

  const Options options_;
  absl::Mutex mutex_;
  absl::CondVar ready_;
  std::vector<Work*> ring_ ABSL_GUARDED_BY(mutex_);  // waiting work, from head_ on
  size_t head_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t size_ ABSL_GUARDED_BY(mutex_) = 0;
  int idle_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

// Threads for work that lasts: one each, made when needed and kept for the next, never more than
// `limit`. Thread-safe.
class StreamThreads {
 public:
  explicit StreamThreads(int limit) : limit_(limit) {}
  ~StreamThreads() { Stop(); }

  // False where `limit` are busy or it stops; never blocks.
  bool TryRun(Work* work);
  // Waits for what runs, then joins the threads. From one thread, any number of times.
  void Stop();

 private:
  void Loop();

  const int limit_;
  absl::Mutex mutex_;
  absl::CondVar ready_;
  std::vector<Work*> waiting_ ABSL_GUARDED_BY(mutex_);  // each has an idle thread coming for it
  int idle_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace dap::rpc

#endif  // DAP_LIBS_RPC_WORKER_POOL_H_
