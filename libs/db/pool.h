// Sessions kept open and shared among threads.
#ifndef DAP_LIBS_DB_POOL_H_
#define DAP_LIBS_DB_POOL_H_

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/db/options.h"

namespace dap::db {

// Thread-safe. Opens connections when they are wanted, up to Options::connections, and keeps them.
// A connection that broke is dropped and a new one opened in its place; once one broke, so are the
// others opened before it, as each is next wanted. Outlives its leases.
//
// Deadlines here and in transaction.h are of the machine's clock (time::SystemClock).
class Pool {
 public:
  // A connection for as long as it lives; gives it back when it ends. Movable, not copyable.
  class Lease {
   public:
    Lease(Lease&& other) noexcept
        : pool_(std::exchange(other.pool_, nullptr)), connection_(std::move(other.connection_)) {}
    Lease& operator=(Lease&& other) noexcept {
      std::swap(pool_, other.pool_);
      std::swap(connection_, other.connection_);
      return *this;
    }
    ~Lease() {
      if (pool_ != nullptr) pool_->Return(std::move(connection_));
    }
    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }

   private:
    friend class Pool;
    Lease(Pool* pool, std::unique_ptr<Connection> connection)
        : pool_(pool), connection_(std::move(connection)) {}
    Pool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  // Opens one connection to see that the options are right; its errors are Connection::Open's.
  static absl::StatusOr<std::unique_ptr<Pool>> Create(const Options& options);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // A connection in working order, first come first served. RESOURCE_EXHAUSTED (POOL_EXHAUSTED,
  // with a time to retry after) where none came free by `deadline`; UNAVAILABLE at once where a new
  // one was needed and the server did not answer. A deadline in the past still gets an idle one.
  absl::StatusOr<Lease> Acquire(absl::Time deadline);

  // The most there can be.
  int size() const { return options_.connections; }
  // Lent now.
  int in_use() const;
  const Options& options() const { return options_; }

 private:
  explicit Pool(Options options) : options_(std::move(options)) {}
  void Return(std::unique_ptr<Connection> connection);
  // Takes the right to hold one connection; an idle one comes with it where there is any. False
  // where it is not to be had by `deadline`.
  bool Enter(absl::Time deadline, std::unique_ptr<Connection>* idle);
  void Leave();

  const Options options_;
  mutable absl::Mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_ ABSL_GUARDED_BY(mutex_);
  int lent_ ABSL_GUARDED_BY(mutex_) = 0;
  // Raised when a connection breaks. One of an earlier generation may have broken unnoticed.
  int64_t generation_ ABSL_GUARDED_BY(mutex_) = 0;
};

using Lease = Pool::Lease;

}  // namespace dap::db

#endif  // DAP_LIBS_DB_POOL_H_
