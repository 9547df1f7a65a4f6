#include "services/activity/operations/log_stream.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "libs/status/error.h"
#include "services/activity/convert.h"
#include "services/activity/operations/log_batch.h"

namespace dap::activity {
namespace {

constexpr size_t kMostOpen = 256;
constexpr absl::Duration kPause = absl::Milliseconds(200);
// What one of a stream may wait for: the stream itself may last for hours.
constexpr absl::Duration kPatience = absl::Seconds(30);

// Nothing is wrong with the request: it may be carried out later.
bool IsForNow(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
      return true;
    default:
      return false;
  }
}

struct Item {
  int64_t sequence = 0;
  std::string request_id;
  std::shared_ptr<PendingLog> log;     // null where it was refused at once
  std::optional<absl::Status> result;  // none while the writer has it
};

// What was read and is not acknowledged, oldest first. Numbers are places in the stream.
// Thread-safe; shared with the writer, which may answer after the stream has ended.
class Window {
 public:
  // Waits for room. False where the stream is over.
  bool AwaitRoom() {
    absl::MutexLock lock(&mutex_);
    const auto room = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
      return over_ || open_.size() < kMostOpen;
    };
    mutex_.Await(absl::Condition(&room));
    return !over_;
  }
  int64_t Add(Item item) {
    absl::MutexLock lock(&mutex_);
    open_.push_back(std::move(item));
    return first_ + static_cast<int64_t>(open_.size()) - 1;
  }
  void Settle(int64_t number, const absl::Status& result) {
    absl::MutexLock lock(&mutex_);
    if (number >= first_) open_[number - first_].result = result;
  }
  void NoMore() {
    absl::MutexLock lock(&mutex_);
    no_more_ = true;
  }
  void End() {
    absl::MutexLock lock(&mutex_);
    over_ = true;
  }

  // Waits until the oldest has its result, and takes the oldest that are settled for good; empty
  // where the oldest is to be tried again, and none when all is done or the stream is over.
  std::optional<std::vector<Item>> TakeSettled() {
    absl::MutexLock lock(&mutex_);
    const auto ready = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
      return over_ || (open_.empty() ? no_more_ : open_.front().result.has_value());
    };
    mutex_.Await(absl::Condition(&ready));
    if (over_ || open_.empty()) return std::nullopt;
    std::vector<Item> settled;
    while (!open_.empty() && open_.front().result && !IsForNow(*open_.front().result)) {
      settled.push_back(std::move(open_.front()));
      open_.pop_front();
      ++first_;
    }
    return settled;
  }
  // After a pause, all that are to be tried again, by number.
  std::vector<std::pair<int64_t, std::shared_ptr<PendingLog>>> TakeUnsettled() {
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(&over_), kPause);
    std::vector<std::pair<int64_t, std::shared_ptr<PendingLog>>> again;
    for (size_t i = 0; i < open_.size() && !over_; ++i) {
      if (!open_[i].result || !IsForNow(*open_[i].result)) continue;
      open_[i].result.reset();
      again.emplace_back(first_ + static_cast<int64_t>(i), open_[i].log);
    }
    return again;
  }

 private:
  absl::Mutex mutex_;
  std::deque<Item> open_ ABSL_GUARDED_BY(mutex_);
  int64_t first_ ABSL_GUARDED_BY(mutex_) = 0;
  bool no_more_ ABSL_GUARDED_BY(mutex_) = false;
  bool over_ ABSL_GUARDED_BY(mutex_) = false;
};

class Run {
 public:
  Run(const Context& context, ActivityWriter& writer, const rpc::Call& call, ActivityStream& stream)
      : context_(context), writer_(writer), call_(call), stream_(stream) {}

  absl::Status ToTheEnd() {
    std::thread answers([this] { Answer(); });
    const absl::Status ended = ReadAll();
    window_->NoMore();
    if (call_.cancelled()) window_->End();
    answers.join();
    return ended;
  }

 private:
  absl::Status ReadAll() {
    v1::StreamActivitiesRequest request;
    absl::Status rules;
    int64_t last = 0;
    while (window_->AwaitRoom() && stream_.Read(&request, &rules)) {
      if (request.sequence() <= last) {
        return status::Invalid("sequence", "SEQUENCE_NOT_RISING",
                               "Give each a sequence above that of the one before.");
      }
      last = request.sequence();
      Take(request, rules);
    }
    return absl::OkStatus();
  }

  void Take(const v1::StreamActivitiesRequest& request, const absl::Status& rules) {
    Item item = {request.sequence(), request.request().request_id(), nullptr, std::nullopt};
    absl::StatusOr<std::shared_ptr<PendingLog>> log =
        rules.ok() ? PrepareLog(context_, call_, request.request()) : rules;
    if (!log.ok()) {
      item.result = log.status();
      window_->Add(std::move(item));
      return;
    }
    item.log = *log;
    const int64_t number = window_->Add(std::move(item));
    Give(number, *std::move(log));
  }

  void Give(int64_t number, std::shared_ptr<PendingLog> log) {
    log->deadline = std::min(call_.deadline(), machine_clock_.Now() + kPatience);
    writer_.Add(std::move(log),
                [window = window_, number](const absl::StatusOr<v1::LogActivityResponse>& result) {
                  window->Settle(number, result.status());
                });
  }

  // On the thread of the answers.
  void Answer() {
    while (std::optional<std::vector<Item>> settled = window_->TakeSettled()) {
      if (settled->empty()) {
        if (call_.cancelled()) return window_->End();
        for (auto& [number, log] : window_->TakeUnsettled()) Give(number, std::move(log));
        continue;
      }
      v1::StreamActivitiesResponse response;
      response.set_acknowledged_sequence(settled->back().sequence);
      for (const Item& item : *settled) {
        if (item.result->ok()) continue;
        v1::RefusedActivity& refused = *response.add_refused();
        refused.set_sequence(item.sequence);
        refused.set_request_id(item.request_id);
        *refused.mutable_error() = ToProto(*item.result, call_);
      }
      if (!stream_.Write(response)) return window_->End();
    }
  }

  const Context& context_;
  ActivityWriter& writer_;
  const rpc::Call& call_;
  ActivityStream& stream_;
  const time::SystemClock machine_clock_;
  const std::shared_ptr<Window> window_ = std::make_shared<Window>();
};

}  // namespace

absl::Status LogStream(const Context& context, ActivityWriter& writer, const rpc::Call& call,
                       ActivityStream& stream) {
  return Run(context, writer, call, stream).ToTheEnd();
}

}  // namespace dap::activity
