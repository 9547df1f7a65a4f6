#include "tests/faults/load.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/id/uuid.h"
#include "libs/time/clock.h"
#include "tests/system/system.h"

namespace dap::tests {
namespace {

// Every so many requests one is sent again though it was answered.
constexpr int kAgain = 7;

bool SaysSendAgain(const absl::Status& status) {
  return status.code() == absl::StatusCode::kUnavailable ||
         status.code() == absl::StatusCode::kDeadlineExceeded ||
         status.code() == absl::StatusCode::kResourceExhausted;
}

}  // namespace

Load::Load(int threads, Send send) : send_(std::move(send)) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
}

Load::~Load() { Finish(); }

void Load::Run() {
  const time::SystemClock machine;
  id::Generator ids(machine);
  for (int i = 1; !stop_; ++i) {
    const std::string request_id = ids.Next().ToString();
    std::string name;
    if (!SendUntilAnswered(request_id, &name)) return Surprise("one was never answered");
    if (std::string again; i % kAgain == 0) {
      if (!SendUntilAnswered(request_id, &again)) return Surprise("one was never answered again");
      if (again != name) Surprise(absl::StrCat("first ", name, ", then ", again));
    }
    absl::MutexLock lock(&mutex_);
    answers_.emplace(request_id, name);
  }
}

bool Load::SendUntilAnswered(const std::string& request_id, std::string* name) {
  return Eventually([&] {
    const absl::StatusOr<std::string> answer = send_(request_id);
    if (answer.ok()) {
      *name = *answer;
    } else {
      Note(answer.status());
    }
    return answer.ok();
  });
}

void Load::Note(const absl::Status& failure) {
  if (!SaysSendAgain(failure)) Surprise(failure.ToString());
  absl::MutexLock lock(&mutex_);
  ++failed_;
}

void Load::Surprise(std::string what) {
  absl::MutexLock lock(&mutex_);
  surprises_.push_back(std::move(what));
}

int Load::answered() const {
  absl::MutexLock lock(&mutex_);
  return static_cast<int>(answers_.size());
}

int Load::failed() const {
  absl::MutexLock lock(&mutex_);
  return failed_;
}

Ledger Load::Finish() {
  stop_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  absl::MutexLock lock(&mutex_);
  return answers_;
}

std::vector<std::string> Load::Surprises() const {
  absl::MutexLock lock(&mutex_);
  return surprises_;
}

}  // namespace dap::tests
