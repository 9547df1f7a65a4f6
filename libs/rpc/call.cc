#include "libs/rpc/call.h"

#include <utility>

namespace dap::rpc {

void Call::OnCancel(std::function<void()> then) {
  {
    absl::MutexLock lock(&mutex_);
    if (!cancelled()) {
      on_cancel_ = std::move(then);
      return;
    }
  }
  then();
}

void Call::Cancel() {
  std::function<void()> then;
  {
    absl::MutexLock lock(&mutex_);
    cancelled_.store(true, std::memory_order_release);
    then = std::exchange(on_cancel_, nullptr);
  }
  if (then) then();
}

void Call::End() {
  std::function<void()> dropped;  // destroyed outside the lock: it may own anything
  absl::MutexLock lock(&mutex_);
  dropped = std::exchange(on_cancel_, nullptr);
}

}  // namespace dap::rpc
