// Units of work on a pool, run again where that is safe.
#ifndef DAP_LIBS_DB_TRANSACTION_H_
#define DAP_LIBS_DB_TRANSACTION_H_

#include <optional>
#include <type_traits>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/db/pool.h"

namespace dap::db {

namespace internal {
using Body = absl::FunctionRef<absl::Status(Connection&)>;
absl::Status RunTransaction(Pool& pool, absl::Time deadline, Body body);
absl::Status RunRead(Pool& pool, absl::Time deadline, Body body);

template <typename F>
auto Run(absl::Status (*run)(Pool&, absl::Time, Body), Pool& pool, absl::Time deadline, F& body) {
  using Result = std::invoke_result_t<F&, Connection&>;
  if constexpr (std::is_same_v<Result, absl::Status>) {
    return run(pool, deadline, body);
  } else {
    std::optional<Result> result;
    absl::Status status = run(pool, deadline, [&](Connection& connection) {
      result.emplace(body(connection));
      return result->status();
    });
    return status.ok() ? *std::move(result) : Result(std::move(status));
  }
}
}  // namespace internal

// Runs `body` (absl::Status or absl::StatusOr<T> of Connection&) in a transaction and commits it.
//
// An error of `body` undoes everything and is returned as it is. But where the database made the
// transaction fail in a way that another try may cure (deadlock, lock wait, certification failure,
// connection lost before COMMIT, no connection to be had), it runs again from the start, after a
// random pause that grows, until `deadline`; then the last error is returned. So `body` may run
// several times: it sets what it returns, and touches nothing outside that it does not set anew.
// This holds also where `body` swallowed such an error: what is half undone is never committed.
//
// COMMIT's own loss is never retried: UNAVAILABLE with reason COMMIT_OUTCOME_UNKNOWN.
// Blocks a thread throughout; `deadline` bounds waiting and retries, and Options::read_timeout a
// statement under way. Don't call it within `body`, and make no RPC there.
template <typename F>
auto Transaction(Pool& pool, absl::Time deadline, F body) {
  return internal::Run(&internal::RunTransaction, pool, deadline, body);
}

// Runs `body`, which only reads, without a transaction: each statement sees what is committed. The
// cheapest way to run one query. Runs it again as Transaction does.
template <typename F>
auto Read(Pool& pool, absl::Time deadline, F body) {
  return internal::Run(&internal::RunRead, pool, deadline, body);
}

}  // namespace dap::db

#endif  // DAP_LIBS_DB_TRANSACTION_H_
