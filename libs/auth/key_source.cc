#include "libs/auth/key_source.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/auth/fetch.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/telemetry/log.h"

namespace dap::auth {

KeySource::KeySource(const TokenOptions& options) : options_(options) {}

absl::StatusOr<std::unique_ptr<KeySource>> KeySource::Create(const TokenOptions& options) {
  auto source = std::unique_ptr<KeySource>(new KeySource(options));
  {
    absl::MutexLock lock(&source->mutex_);
    source->last_look_ = std::chrono::steady_clock::now();
  }
  if (absl::Status status = source->Look(); !status.ok()) {
    return status::Unavailable("KEYS_UNAVAILABLE", status.message());
  }
  source->thread_ = std::thread(&KeySource::Watch, source.get());
  return source;
}

KeySource::~KeySource() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

KeySource::Snapshot KeySource::Current() const {
  absl::MutexLock lock(&mutex_);
  return {keys_, generation_.load(std::memory_order_acquire)};
}

void KeySource::LookAgain() {
  absl::MutexLock lock(&mutex_);
  const bool under_way = started_ > done_;
  uint64_t awaited = started_;
  if (!under_way) {
    const absl::Duration least = from_url() ? options_.url_refetch : options_.file_reread;
    const auto since = std::chrono::steady_clock::now() - last_look_;
    if (since < absl::ToChronoNanoseconds(least)) return;
    awaited = started_ + 1;
    wanted_ = true;
  }
  const auto is_done = [this, awaited]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return done_ >= awaited || stopping_;
  };
  mutex_.AwaitWithTimeout(absl::Condition(&is_done), options_.key_wait);
}

absl::StatusOr<std::string> KeySource::Read() const {
  if (!from_url()) return ReadFile(options_.jwks_file);
  return Fetch(options_.jwks_url, options_.jwks_url_ca, options_.url_timeout, stopping_);
}

absl::Status KeySource::Look() {
  ASSIGN_OR_RETURN(std::string text, Read());
  if (text == text_) return absl::OkStatus();
  ASSIGN_OR_RETURN(std::shared_ptr<const KeySet> keys, ParseKeySet(text));
  text_ = std::move(text);
  telemetry::Log(telemetry::Severity::kInfo, "token_keys_read", {{"keys", keys->size()}});
  absl::MutexLock lock(&mutex_);
  keys_ = std::move(keys);
  generation_.fetch_add(1, std::memory_order_acq_rel);
  return absl::OkStatus();
}

void KeySource::Watch() {
  const absl::Duration period = from_url() ? options_.url_refresh : options_.file_check;
  const auto is_due = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return wanted_ || stopping_; };
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      mutex_.AwaitWithTimeout(absl::Condition(&is_due), period);
      if (stopping_) return;
      wanted_ = false;
      ++started_;
      last_look_ = std::chrono::steady_clock::now();
    }
    const absl::Status status = Look();
    std::string error(status.message());
    if (!status.ok() && !stopping_ && error != error_) {
      telemetry::Log(telemetry::Severity::kWarning, "token_keys_not_read", {{"error", error}});
    }
    error_ = std::move(error);
    absl::MutexLock lock(&mutex_);
    ++done_;
  }
}

}  // namespace dap::auth
