#include "libs/db/pool.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/db/session.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::db {
namespace {

constexpr absl::Duration kRetryAfter = absl::Milliseconds(200);

}  // namespace

absl::StatusOr<std::unique_ptr<Pool>> Pool::Create(const Options& options) {
  if (options.connections < 1) return status::Internal("a pool needs at least one connection");
  ASSIGN_OR_RETURN(std::unique_ptr<Connection> first, Connection::Open(options));
  std::unique_ptr<Pool> pool(new Pool(options));
  absl::MutexLock lock(&pool->mutex_);
  pool->idle_.push_back(std::move(first));
  return pool;
}

Pool::~Pool() = default;

int Pool::in_use() const {
  absl::MutexLock lock(&mutex_);
  return lent_;
}

bool Pool::Enter(absl::Time deadline, std::unique_ptr<Connection>* idle) {
  std::vector<std::unique_ptr<Connection>> suspects;  // closed outside the mutex
  absl::MutexLock lock(&mutex_);
  const auto free = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return lent_ < size(); };
  if (!mutex_.AwaitWithDeadline(absl::Condition(&free), deadline)) return false;
  ++lent_;
  while (*idle == nullptr && !idle_.empty()) {
    // The one used last: its statements and the server's caches for it are the warmest.
    std::unique_ptr<Connection> last = std::move(idle_.back());
    idle_.pop_back();
    // One that may be broken is not asked: the answer may take as long as the longest statement.
    const bool suspect = last->session_->generation() < generation_;
    (suspect ? suspects.emplace_back() : *idle) = std::move(last);
  }
  return true;
}

absl::StatusOr<Lease> Pool::Acquire(absl::Time deadline) {
  std::unique_ptr<Connection> connection;
  if (!Enter(deadline, &connection)) {
    return status::Exhausted("POOL_EXHAUSTED",
                             "All database connections are busy. Try again a little later.",
                             kRetryAfter);
  }
  if (connection == nullptr) {
    int64_t generation;
    {
      absl::MutexLock lock(&mutex_);
      generation = generation_;
    }
    absl::StatusOr<std::unique_ptr<Connection>> opened = Connection::Open(options_);
    if (!opened.ok()) {
      Leave();
      return std::move(opened).status();
    }
    connection = *std::move(opened);
    connection->session_->set_generation(generation);
  }
  return Lease(this, std::move(connection));
}

void Pool::Leave() {
  absl::MutexLock lock(&mutex_);
  --lent_;
}

void Pool::Return(std::unique_ptr<Connection> connection) {
  const bool broken = connection->broken();
  // Closing talks to the server, so not under the mutex.
  if (broken || connection->session_->in_transaction()) connection = nullptr;
  absl::MutexLock lock(&mutex_);
  --lent_;
  if (broken) ++generation_;
  if (connection != nullptr) idle_.push_back(std::move(connection));
}

}  // namespace dap::db
