// A dap-activity process for a test to kill.
#ifndef DAP_SERVICES_ACTIVITY_TESTING_REPLICA_H_
#define DAP_SERVICES_ACTIVITY_TESTING_REPLICA_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "libs/rpc/channel.h"

namespace dap::activity {

// Start and Kill from one thread; channel() from any.
class Replica {
 public:
  // `command` is the program and its flags, with --listen on a free port; `log` takes what it
  // writes; `to` says how to reach it, but for the target.
  Replica(std::vector<std::string> command, std::string log, rpc::ChannelOptions to)
      : command_(std::move(command)), log_(std::move(log)), to_(std::move(to)) {}
  // Kills it.
  ~Replica();
  Replica(const Replica&) = delete;
  Replica& operator=(const Replica&) = delete;

  // Returns when it serves; INTERNAL where it ends instead or takes over a minute.
  absl::Status Start();
  // SIGKILL; returns when it has ended.
  void Kill();

  // To where it serves, or last did.
  std::shared_ptr<rpc::Channel> channel() const;

 private:
  absl::Status AwaitServing();

  const std::vector<std::string> command_;
  const std::string log_;
  const rpc::ChannelOptions to_;
  pid_t pid_ = 0;
  mutable absl::Mutex mutex_;
  std::shared_ptr<rpc::Channel> channel_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_TESTING_REPLICA_H_
