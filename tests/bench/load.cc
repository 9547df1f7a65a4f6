#include "tests/bench/load.h"

#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/clock.h"
#include "tests/bench/child.h"
#include "tests/bench/interrupt.h"

namespace dap::bench {
namespace {

using std::chrono::steady_clock;

constexpr absl::Duration kPatience = absl::Seconds(30);

// What all callers share.
struct Course {
  explicit Course(const Load& load)
      : method(load.method), stub(load.channel), left(static_cast<int>(load.callers.size())) {}

  void Fail(const grpc::Status& status) {
    running = false;
    absl::MutexLock lock(&mutex);
    if (failure.ok()) {
      failure = status::Internal(
          absl::StrCat(method, " gave ", status.error_code(), ": ", status.error_message()));
    }
  }

  const std::string method;
  grpc::GenericStub stub;
  const time::SystemClock machine;
  std::atomic<bool> running{true};
  std::atomic<bool> counting{false};
  absl::BlockingCounter left;
  absl::Mutex mutex;
  absl::Status failure;
};

// One caller at work. Its own calls follow each other, so it needs no lock.
class Worker {
 public:
  Worker(Course& course, const Caller& caller) : course_(course), caller_(caller) {}

  void Next() {
    if (!course_.running) {
      course_.left.DecrementCount();
      return;
    }
    const grpc::Slice slice(caller_.request());
    request_ = grpc::ByteBuffer(&slice, 1);
    context_.emplace();
    context_->set_wait_for_ready(true);
    context_->set_deadline(absl::ToChronoTime(course_.machine.Now() + kPatience));
    if (!caller_.metadata_name.empty()) {
      context_->AddMetadata(caller_.metadata_name, caller_.metadata_value);
    }
    start_ = steady_clock::now();
    course_.stub.UnaryCall(&*context_, course_.method, grpc::StubOptions(), &request_, &response_,
                           [this](const grpc::Status& status) { Ended(status); });
  }

  const std::vector<float>& milliseconds() const { return milliseconds_; }

 private:
  void Ended(const grpc::Status& status) {
    if (!status.ok()) course_.Fail(status);
    if (course_.counting) {
      milliseconds_.push_back(
          std::chrono::duration<float, std::milli>(steady_clock::now() - start_).count());
    }
    Next();
  }

  Course& course_;
  const Caller& caller_;
  std::optional<grpc::ClientContext> context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
  steady_clock::time_point start_;
  std::vector<float> milliseconds_;
};

}  // namespace

double Quantile(std::vector<float>& values, double part) {
  if (values.empty()) return 0;
  const auto at = values.begin() + static_cast<int64_t>(part * (values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

CpuMeter::CpuMeter(const std::vector<Watched>& watched) : watched_(watched) {
  for (const Watched& process : watched) before_.push_back(CpuTime(process.pid));
}

std::map<std::string, double> CpuMeter::PerCall(double calls) const {
  std::map<std::string, double> per_call;
  for (size_t i = 0; i < watched_.size(); ++i) {
    const absl::Duration used = CpuTime(watched_[i].pid) - before_[i];
    per_call[watched_[i].name] = absl::ToDoubleMicroseconds(used) / calls;
  }
  return per_call;
}

absl::StatusOr<Sample> Run(const Load& load, absl::Duration time,
                           const std::vector<Watched>& watched) {
  Course course(load);
  std::deque<Worker> workers;
  for (const Caller& caller : load.callers) workers.emplace_back(course, caller);
  for (Worker& worker : workers) worker.Next();

  absl::Status paused = Pause(time / 4);
  const CpuMeter cpu(watched);
  const auto from = steady_clock::now();
  course.counting = true;
  if (paused.ok()) paused = Pause(time);
  course.counting = false;
  const std::chrono::duration<double> seconds = steady_clock::now() - from;
  const std::map<std::string, double> used_us = cpu.PerCall(1);
  course.running = false;
  course.left.Wait();

  RETURN_IF_ERROR(paused);
  RETURN_IF_ERROR(course.failure);
  std::vector<float> all;
  for (const Worker& worker : workers) {
    all.insert(all.end(), worker.milliseconds().begin(), worker.milliseconds().end());
  }
  if (all.empty()) return status::Internal(absl::StrCat("no answer from ", load.method));
  Sample sample;
  for (const auto& [name, us] : used_us) sample.cpu_us[name] = us / all.size();
  sample.rate = all.size() / seconds.count();
  sample.p50_ms = Quantile(all, 0.50);
  sample.p99_ms = Quantile(all, 0.99);
  return sample;
}

}  // namespace dap::bench
