#include "libs/feed/tailer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/db/transaction.h"
#include "libs/feed/feed_error.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/telemetry/log.h"

namespace dap::feed {
namespace {

constexpr absl::Duration kPoll = absl::Milliseconds(100);
constexpr absl::Duration kPassGap = absl::Milliseconds(3);
constexpr absl::Duration kPassDeadline = absl::Seconds(2);
constexpr absl::Duration kSaveEvery = absl::Seconds(10);
constexpr absl::Duration kMaxWait = absl::Seconds(30);
// An answer that is sent this long before the caller gives up still arrives.
constexpr absl::Duration kAnswerMargin = absl::Milliseconds(250);
constexpr int kDefaultEvents = 500;
constexpr int64_t kWindowEvents = 4096;
constexpr size_t kWindowBytes = 1 << 20;

absl::Duration WaitOf(const events::v1::ReadEventsRequest& request) {
  const absl::Duration wait =
      absl::Seconds(request.wait().seconds()) + absl::Nanoseconds(request.wait().nanos());
  return std::clamp(wait, absl::ZeroDuration(), kMaxWait);
}

absl::Status Ahead(int partition, int64_t after, int64_t last) {
  return OutOfRange("FEED_POSITION_AHEAD",
                    absl::StrCat("Partition ", partition, " ends at ", last, ", before position ",
                                 after, ": the producer lost events; an operator must decide"));
}

}  // namespace

std::vector<EventPointer> Window::Next(int64_t after, int max) const {
  std::vector<EventPointer> next;
  size_t bytes = 0;
  for (size_t i = after - after_; i < events_.size() && static_cast<int>(next.size()) < max; ++i) {
    bytes += events_[i]->ByteSizeLong();
    if (!next.empty() && bytes > kMaxAnswerBytes) break;
    next.push_back(events_[i]);
  }
  return next;
}

void Window::Restart(int64_t after) {
  after_ = after;
  events_.clear();
  bytes_ = 0;
}

void Window::Add(const std::vector<EventPointer>& events) {
  for (const EventPointer& event : events) {
    events_.push_back(event);
    bytes_ += event->ByteSizeLong();
  }
  while (events_.size() > 1 &&
         (static_cast<int64_t>(events_.size()) > kWindowEvents || bytes_ > kWindowBytes)) {
    bytes_ -= events_.front()->ByteSizeLong();
    events_.pop_front();
    ++after_;
  }
}

Feed::Tailer::Tailer(db::Pool& pool, const time::Clock& clock, int partitions)
    : pool_(pool), clock_(clock), partitions_(partitions), windows_(partitions) {
  thread_ = std::thread([this] { Run(); });
}

Feed::Tailer::~Tailer() { Stop(); }

void Feed::Tailer::Read(std::shared_ptr<rpc::Call> call,
                        const events::v1::ReadEventsRequest& request,
                        rpc::Respond<Response> respond) {
  const int partition = request.partition();
  if (partition < 0 || partition >= partitions_) {
    respond(status::Invalid("partition", "PARTITION_UNKNOWN",
                            absl::StrCat("must be from 0 to ", partitions_ - 1)));
    return;
  }
  const int max =
      request.max_events() == 0 ? kDefaultEvents : std::min(request.max_events(), kMaxAnswerEvents);
  const int64_t after = request.after_position();
  std::vector<EventPointer> ready;
  int64_t last = 0;
  {
    absl::MutexLock lock(&mutex_);
    if (!stopping_) {
      Register(request.consumer(), partition, after);
      const Window& window = windows_[partition];
      if (!window.HasNext(after)) {
        const absl::Time until =
            std::min(machine_clock_.Now() + WaitOf(request), call->deadline() - kAnswerMargin);
        waiters_.push_back({std::move(call), partition, after, max, until, std::move(respond)});
        wake_ = true;
        return;
      }
      ready = window.Next(after, max);
      last = window.end();
    }
  }
  if (ready.empty()) {
    respond(status::Unavailable("FEED_STOPPING", "This process is stopping; ask another"));
  } else {
    respond(MakeResponse(ready, last));
  }
}

void Feed::Tailer::Register(const std::string& consumer, int partition, int64_t position) {
  auto [it, is_new] = seen_.try_emplace({consumer, partition});
  if (!is_new && it->second.position == position) return;
  it->second = {position, false};
  if (is_new) {
    save_now_ = true;  // from now on nothing of it may be trimmed
    wake_ = true;
  } else {
    next_save_ = std::min(next_save_, machine_clock_.Now() + kSaveEvery);
  }
}

void Feed::Tailer::Wake() {
  absl::MutexLock lock(&mutex_);
  if (!waiters_.empty()) wake_ = true;
}

void Feed::Tailer::Stop() {
  std::vector<Waiter> waiters;
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    waiters.swap(waiters_);
  }
  for (Waiter& waiter : waiters) waiter.respond(Response());
  absl::MutexLock lock(&join_mutex_);
  if (thread_.joinable()) thread_.join();
}

void Feed::Tailer::Run() {
  while (AwaitWork()) Pass();
}

bool Feed::Tailer::AwaitWork() {
  absl::MutexLock lock(&mutex_);
  const auto stopping = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return stopping_; };
  const absl::Duration since = machine_clock_.Now() - last_pass_;
  mutex_.AwaitWithTimeout(absl::Condition(&stopping), kPassGap - since);
  const auto work = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return stopping_ || wake_; };
  absl::Duration wait = next_save_ - machine_clock_.Now();
  if (!waiters_.empty()) wait = std::min(wait, kPoll);
  mutex_.AwaitWithTimeout(absl::Condition(&work), wait);
  wake_ = false;
  last_pass_ = machine_clock_.Now();
  return !stopping_;
}

void Feed::Tailer::Pass() {
  std::vector<Waiter> waiters;
  {
    absl::MutexLock lock(&mutex_);
    waiters.swap(waiters_);
  }
  std::erase_if(waiters, [](const Waiter& waiter) {
    if (!waiter.call->cancelled()) return false;
    waiter.respond(absl::CancelledError());
    return true;
  });
  std::vector<Answer> answers;
  const absl::Time began = machine_clock_.Now();
  absl::Status looked = db::Read(pool_, began + kPassDeadline, [&](db::Connection& connection) {
    RETURN_IF_ERROR(Look(connection, waiters, answers));
    return SaveConsumers(connection);
  });
  if (!looked.ok()) {
    telemetry::Log(telemetry::Severity::kWarning, "feed_not_read",
                   {{"error", std::string(looked.message())}});
  }
  for (Waiter& waiter : waiters) {
    if (!looked.ok()) {
      answers.emplace_back(std::move(waiter), looked);
    } else if (waiter.until <= began) {
      answers.emplace_back(std::move(waiter), MakeResponse({}, waiter.after));
    } else {
      absl::MutexLock lock(&mutex_);
      if (!stopping_) {
        waiters_.push_back(std::move(waiter));
        continue;
      }
      answers.emplace_back(std::move(waiter), Response());
    }
  }
  for (Answer& answer : answers) answer.first.respond(std::move(answer.second));
}

absl::Status Feed::Tailer::Look(db::Connection& connection, std::vector<Waiter>& waiters,
                                std::vector<Answer>& answers) {
  if (waiters.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(std::vector<int64_t> last, LastPositions(connection, partitions_));
  for (int partition = 0; partition < partitions_; ++partition) {
    RETURN_IF_ERROR(Extend(connection, partition, last[partition], waiters));
  }
  std::vector<Waiter> still;
  for (Waiter& waiter : waiters) {
    if (waiter.after == last[waiter.partition]) {
      still.push_back(std::move(waiter));
      continue;
    }
    absl::StatusOr<Response> answer = AnswerOne(connection, waiter, last[waiter.partition]);
    answers.emplace_back(std::move(waiter), std::move(answer));
  }
  waiters = std::move(still);
  return absl::OkStatus();
}

// Reads what is new of a partition, once for all who wait near its end. Those who are far behind
// read for themselves.
absl::Status Feed::Tailer::Extend(db::Connection& connection, int partition, int64_t last,
                                  const std::vector<Waiter>& waiters) {
  int64_t nearest = -1;
  for (const Waiter& waiter : waiters) {
    if (waiter.partition == partition && waiter.after < last) {
      nearest = std::max(nearest, waiter.after);
    }
  }
  if (nearest < 0 || nearest < last - kMaxAnswerEvents) return absl::OkStatus();
  int64_t after = 0;
  {
    absl::MutexLock lock(&mutex_);
    Window& window = windows_[partition];
    if (window.end() >= last && !window.empty()) return absl::OkStatus();
    if (window.empty() || window.end() < last - kMaxAnswerEvents) window.Restart(nearest);
    after = window.end();
  }
  absl::StatusOr<std::vector<EventPointer>> events =
      ReadEvents(connection, partition, after, kMaxAnswerEvents, last);
  // A position that is gone is for the one who asks from there.
  if (absl::IsOutOfRange(events.status())) return absl::OkStatus();
  if (!events.ok()) return events.status();
  absl::MutexLock lock(&mutex_);
  windows_[partition].Add(*events);
  return absl::OkStatus();
}

absl::StatusOr<events::v1::ReadEventsResponse> Feed::Tailer::AnswerOne(db::Connection& connection,
                                                                       const Waiter& waiter,
                                                                       int64_t last) {
  if (waiter.after > last) return Ahead(waiter.partition, waiter.after, last);
  {
    absl::MutexLock lock(&mutex_);
    const Window& window = windows_[waiter.partition];
    if (window.HasNext(waiter.after)) {
      return MakeResponse(window.Next(waiter.after, waiter.max), std::max(last, window.end()));
    }
  }
  ASSIGN_OR_RETURN(std::vector<EventPointer> events,
                   ReadEvents(connection, waiter.partition, waiter.after, waiter.max, last));
  return MakeResponse(events, last);
}

absl::Status Feed::Tailer::SaveConsumers(db::Connection& connection) {
  std::vector<ConsumerPosition> positions;
  {
    absl::MutexLock lock(&mutex_);
    const absl::Time now = machine_clock_.Now();
    if (!save_now_ && now < next_save_) return absl::OkStatus();
    next_save_ = now + kSaveEvery;  // where this fails
    for (const auto& [who, seen] : seen_) {
      if (!seen.saved) positions.push_back({who.first, who.second, seen.position});
    }
  }
  RETURN_IF_ERROR(feed::SaveConsumers(connection, positions, clock_.Now()));
  absl::MutexLock lock(&mutex_);
  for (const ConsumerPosition& saved : positions) {
    Seen& seen = seen_[{saved.consumer, saved.partition}];
    if (seen.position == saved.position) seen.saved = true;
  }
  save_now_ = false;
  next_save_ = absl::InfiniteFuture();
  return absl::OkStatus();
}

events::v1::ReadEventsResponse Feed::Tailer::MakeResponse(const std::vector<EventPointer>& events,
                                                          int64_t last) {
  Response response;
  for (const EventPointer& event : events) *response.add_events() = *event;
  response.set_last_position(events.empty() ? last : std::max(last, events.back()->position()));
  return response;
}

}  // namespace dap::feed
