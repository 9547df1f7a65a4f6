#include "services/gateway/door/feed_limits.h"

#include <utility>

#include "absl/hash/hash.h"
#include "libs/status/macros.h"

namespace dap::gateway {
namespace {

// Some 5 MB. Beyond it all are learnt again, each by its next good read.
constexpr size_t kMostKnown = 200'000;

bool IsNone(const absl::Status& status) {
  return absl::IsNotFound(status) || absl::IsInvalidArgument(status);
}

}  // namespace

FeedLimits::FeedLimits(Feed feed, const FeedLimitOptions& options, const time::Clock& clock)
    : feed_(std::move(feed)), failures_(options.failures, clock), reads_(options.reads, clock) {}

absl::StatusOr<CalendarAnswer> FeedLimits::Read(const std::string& address,
                                                const std::string& secret,
                                                const std::string& known_tag) {
  if (!IsKnown(secret)) return ReadUnknown(address, secret, known_tag);
  RETURN_IF_ERROR(reads_.Admit(secret));
  absl::StatusOr<CalendarAnswer> answer = feed_(secret, known_tag);
  if (IsNone(answer.status())) Forget(secret);
  return answer;
}

// Taken before it is asked, however many ask at once, and given back where it was not in vain.
absl::StatusOr<CalendarAnswer> FeedLimits::ReadUnknown(const std::string& address,
                                                       const std::string& secret,
                                                       const std::string& known_tag) {
  RETURN_IF_ERROR(failures_.Admit(address));
  absl::StatusOr<CalendarAnswer> answer = feed_(secret, known_tag);
  if (IsNone(answer.status())) return answer;
  failures_.GiveBack(address);
  if (answer.ok()) {
    reads_.Admit(secret).IgnoreError();  // the first of its reads
    Remember(secret);
  }
  return answer;
}

bool FeedLimits::IsKnown(absl::string_view secret) const {
  absl::ReaderMutexLock lock(&mutex_);
  return known_.contains(absl::HashOf(secret));
}

void FeedLimits::Remember(absl::string_view secret) {
  absl::MutexLock lock(&mutex_);
  if (known_.size() >= kMostKnown) known_.clear();
  known_.insert(absl::HashOf(secret));
}

void FeedLimits::Forget(absl::string_view secret) {
  absl::MutexLock lock(&mutex_);
  known_.erase(absl::HashOf(secret));
}

}  // namespace dap::gateway
