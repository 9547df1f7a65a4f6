#include "libs/rpc/worker_pool.h"

#include <prometheus/gauge.h>

#include <utility>

namespace dap::rpc {

WorkerPool::WorkerPool(Options options) : options_(std::move(options)), ring_(options_.queue) {
  threads_.reserve(options_.threads);
  for (int i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { Loop(); });
}

bool WorkerPool::TryAdd(Work* work) {
  bool wake = false;
  {
    absl::MutexLock lock(&mutex_);
    if (stopping_ || size_ == ring_.size()) return false;
    ring_[(head_ + size_) % ring_.size()] = work;
    ++size_;
    // A busy worker looks at the queue before it sleeps, so nobody is woken for work that one will
    // find; that keeps system calls out of the busy case.
    wake = idle_ > 0;
    if (wake) --idle_;
  }
  if (options_.waiting != nullptr) options_.waiting->Increment();
  if (wake) ready_.Signal();
  return true;
}

void WorkerPool::Loop() {
  while (true) {
    Work* work = nullptr;
    {
      absl::MutexLock lock(&mutex_);
      while (size_ == 0 && !stopping_) {
        ++idle_;
        ready_.Wait(&mutex_);
      }
      if (size_ == 0) break;
      work = ring_[head_];
      head_ = (head_ + 1) % ring_.size();
      --size_;
    }
    if (options_.waiting != nullptr) options_.waiting->Decrement();
    work->Run();
  }
}

void WorkerPool::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    ready_.SignalAll();
  }
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

bool StreamThreads::TryRun(Work* work) {
  absl::MutexLock lock(&mutex_);
  if (stopping_) return false;
  if (idle_ > static_cast<int>(waiting_.size())) {
    waiting_.push_back(work);
    ready_.Signal();
    return true;
  }
  if (static_cast<int>(threads_.size()) == limit_) return false;
  waiting_.push_back(work);
  ++idle_;
  threads_.emplace_back([this] { Loop(); });
  return true;
}

void StreamThreads::Loop() {
  while (true) {
    Work* work = nullptr;
    {
      absl::MutexLock lock(&mutex_);
      while (waiting_.empty() && !stopping_) ready_.Wait(&mutex_);
      if (waiting_.empty()) return;
      work = waiting_.back();
      waiting_.pop_back();
      --idle_;
    }
    work->Run();
    absl::MutexLock lock(&mutex_);
    ++idle_;
  }
}

void StreamThreads::Stop() {
  std::vector<std::thread> threads;
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    ready_.SignalAll();
    threads.swap(threads_);
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace dap::rpc
