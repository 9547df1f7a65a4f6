#include "services/activity/operations/cohort_watch.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "libs/db/transaction.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/telemetry/log.h"
#include "libs/telemetry/metrics.h"

namespace dap::activity {
namespace {

constexpr absl::Duration kPassDeadline = absl::Seconds(5);
// Changes told at once.
constexpr int kBatch = 200;
// Who is further behind reads the lists, which is less for all.
constexpr int kMostToCatchUp = 100;

absl::Status Ended() {
  return status::Unavailable("WATCH_ENDED",
                             "This server stops. Watch again from the last position.");
}

prometheus::Gauge* OpenWatchers(prometheus::Registry* registry) {
  if (registry == nullptr) return nullptr;
  return &telemetry::Gauges(*registry, "dap_activity_watchers",
                            "Streams of WatchCohort that are open.")
              .Add({});
}

// False where the watcher has left or is too slow.
bool Send(rpc::Sender<v1::WatchCohortResponse>& answers,
          const std::vector<v1::WatchCohortResponse>& responses) {
  return std::all_of(responses.begin(), responses.end(),
                     [&](const auto& response) { return answers.Send(response); });
}

}  // namespace

CohortWatch::CohortWatch(const Context& context, const CohortWatchOptions& options)
    : context_(context),
      options_(options),
      places_({.a_process = options.a_process,
               .a_person = options.a_person,
               .open = OpenWatchers(options.registry)}) {
  thread_ = std::thread([this] { Run(); });
}

CohortWatch::~CohortWatch() { Stop(); }

void CohortWatch::Open(std::shared_ptr<rpc::Call> call, const CohortKey& cohort,
                       int64_t after_position, Answers answers) {
  absl::StatusOr<StreamPlaces::Place> place = places_.Take(call->principal());
  if (!place.ok()) return answers.Finish(place.status());
  {
    absl::MutexLock lock(&mutex_);
    if (!stopping_) {
      openings_[cohort].push_back(
          {std::move(call), after_position, std::move(answers), {}, *std::move(place)});
      wake_ = true;
      return;
    }
  }
  answers.Finish(Ended());
}

void CohortWatch::Wake() {
  absl::MutexLock lock(&mutex_);
  if (watched_) wake_ = true;
}

void CohortWatch::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  absl::MutexLock lock(&join_mutex_);
  if (thread_.joinable()) thread_.join();
}

void CohortWatch::Run() {
  while (AwaitWork()) Pass();
  for (auto& [key, cohort] : cohorts_) {
    for (Watcher& watcher : cohort.watchers) watcher.answers.Finish(Ended());
  }
  cohorts_.clear();
  Openings openings;
  {
    absl::MutexLock lock(&mutex_);
    openings.swap(openings_);
  }
  for (auto& [key, watchers] : openings) {
    for (Watcher& watcher : watchers) watcher.answers.Finish(Ended());
  }
}

bool CohortWatch::AwaitWork() {
  absl::MutexLock lock(&mutex_);
  watched_ = !cohorts_.empty();
  const auto stopping = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return stopping_; };
  mutex_.AwaitWithTimeout(absl::Condition(&stopping),
                          options_.pass_gap - (machine_clock_.Now() - last_pass_));
  const auto work = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return stopping_ || wake_; };
  mutex_.AwaitWithTimeout(absl::Condition(&work),
                          watched_ ? options_.poll : absl::InfiniteDuration());
  wake_ = false;
  last_pass_ = machine_clock_.Now();
  return !stopping_;
}

void CohortWatch::Pass() {
  Openings openings;
  {
    absl::MutexLock lock(&mutex_);
    openings.swap(openings_);
  }
  DropEnded();
  const absl::Status done =
      db::Read(context_.pool, machine_clock_.Now() + kPassDeadline, [&](db::Connection& db) {
        RETURN_IF_ERROR(Follow(db));
        return Admit(db, openings);
      });
  if (done.ok()) return;
  telemetry::Log(telemetry::Severity::kWarning, "cohorts_not_followed",
                 {{"error", std::string(done.message())}});
  // Whoever is admitted stays, and is told by the next pass that succeeds.
  for (auto& [key, watchers] : openings) {
    for (Watcher& watcher : watchers) watcher.answers.Finish(done);
  }
}

// Those who left, and those whose token is over: they may not be who they were any more.
void CohortWatch::DropEnded() {
  const absl::Time now = machine_clock_.Now();
  for (auto cohort = cohorts_.begin(); cohort != cohorts_.end();) {
    std::erase_if(cohort->second.watchers, [&](Watcher& watcher) {
      if (watcher.call->principal().expires <= now) {
        watcher.answers.Finish(status::Unauthenticated(
            "TOKEN_EXPIRED", "Watch again from the last position with a new token."));
        return true;
      }
      return watcher.call->cancelled();
    });
    cohort = cohort->second.watchers.empty() ? cohorts_.erase(cohort) : std::next(cohort);
  }
}

// Tells what is new in the cohorts that are watched.
absl::Status CohortWatch::Follow(db::Connection& db) {
  if (cohorts_.empty()) return absl::OkStatus();
  std::vector<CohortKey> keys;
  for (const auto& [key, cohort] : cohorts_) keys.push_back(key);
  ASSIGN_OR_RETURN(const auto last, LastChanges(db, keys));
  for (auto& [key, cohort] : cohorts_) {
    const auto at = last.find(key);
    if (at == last.end()) continue;
    while (cohort.position < at->second) RETURN_IF_ERROR(Advance(db, key, cohort));
  }
  return absl::OkStatus();
}

absl::Status CohortWatch::Advance(db::Connection& db, const CohortKey& key, Cohort& cohort) {
  ASSIGN_OR_RETURN(const auto changes, ListChanges(db, key, cohort.position, kBatch));
  if (changes.empty()) return status::Internal("changes of a cohort are missing");
  ASSIGN_OR_RETURN(WatchNews news, WatchNews::Load(db, key, changes));
  // First, so that nobody who has left hears more.
  if (news.members_changed()) RETURN_IF_ERROR(CheckMembers(db, key, cohort));
  const bool gap = changes.front().position != cohort.position + 1;
  cohort.position = changes.back().position;
  std::erase_if(cohort.watchers, [&](Watcher& watcher) {
    if (!gap) return !Send(watcher.answers, news.For(watcher.member, cohort.position));
    v1::WatchCohortResponse missed;
    missed.set_missed(true);
    missed.set_position(cohort.position);
    return !watcher.answers.Send(missed);
  });
  return absl::OkStatus();
}

absl::Status CohortWatch::CheckMembers(db::Connection& db, const CohortKey& key, Cohort& cohort) {
  ASSIGN_OR_RETURN(const auto entries, roster::ListByCohort(db, key.first, key.second));
  std::erase_if(cohort.watchers, [&](Watcher& watcher) {
    absl::StatusOr<Member> member =
        MemberAmong(entries, watcher.call->principal(), key.first, key.second);
    if (!member.ok()) {
      watcher.answers.Finish(member.status());
      return true;
    }
    watcher.member = *member;
    return false;
  });
  return absl::OkStatus();
}

absl::Status CohortWatch::Admit(db::Connection& db, Openings& openings) {
  std::vector<CohortKey> unknown;
  for (const auto& [key, watchers] : openings) {
    if (!cohorts_.contains(key)) unknown.push_back(key);
  }
  ASSIGN_OR_RETURN(const auto last, LastChanges(db, unknown));
  while (!openings.empty()) {
    auto& [key, watchers] = *openings.begin();
    const auto [held, added] = cohorts_.try_emplace(key);
    const auto at = last.find(key);
    if (added && at != last.end()) held->second.position = at->second;
    const absl::Status admitted = AdmitTo(db, key, watchers, held->second);
    if (held->second.watchers.empty()) cohorts_.erase(held);
    RETURN_IF_ERROR(admitted);
    openings.erase(openings.begin());
  }
  return absl::OkStatus();
}

absl::Status CohortWatch::AdmitTo(db::Connection& db, const CohortKey& key,
                                  std::vector<Watcher>& watchers, Cohort& cohort) {
  ASSIGN_OR_RETURN(const auto entries, roster::ListByCohort(db, key.first, key.second));
  // From the end, so that where it fails those who are left are those not answered.
  while (!watchers.empty()) {
    Watcher& watcher = watchers.back();
    absl::StatusOr<Member> member =
        MemberAmong(entries, watcher.call->principal(), key.first, key.second);
    if (member.ok()) {
      watcher.member = *member;
      ASSIGN_OR_RETURN(const bool there, CatchUp(db, key, cohort, watcher));
      if (there) cohort.watchers.push_back(std::move(watcher));
    } else {
      watcher.answers.Finish(member.status());
    }
    watchers.pop_back();
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> CohortWatch::CatchUp(db::Connection& db, const CohortKey& key,
                                          const Cohort& cohort, Watcher& watcher) {
  v1::WatchCohortResponse first;
  first.set_position(cohort.position);
  if (watcher.after == 0 || watcher.after == cohort.position) {
    return watcher.answers.Send(first);
  }
  // Ahead of us: the database has been set back, or was, and nothing follows from the position.
  const bool near =
      watcher.after < cohort.position && cohort.position - watcher.after <= kMostToCatchUp;
  std::vector<CohortChangeRow> changes;
  if (near) {
    ASSIGN_OR_RETURN(changes, ListChanges(db, key, watcher.after,
                                          static_cast<int>(cohort.position - watcher.after)));
  }
  if (changes.empty() || changes.front().position != watcher.after + 1) {
    first.set_missed(true);
    return watcher.answers.Send(first);
  }
  ASSIGN_OR_RETURN(WatchNews news, WatchNews::Load(db, key, changes));
  const auto& responses = news.For(watcher.member, cohort.position);
  if (responses.empty()) return watcher.answers.Send(first);
  return Send(watcher.answers, responses);
}

}  // namespace dap::activity
