// One session with the database.
#ifndef DAP_LIBS_DB_CONNECTION_H_
#define DAP_LIBS_DB_CONNECTION_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/db/error.h"
#include "libs/db/options.h"
#include "libs/db/row.h"
#include "libs/db/value.h"

namespace dap::db {

class Session;

// Leased from a Pool, or handed to a body by Transaction or Read. Not thread-safe: one user at a
// time. Every call blocks for one round trip to the server, two when a statement is new to this
// connection, and costs what its statement costs. The session speaks utf8mb4, counts time in UTC,
// and is strict: a value that does not fit its column is an error, never cut.
//
// SQL takes its parameters at `?`, from `values` in order; text is never put into SQL. Statements
// are prepared once a connection and kept by their text, so write each as one constant.
//
// Errors, by the server's code and never by its text (see error.h): ALREADY_EXISTS with reason
// DUPLICATE_KEY; FAILED_PRECONDITION with REFERENCE_BROKEN (a foreign key) or CHECK_VIOLATED;
// ABORTED with TRANSACTION_CONFLICT (deadlock, lock wait, certification); UNAVAILABLE with
// DATABASE_UNAVAILABLE (the session is lost, or the server takes no work now); INTERNAL for the
// rest, a mistake in the statement or in the values.
class Connection {
 public:
  // Opens a session. UNAVAILABLE where the server does not answer; INTERNAL where it refuses these
  // options (account, schema, certificate).
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const Options& options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // All rows; for results that are small by the statement's own LIMIT or key.
  absl::StatusOr<Rows> Query(absl::string_view sql, const Values& values = {});

  // The row, or nothing where there is none. INTERNAL where there are more.
  absl::StatusOr<std::optional<Row>> QueryOne(absl::string_view sql, const Values& values = {});

  // Hands each row to `each` as it arrives and holds one at a time. An error of `each` ends it and
  // is returned. `each` must not use this connection. Not cached: the values are written into the
  // statement as literals, because the connector reads a prepared result only whole.
  absl::Status QueryEach(absl::string_view sql, const Values& values,
                         absl::FunctionRef<absl::Status(const Row&)> each);

  // Runs what returns no rows. Returns how many rows it matched: an UPDATE that leaves a row as it
  // was counts it, so zero means that there was none. INSERT … ON DUPLICATE KEY UPDATE counts 1
  // for a new row, 2 for a changed one, 1 for one left as it was.
  absl::StatusOr<int64_t> Execute(absl::string_view sql, const Values& values = {});

  // Inserts rows many at a time: `insert` is "INSERT INTO t (a, b) VALUES", `suffix` what follows
  // the rows ("ON DUPLICATE KEY UPDATE …"). Every row has as many values, at least one. A few
  // statements (of 1, 2, 4 … 256 rows) serve any number; more than one may run, so call it in a
  // transaction. Returns the sum of what each counts. No rows: no statement.
  absl::StatusOr<int64_t> InsertRows(absl::string_view insert, const std::vector<Values>& rows,
                                     absl::string_view suffix = "");

  // A statement the server takes only as plain text (BEGIN, some DDL), without parameters. Also
  // the way to run what is used once and is not worth a place among the prepared ones.
  absl::Status ExecutePlain(absl::string_view sql);

  // The session is lost: every call fails, and the pool will not lend it again.
  bool broken() const;

 private:
  friend class Pool;
  friend class Attempt;

  explicit Connection(std::unique_ptr<Session> session);

  std::unique_ptr<Session> session_;
};

}  // namespace dap::db

#endif  // DAP_LIBS_DB_CONNECTION_H_
