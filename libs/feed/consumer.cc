#include "libs/feed/consumer.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "dap/events/v1/event_feed_service.pb.h"
#include "libs/feed/applier.h"
#include "libs/feed/consumer_metrics.h"
#include "libs/feed/feed_error.h"
#include "libs/feed/leases.h"
#include "libs/id/uuid.h"
#include "libs/rpc/channel.h"
#include "libs/status/error.h"
#include "libs/telemetry/log.h"
#include "libs/time/clock.h"

namespace dap::feed {
namespace {

using events::v1::Event;
using events::v1::GetFeedResponse;
using events::v1::ReadEventsResponse;

constexpr char kGetFeed[] = "dap.events.v1.EventFeedService/GetFeed";
constexpr char kReadEvents[] = "dap.events.v1.EventFeedService/ReadEvents";
// What a call may take beyond the wait it asks for.
constexpr absl::Duration kCallMargin = absl::Seconds(5);

const time::Clock& ClockOf(const ConsumerOptions& options) {
  static const time::SystemClock* const machine_clock = new time::SystemClock;
  return options.machine_clock != nullptr ? *options.machine_clock : *machine_clock;
}

// The answer to a read of a partition; `lease` tells whether it was asked under the present lease.
struct Arrival {
  int partition = 0;
  int64_t lease = 0;
  absl::StatusOr<ReadEventsResponse> response;
};

// Where calls leave their answers; outlives the consumer for as long as one is under way.
struct Mailbox {
  absl::Mutex mutex;
  std::vector<Arrival> arrivals ABSL_GUARDED_BY(mutex);
  std::optional<absl::StatusOr<GetFeedResponse>> feed ABSL_GUARDED_BY(mutex);
  bool stopping ABSL_GUARDED_BY(mutex) = false;

  bool Ready() const ABSL_SHARED_LOCKS_REQUIRED(mutex) {
    return stopping || !arrivals.empty() || feed.has_value();
  }
};

// A partition that this replica holds.
struct Held {
  int64_t lease = 0;
  std::optional<int64_t> cursor;  // unknown until read
  bool reading = false;
  std::vector<Event> events;  // those after the cursor
  size_t applied = 0;         // of `events`
  int64_t last_position = 0;
  bool singly = false;  // a batch failed: one by one up to the one that fails
  bool stopped = false;
  int failures = 0;  // in a row
  absl::Time not_before = absl::InfinitePast();

  void DropEvents() {
    events.clear();
    applied = 0;
  }
  // Does nothing more before `time`, and then goes by what the cursor says.
  void StartAgain(absl::Time time) {
    DropEvents();
    cursor.reset();
    not_before = time;
  }
};

}  // namespace

class Consumer::Impl {
 public:
  Impl(ConsumerOptions options, Handler handler)
      : options_(std::move(options)),
        clock_(ClockOf(options_)),
        applier_(options_, clock_, std::move(handler)),
        leases_(*options_.pool, options_.producer, id::Generator(clock_).Next(), options_.lease),
        metrics_(options_.registry, options_.producer) {}

  void Start() {
    thread_ = std::thread([this] { Run(); });
  }

  void Stop() {
    {
      absl::MutexLock lock(&mailbox_->mutex);
      mailbox_->stopping = true;
    }
    absl::MutexLock lock(&join_mutex_);
    if (thread_.joinable()) thread_.join();
  }

 private:
  void Run() {
    if (!Prepare()) return;
    while (!Stopping()) {
      if (clock_.Now() >= next_renewal_) RenewLeases();
      for (auto& [partition, held] : held_) {
        if (clock_.Now() >= held.not_before && !held.reading) Step(partition, held);
        if (Stopping()) break;
      }
      Receive(NextWake());
    }
    absl::Status released = leases_.Release(clock_.Now());
    if (!released.ok()) LogWarning("feed_leases_not_released", released);
  }

  // Learns the feed's shape and makes the rows for it, however long that takes; false when stopped.
  bool Prepare() {
    for (int failures = 0; !Stopping(); ++failures) {
      absl::StatusOr<int> partitions = AskPartitions();
      absl::Status made = partitions.status();
      if (made.ok()) made = applier_.MakeCursors(*partitions);
      if (made.ok()) made = leases_.Make(*partitions, clock_.Now());
      if (made.ok()) return true;
      if (failures == 0) LogWarning("feed_consumer_waits", made);
      Receive(clock_.Now() + Backoff(failures));
    }
    return false;
  }

  absl::StatusOr<int> AskPartitions() {
    rpc::CallContext context;
    context.deadline = clock_.Now() + kCallMargin;
    options_.channel->CallAsync<GetFeedResponse>(
        kGetFeed, events::v1::GetFeedRequest(), context,
        [mailbox = mailbox_](absl::StatusOr<GetFeedResponse> response) {
          absl::MutexLock lock(&mailbox->mutex);
          mailbox->feed = std::move(response);
        });
    absl::MutexLock lock(&mailbox_->mutex);
    mailbox_->mutex.Await(absl::Condition(mailbox_.get(), &Mailbox::Ready));
    if (!mailbox_->feed.has_value()) return absl::CancelledError("stopping");
    absl::StatusOr<GetFeedResponse> response = *std::move(mailbox_->feed);
    mailbox_->feed.reset();
    if (!response.ok()) return response.status();
    return response->partitions();
  }

  void RenewLeases() {
    const absl::Time now = clock_.Now();
    next_renewal_ = now + options_.lease / 3;
    absl::StatusOr<std::set<int>> mine = leases_.Renew(now);
    if (!mine.ok()) {  // the cursor keeps it right meanwhile
      LogWarning("feed_leases_not_renewed", mine.status());
      return;
    }
    std::erase_if(held_, [&](const auto& entry) {
      if (mine->contains(entry.first)) return false;
      metrics_.Drop(entry.first);
      return true;
    });
    for (int partition : *mine) {
      auto [it, is_new] = held_.try_emplace(partition);
      if (!is_new) continue;
      it->second.lease = ++last_lease_;
      metrics_.Hold(partition);
    }
  }

  void Step(int partition, Held& held) {
    if (!held.cursor.has_value()) {
      absl::StatusOr<int64_t> cursor = applier_.ReadCursor(partition);
      if (!cursor.ok()) {
        LogWarning("feed_cursor_not_read", cursor.status());
        held.not_before = clock_.Now() + Backoff(held.failures++);
        return;
      }
      held.cursor = *cursor;
    }
    if (held.events.empty()) {
      StartRead(partition, held);
    } else {
      ApplySome(partition, held);
    }
  }

  void StartRead(int partition, Held& held) {
    events::v1::ReadEventsRequest request;
    request.set_partition(partition);
    request.set_after_position(*held.cursor);
    request.set_max_events(options_.batch);
    request.mutable_wait()->set_seconds(absl::ToInt64Seconds(options_.wait));
    request.mutable_wait()->set_nanos(
        static_cast<int32_t>(absl::ToInt64Nanoseconds(options_.wait % absl::Seconds(1))));
    request.set_consumer(options_.consumer);
    rpc::CallContext context;
    context.deadline = clock_.Now() + options_.wait + kCallMargin;
    held.reading = true;
    options_.channel->CallAsync<ReadEventsResponse>(
        kReadEvents, request, context,
        [mailbox = mailbox_, partition,
         lease = held.lease](absl::StatusOr<ReadEventsResponse> response) {
          absl::MutexLock lock(&mailbox->mutex);
          mailbox->arrivals.push_back({partition, lease, std::move(response)});
        });
  }

  // Applies what was read: all of it, or one event after a batch failed.
  void ApplySome(int partition, Held& held) {
    absl::Span<const Event> rest = absl::MakeConstSpan(held.events).subspan(held.applied);
    if (held.singly) rest = rest.first(1);
    const absl::Status status = applier_.Apply(partition, *held.cursor, rest);
    if (status.ok()) {
      held.cursor = rest.back().position();
      held.applied += rest.size();
      held.failures = 0;
      metrics_.CountApplied(rest.size());
      SetStopped(partition, held, absl::OkStatus());
      if (held.applied == held.events.size()) {
        held.DropEvents();
        held.singly = false;
      }
      ShowLag(partition, held);
    } else if (IsCursorMoved(status)) {
      held.StartAgain(absl::InfinitePast());
    } else if (PassesByItself(status)) {
      LogWarning("feed_apply_again", status);
      // Not at once: when the database is away, that is no event's fault.
      held.singly = held.singly || held.failures >= 2;
      held.StartAgain(clock_.Now() + Backoff(held.failures++));
    } else if (rest.size() > 1) {
      held.singly = true;  // what is good before it goes first
    } else {
      SetStopped(partition, held, status);
      // Reads it again next time, so that the lag keeps growing for all to see.
      held.StartAgain(clock_.Now() + options_.stopped_retry);
    }
  }

  void SetStopped(int partition, Held& held, const absl::Status& why) {
    if (held.stopped == !why.ok()) return;
    held.stopped = !why.ok();
    metrics_.SetStopped(partition, held.stopped);
    if (!held.stopped) return;
    telemetry::Log(telemetry::Severity::kError, "feed_partition_stopped",
                   {{"producer", options_.producer},
                    {"partition", partition},
                    {"position", held.cursor.value_or(0) + 1},
                    {"code", absl::StatusCodeToString(why.code())},
                    {"reason", status::Reason(why)},
                    {"error", why.message()}});
  }

  void ShowLag(int partition, const Held& held) {
    const int64_t events = held.last_position - held.cursor.value_or(held.last_position);
    absl::Duration age = absl::ZeroDuration();
    if (held.applied < held.events.size()) {
      const auto& occurred = held.events[held.applied].occur_time();
      age = clock_.Now() - absl::FromUnixSeconds(occurred.seconds());
    }
    metrics_.SetLag(partition, std::max<int64_t>(events, 0), std::max(age, absl::ZeroDuration()));
  }

  // Waits for answers until `until`, and takes them in.
  void Receive(absl::Time until) {
    std::vector<Arrival> arrivals;
    {
      absl::MutexLock lock(&mailbox_->mutex);
      mailbox_->mutex.AwaitWithTimeout(absl::Condition(mailbox_.get(), &Mailbox::Ready),
                                       until - clock_.Now());
      arrivals.swap(mailbox_->arrivals);
    }
    for (Arrival& arrival : arrivals) {
      const auto it = held_.find(arrival.partition);
      if (it == held_.end() || it->second.lease != arrival.lease) continue;
      TakeIn(it->first, it->second, std::move(arrival.response));
    }
  }

  void TakeIn(int partition, Held& held, absl::StatusOr<ReadEventsResponse> response) {
    held.reading = false;
    if (!response.ok()) {
      if (PassesByItself(response.status())) {
        if (held.failures == 0) LogWarning("feed_not_answering", response.status());
        held.not_before = clock_.Now() + Backoff(held.failures++);
      } else {
        SetStopped(partition, held, response.status());
        held.StartAgain(clock_.Now() + options_.stopped_retry);
      }
      return;
    }
    held.last_position = response->last_position();
    held.events.assign(std::make_move_iterator(response->mutable_events()->begin()),
                       std::make_move_iterator(response->mutable_events()->end()));
    held.applied = 0;
    if (held.events.empty()) {
      held.failures = 0;
      SetStopped(partition, held, absl::OkStatus());
    }
    ShowLag(partition, held);
  }

  absl::Time NextWake() const {
    absl::Time wake = next_renewal_;
    for (const auto& [partition, held] : held_) {
      if (!held.reading) wake = std::min(wake, held.not_before);
    }
    return wake;
  }

  absl::Duration Backoff(int failures) const {
    return std::min(options_.first_backoff * (1 << std::min(failures, 12)), options_.last_backoff);
  }

  void LogWarning(absl::string_view event, const absl::Status& status) {
    telemetry::Log(telemetry::Severity::kWarning, event,
                   {{"producer", options_.producer},
                    {"code", absl::StatusCodeToString(status.code())},
                    {"reason", status::Reason(status)},
                    {"error", status.message()}});
  }

  bool Stopping() {
    absl::MutexLock lock(&mailbox_->mutex);
    return mailbox_->stopping;
  }

  const ConsumerOptions options_;
  const time::Clock& clock_;
  const std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();
  Applier applier_;
  Leases leases_;
  ConsumerMetrics metrics_;
  std::map<int, Held> held_;
  int64_t last_lease_ = 0;
  absl::Time next_renewal_ = absl::InfinitePast();

  absl::Mutex join_mutex_;
  std::thread thread_;
};

Consumer::Consumer(ConsumerOptions options, Handler handler)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(handler))) {}

Consumer::~Consumer() { Stop(); }

void Consumer::Start() { impl_->Start(); }

void Consumer::Stop() { impl_->Stop(); }

}  // namespace dap::feed
