#include "tests/bench/open_loop.h"

#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>

#include <algorithm>
#include <atomic>
#include <chrono>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "libs/rpc/error_details.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "tests/bench/interrupt.h"

namespace dap::bench {
namespace {

using std::chrono::steady_clock;

constexpr absl::Duration kTick = absl::Milliseconds(1);
constexpr std::chrono::seconds kPatience(30);

// One run: what its calls share.
struct Course {
  explicit Course(const Load& load) : load(load), stub(load.channel) {}

  const Load& load;
  grpc::GenericStub stub;
  const steady_clock::time_point start = steady_clock::now();
  absl::Mutex mutex;
  int outstanding ABSL_GUARDED_BY(mutex) = 0;
  absl::Status failure ABSL_GUARDED_BY(mutex);
  std::vector<Answer> answers ABSL_GUARDED_BY(mutex);
};

// A call under way; it ends itself.
class Sent {
 public:
  static void Send(Course& course, const Caller& caller, absl::Duration due) {
    (new Sent(course, due))->Start(caller);
  }

 private:
  Sent(Course& course, absl::Duration due) : course_(course), due_(due) {}

  void Start(const Caller& caller) {
    const grpc::Slice slice(caller.request());
    request_ = grpc::ByteBuffer(&slice, 1);
    context_.set_deadline(std::chrono::system_clock::now() + kPatience);
    if (!caller.metadata_name.empty()) {
      context_.AddMetadata(caller.metadata_name, caller.metadata_value);
    }
    course_.stub.UnaryCall(&context_, course_.load.method, grpc::StubOptions(), &request_,
                           &response_, [this](const grpc::Status& status) { End(status); });
  }

  void End(const grpc::Status& answered) {
    const absl::Status status = rpc::FromGrpc(answered);
    Answer answer{due_, absl::FromChrono(steady_clock::now() - course_.start) - due_};
    answer.refused =
        absl::IsResourceExhausted(status) && status::RetryAfter(status) > absl::ZeroDuration();
    {
      absl::MutexLock lock(&course_.mutex);
      --course_.outstanding;
      course_.answers.push_back(answer);
      if (!status.ok() && !answer.refused) course_.failure.Update(status);
    }
    delete this;
  }

  Course& course_;
  const absl::Duration due_;
  grpc::ClientContext context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
};

}  // namespace

absl::StatusOr<std::vector<Answer>> RunByTheClock(const Load& load, double rate,
                                                  absl::Duration time) {
  Course course(load);
  const absl::Duration apart = absl::Seconds(1 / rate);
  absl::Status paused;
  int64_t next = 0;
  for (absl::Duration due; paused.ok() && (due = next * apart) < time;) {
    if (due > absl::FromChrono(steady_clock::now() - course.start)) {
      paused = Pause(kTick);
      continue;
    }
    {
      absl::MutexLock lock(&course.mutex);
      ++course.outstanding;
    }
    Sent::Send(course, load.callers[next++ % load.callers.size()], due);
  }
  absl::MutexLock lock(&course.mutex);
  const auto all = [&]()
                       ABSL_SHARED_LOCKS_REQUIRED(course.mutex) { return course.outstanding == 0; };
  course.mutex.Await(absl::Condition(&all));
  RETURN_IF_ERROR(paused);
  RETURN_IF_ERROR(course.failure);
  std::sort(course.answers.begin(), course.answers.end(),
            [](const Answer& a, const Answer& b) { return a.sent < b.sent; });
  return std::move(course.answers);
}

double QuantileMs(const std::vector<Answer>& answers, bool refused, double part) {
  std::vector<float> took;
  for (const Answer& answer : answers) {
    if (answer.refused == refused) took.push_back(absl::ToDoubleMilliseconds(answer.took));
  }
  return Quantile(took, part);
}

}  // namespace dap::bench
