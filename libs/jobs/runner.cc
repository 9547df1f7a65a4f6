#include "libs/jobs/runner.h"

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "jobs_migrations.h"
#include "libs/db/migration.h"
#include "libs/id/uuid.h"
#include "libs/jobs/job_lease.h"
#include "libs/status/error.h"
#include "libs/telemetry/log.h"
#include "libs/telemetry/metrics.h"
#include "libs/telemetry/trace.h"
#include "libs/time/clock.h"

namespace dap::jobs {
namespace {

// A free lease is found this late at most.
constexpr absl::Duration kAskAgain = absl::Seconds(10);
constexpr absl::Duration kFailedRetry = absl::Minutes(1);

const time::Clock& ClockOf(const RunnerOptions& options) {
  static const time::SystemClock* const machine_clock = new time::SystemClock;
  return options.machine_clock != nullptr ? *options.machine_clock : *machine_clock;
}

struct JobMetrics {
  prometheus::Gauge* last_success = nullptr;
  prometheus::Gauge* duration = nullptr;
  prometheus::Counter* ok = nullptr;
  prometheus::Counter* failed = nullptr;
};

JobMetrics MakeMetrics(prometheus::Registry* registry, const std::string& job) {
  if (registry == nullptr) return {};
  auto& runs = telemetry::Counters(*registry, "dap_job_runs_total", "Runs of a job by result.");
  return {
      &telemetry::Gauges(*registry, "dap_job_last_success_seconds",
                         "Unix time at which a run of the job last succeeded here.")
           .Add({{"job", job}}),
      &telemetry::Gauges(*registry, "dap_job_duration_seconds", "How long the job's last run took.")
           .Add({{"job", job}}),
      &runs.Add({{"job", job}, {"result", "ok"}}), &runs.Add({{"job", job}, {"result", "error"}})};
}

void LogError(absl::string_view event, const std::string& job, const absl::Status& status) {
  telemetry::Log(telemetry::Severity::kError, event,
                 {{"job", job},
                  {"code", absl::StatusCodeToString(status.code())},
                  {"reason", status::Reason(status)},
                  {"error", status.message()}});
}

}  // namespace

absl::Status Migrate(db::Pool& pool) {
  return db::Migrate(pool, "jobs", Migrations(), time::SystemClock());
}

bool JobRun::Over() const { return stopping_ || machine_clock_.Now() >= deadline_; }

class Runner::Impl {
 public:
  Impl(db::Pool& pool, const RunnerOptions& options)
      : pool_(pool),
        options_(options),
        clock_(ClockOf(options)),
        holder_(id::Generator(clock_).Next()) {}

  void Add(absl::string_view name, absl::Duration period, Body body) {
    jobs_.push_back(std::make_unique<Job>(pool_, std::string(name), holder_, period,
                                          std::move(body), options_));
  }

  void Start() {
    {
      absl::MutexLock lock(&mutex_);
      job_threads_ = jobs_.size();
    }
    for (const std::unique_ptr<Job>& job : jobs_) {
      threads_.emplace_back([this, job = job.get()] { RunJob(*job); });
    }
    threads_.emplace_back([this] { RenewLeases(); });
  }

  void BeginStop() {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }

  void Stop() {
    BeginStop();
    absl::MutexLock lock(&join_mutex_);
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  struct Job {
    Job(db::Pool& pool, const std::string& job, id::Uuid holder, absl::Duration period, Body body,
        const RunnerOptions& options)
        : name(job),
          period(period),
          body(std::move(body)),
          lease(pool, job, holder, options.lease),
          metrics(MakeMetrics(options.registry, job)) {}

    const std::string name;
    const absl::Duration period;
    const Body body;
    JobLease lease;
    const JobMetrics metrics;
    // Until when its lease is renewed; the past while it does not run. In Unix microseconds.
    std::atomic<int64_t> renew_until{0};
  };

  void RunJob(Job& job) {
    absl::Time next = absl::InfinitePast();
    while (!AwaitStop(next)) {
      absl::StatusOr<JobLease::Claim> claim = job.lease.Take(clock_.Now());
      if (!claim.ok()) {
        LogError("job_lease_not_taken", job.name, claim.status());
        next = clock_.Now() + kAskAgain;
      } else if (claim->mine) {
        next = RunOnce(job);
      } else {
        next = std::min(claim->ask_again, clock_.Now() + kAskAgain);
      }
    }
    absl::MutexLock lock(&mutex_);
    --job_threads_;
  }

  // Returns when it is due again.
  absl::Time RunOnce(Job& job) {
    const telemetry::ScopedTrace trace(telemetry::TraceContext::New());
    const absl::Time began = clock_.Now();
    const absl::Time deadline = began + options_.run_deadline;
    job.renew_until = absl::ToUnixMicros(deadline);
    const absl::Status status = job.body(JobRun(deadline, stopping_, clock_));
    job.renew_until = 0;
    const absl::Time ended = clock_.Now();
    Show(job, status, began, ended);
    // Counted from the beginning, so that the period is the period however long it takes.
    const absl::Time due =
        status.ok() ? began + job.period : ended + std::min(job.period, kFailedRetry);
    const absl::Status given_back = job.lease.GiveBack(ended, due);
    if (!given_back.ok()) LogError("job_lease_not_given_back", job.name, given_back);
    return due;
  }

  static void Show(const Job& job, const absl::Status& status, absl::Time began, absl::Time ended) {
    if (!status.ok()) LogError("job_failed", job.name, status);
    if (job.metrics.ok == nullptr) return;
    job.metrics.duration->Set(absl::ToDoubleSeconds(ended - began));
    (status.ok() ? job.metrics.ok : job.metrics.failed)->Increment();
    if (status.ok())
      job.metrics.last_success->Set(absl::ToDoubleSeconds(ended - absl::UnixEpoch()));
  }

  void RenewLeases() {
    absl::Time next = clock_.Now();
    while (!AwaitJobsEnd(next)) {
      const absl::Time now = clock_.Now();
      for (const std::unique_ptr<Job>& job : jobs_) {
        if (job->renew_until <= absl::ToUnixMicros(now)) continue;
        const absl::Status renewed = job->lease.Renew(now);
        // It may have been given back this very moment.
        if (!renewed.ok() && job->renew_until != 0) {
          LogError("job_lease_not_renewed", job->name, renewed);
        }
      }
      next = now + options_.lease / 3;
    }
  }

  // Until `time`; true when stopping.
  bool AwaitStop(absl::Time time) {
    absl::MutexLock lock(&mutex_);
    const auto stopping = [this] { return stopping_.load(); };
    return mutex_.AwaitWithTimeout(absl::Condition(&stopping), time - clock_.Now());
  }

  // The same for the renewer, which outlives the jobs' threads: the last runs keep their leases.
  bool AwaitJobsEnd(absl::Time time) {
    absl::MutexLock lock(&mutex_);
    const auto none = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return job_threads_ == 0; };
    return mutex_.AwaitWithTimeout(absl::Condition(&none), time - clock_.Now());
  }

  db::Pool& pool_;
  const RunnerOptions options_;
  const time::Clock& clock_;
  const id::Uuid holder_;
  std::vector<std::unique_ptr<Job>> jobs_;

  absl::Mutex mutex_;
  std::atomic<bool> stopping_{false};  // set under mutex_, so that waiters see it
  size_t job_threads_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Mutex join_mutex_;
  std::vector<std::thread> threads_;
};

Runner::Runner(db::Pool& pool, const RunnerOptions& options)
    : impl_(std::make_unique<Impl>(pool, options)) {}

Runner::~Runner() { Stop(); }

void Runner::Add(absl::string_view name, absl::Duration period, Body body) {
  impl_->Add(name, period, std::move(body));
}

void Runner::Add(absl::string_view name, absl::Duration period, ShortBody body) {
  impl_->Add(name, period,
             [body = std::move(body)](const JobRun& run) { return body(run.deadline()); });
}

void Runner::Start() { impl_->Start(); }

void Runner::BeginStop() { impl_->BeginStop(); }

void Runner::Stop() { impl_->Stop(); }

}  // namespace dap::jobs
