// One incoming call, as its handler sees it.
#ifndef DAP_LIBS_RPC_CALL_H_
#define DAP_LIBS_RPC_CALL_H_

#include <atomic>
#include <functional>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/auth/principal.h"
#include "libs/telemetry/trace.h"

namespace dap::rpc {

// What is known of a call before its handler runs.
struct CallInfo {
  // Full method name without the first slash: "dap.goals.v1.GoalsService/GetGoal".
  absl::string_view method;
  // By the machine's clock.
  absl::Time deadline = absl::InfiniteFuture();
  telemetry::TraceContext trace;
  // The calling service's name ("gateway"), proved by its certificate; empty for anyone else.
  std::string peer;
  // Whom the call is made for; none where nobody is (a service's own call, a public method).
  std::optional<auth::Principal> principal;
};

// Thread-safe. `method` must outlive it.
class Call {
 public:
  explicit Call(CallInfo info) : info_(std::move(info)) {}
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  // Whom the call is made for. Where nobody is, the default Principal: no subject, no organisation,
  // no roles.
  const auth::Principal& principal() const {
    return info_.principal.has_value() ? *info_.principal : nobody_;
  }
  bool has_principal() const { return info_.principal.has_value(); }

  // When the caller stops waiting, by the machine's clock. There always is one: where the caller set
  // none it is the server's default. Pass it on to whatever waits.
  absl::Time deadline() const { return info_.deadline; }
  const telemetry::TraceContext& trace() const { return info_.trace; }
  absl::string_view method() const { return info_.method; }
  const std::string& peer() const { return info_.peer; }

  // The caller has gone or the server stops: what the handler still does is for nobody. An atomic
  // load.
  bool cancelled() const { return cancelled_.load(std::memory_order_acquire); }

  // Runs `then` once the call is cancelled, on a thread of gRPC (so it must not block), or at once
  // where it is already. At most one may be set. It is dropped without running when the call ends.
  void OnCancel(std::function<void()> then);

  // For libs/rpc and tests: cancels the call; ends it.
  void Cancel();
  void End();

 private:
  const CallInfo info_;
  const auth::Principal nobody_{};
  std::atomic<bool> cancelled_{false};
  absl::Mutex mutex_;
  std::function<void()> on_cancel_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace dap::rpc

#endif  // DAP_LIBS_RPC_CALL_H_
