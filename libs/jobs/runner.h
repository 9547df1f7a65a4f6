// Work that a service does by the clock, in one of its replicas at a time.
#ifndef DAP_LIBS_JOBS_RUNNER_H_
#define DAP_LIBS_JOBS_RUNNER_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace prometheus {
class Registry;
}
namespace dap::db {
class Pool;
}
namespace dap::time {
class Clock;
}

namespace dap::jobs {

// Makes or upgrades the table of leases in the pool's schema, as "jobs" in its migrations.
absl::Status Migrate(db::Pool& pool);

struct RunnerOptions {
  // Where the metrics go; none without.
  prometheus::Registry* registry = nullptr;
  // The machine's clock where null. Never the shifted one: a test system whose clock jumps ten days
  // must not run a job of every minute 14,400 times, nor lose its leases.
  const time::Clock* machine_clock = nullptr;
  // How long a job belongs to a replica that has died; renewed three times in it while it runs.
  absl::Duration lease = absl::Seconds(30);
  // What a run may take: its deadline. Past it the lease is renewed no more. Short, since a process
  // that is told to end waits for bodies that know of nothing but their deadline.
  absl::Duration run_deadline = absl::Seconds(20);
};

// One run of a job, as its body sees it. Thread-safe.
class JobRun {
 public:
  JobRun(absl::Time deadline, const std::atomic<bool>& stopping, const time::Clock& machine_clock)
      : deadline_(deadline), stopping_(stopping), machine_clock_(machine_clock) {}

  // By the machine's clock.
  absl::Time deadline() const { return deadline_; }
  // The deadline has passed, or the process is to end: return soon, without an error. What is not
  // done is for the next run. Cheap; ask between two steps.
  bool Over() const;

 private:
  const absl::Time deadline_;
  const std::atomic<bool>& stopping_;
  const time::Clock& machine_clock_;
};

// Does one run of a job. The lease makes it one replica at a time as long as machines keep time and
// keep the deadline; a body is still written so that two at once do no harm (it claims its rows),
// since a lease is no lock.
using Body = std::function<absl::Status(const JobRun& run)>;
// One that is short enough to know of its deadline only: Stop waits for it.
using ShortBody = std::function<absl::Status(absl::Time deadline)>;

// One a process. Thread-safe. A thread for each job, and one that renews leases.
// Every `period` of machine time the job runs in one of the replicas, at once for the first time. A
// run that failed is logged and tried again after a minute, or after `period` where that is
// shorter. Metrics: dap_job_last_success_seconds{job} (Unix time), dap_job_duration_seconds{job}
// (the last run here), dap_job_runs_total{job,result} with result ok or error.
class Runner {
 public:
  explicit Runner(db::Pool& pool, const RunnerOptions& options = {});
  // Stops.
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  // Before Start. `name` is unique in the service, at most 64 characters.
  void Add(absl::string_view name, absl::Duration period, Body body);
  void Add(absl::string_view name, absl::Duration period, ShortBody body);
  // Once.
  void Start();
  // Begins no more runs and tells those under way (JobRun::Over). Does not wait.
  void BeginStop();
  // BeginStop; waits for the runs that are under way, gives their leases back, joins. Idempotent.
  void Stop();

 private:
  class Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace dap::jobs

#endif  // DAP_LIBS_JOBS_RUNNER_H_
