#include "libs/db/transaction.h"

#include <algorithm>
#include <utility>

#include "absl/random/random.h"
#include "absl/time/clock.h"
#include "libs/db/error.h"
#include "libs/db/session.h"
#include "libs/db/snapshot.h"
#include "libs/status/macros.h"
#include "libs/time/clock.h"

namespace dap::db {
namespace {

constexpr absl::Duration kFirstPause = absl::Milliseconds(2);
constexpr absl::Duration kLongestPause = absl::Milliseconds(250);

// Random, so that two that met once don't meet again.
absl::Duration Pause(int tries) {
  thread_local absl::InsecureBitGen random;
  const absl::Duration most =
      std::min(kLongestPause, kFirstPause * (int64_t{1} << std::min(tries, 10)));
  return most * absl::Uniform(random, 0.25, 1.0);
}

}  // namespace

// One run of a body on one connection.
class Attempt {
 public:
  explicit Attempt(Connection& connection)
      : connection_(connection), session_(*connection.session_) {}

  absl::Status Transaction(internal::Body body) {
    session_.Begin();
    if (absl::Status begun = connection_.ExecutePlain("START TRANSACTION"); !begun.ok()) {
      // Nothing was done yet, so whatever may pass is worth another try.
      again_ = absl::IsUnavailable(begun) || absl::IsAborted(begun);
      return begun;
    }
    absl::Status status = body(connection_);
    if (!session_.failure().ok()) {
      Rollback();
      return Again();
    }
    if (!status.ok()) {
      Rollback();
      return status;
    }
    return Commit();
  }

  absl::Status Snapshot(internal::Body body) {
    session_.Begin();
    // The level is that of the next transaction only.
    for (const char* sql : {"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
                            "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"}) {
      if (absl::Status begun = connection_.ExecutePlain(sql); !begun.ok()) {
        again_ = absl::IsUnavailable(begun) || absl::IsAborted(begun);
        return begun;
      }
    }
    absl::Status status = body(connection_);
    Rollback();  // there is nothing to keep
    return session_.failure().ok() ? status : Again();
  }

  absl::Status Read(internal::Body body) {
    session_.Begin();
    absl::Status status = body(connection_);
    session_.End();
    return session_.failure().ok() ? status : Again();
  }

  bool again() const { return again_; }

 private:
  // Only after a failure that the session remembers.
  absl::Status Again() {
    again_ = true;
    return session_.failure();
  }

  void Rollback() {
    if (session_.broken()) return;
    // Where even this fails, the session goes: the pool drops one left in a transaction.
    if (connection_.ExecutePlain("ROLLBACK").ok()) session_.End();
  }

  absl::Status Commit() {
    absl::Status status = connection_.ExecutePlain("COMMIT");
    if (status.ok()) {
      session_.End();
      return status;
    }
    if (absl::IsAborted(status)) {
      Rollback();
      return Again();
    }
    // Lost, or an error of which nobody can say what it left behind.
    session_.Break(status);
    return CommitOutcomeUnknown();
  }

  Connection& connection_;
  Session& session_;
  bool again_ = false;
};

namespace internal {
namespace {

// Whoever waits should hear of the failure before they stop waiting: the last tries are given up.
constexpr absl::Duration kLongestReserve = absl::Milliseconds(500);

absl::Status Retry(Pool& pool, absl::Time deadline, Body body, absl::Status (Attempt::*run)(Body)) {
  const time::SystemClock clock;
  const absl::Time now = clock.Now();
  const absl::Time last =
      deadline - std::clamp((deadline - now) / 10, absl::ZeroDuration(), kLongestReserve);
  for (int tries = 0;; ++tries) {
    absl::Status status;
    bool again = false;
    {
      absl::StatusOr<Lease> lease = pool.Acquire(last);
      if (lease.ok()) {
        Attempt attempt(**lease);
        status = (attempt.*run)(body);
        again = attempt.again();
      } else {
        status = std::move(lease).status();
        again = absl::IsUnavailable(status);
      }
    }
    if (!again) return status;
    const absl::Duration pause = Pause(tries);
    if (clock.Now() + pause >= last) return status;
    absl::SleepFor(pause);
  }
}

}  // namespace

absl::Status RunTransaction(Pool& pool, absl::Time deadline, Body body) {
  return Retry(pool, deadline, body, &Attempt::Transaction);
}

absl::Status RunRead(Pool& pool, absl::Time deadline, Body body) {
  return Retry(pool, deadline, body, &Attempt::Read);
}

absl::Status RunSnapshot(Pool& pool, absl::Time deadline, Body body) {
  return Retry(pool, deadline, body, &Attempt::Snapshot);
}

}  // namespace internal
}  // namespace dap::db
