// What is behind a Connection: the connector's objects and what became of them. Private to libs/db,
// and with session.cc the only code that sees the connector and its exceptions.
#ifndef DAP_LIBS_DB_SESSION_H_
#define DAP_LIBS_DB_SESSION_H_

#include <cppconn/connection.h>
#include <cppconn/exception.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/statement.h>

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/db/error.h"
#include "libs/db/options.h"
#include "libs/db/row.h"
#include "libs/db/value.h"
#include "libs/status/error.h"

namespace dap::db {

struct Prepared {
  std::string sql;
  std::unique_ptr<sql::PreparedStatement> statement;
  bool returns_rows = false;
  size_t parameters = 0;
};

class Session {
 public:
  static absl::StatusOr<std::unique_ptr<Session>> Open(const Options& options);

  // Runs `work`, which may throw what the connector throws, and turns that into a Status. Nothing
  // runs on a session that broke, or between two rows of a stream.
  template <typename Work>
  auto Guard(Work work) -> decltype(work()) {
    if (broken_) return failure_;
    if (streaming_) return status::Internal("a connection was used while its rows were streamed");
    EnterThread();
    try {
      return work();
    } catch (const sql::SQLException& error) {
      return Fail(error.getErrorCode(), error.getSQLStateCStr(), error.what());
    } catch (const std::exception& error) {
      return Fail(0, "", error.what());
    }
  }

  // These throw; call them within Guard.
  Prepared& Prepare(absl::string_view sql);
  // All values of a statement; INTERNAL where their number is another or one has no SQL form (a
  // time beyond year 9999). Left out, a parameter would keep the value of the run before.
  absl::Status Bind(Prepared& prepared, const Values& values);
  // Some of them, from the parameter `first` (from 1) on.
  absl::Status BindFrom(unsigned int first, Prepared& prepared, const Values& values);
  void RunPlain(absl::string_view sql);
  // The error of the statement before, as the server keeps it; OK where it keeps none. Not by a
  // prepared statement, as preparing one makes the server forget.
  absl::Status LastError();
  sql::Connection& connection() { return *connection_; }

  // Reads the columns' types from the result once, then one row a call.
  class Reader {
   public:
    explicit Reader(sql::ResultSet& result);
    Row Read();

   private:
    enum class Kind { kSigned, kUnsigned, kDouble, kText };
    sql::ResultSet& result_;
    std::vector<Kind> kinds_;
  };

  absl::Status Fail(int code, absl::string_view sqlstate, absl::string_view text);
  void Break(absl::Status failure) {
    broken_ = true;
    failure_ = std::move(failure);
  }
  bool broken() const { return broken_; }

  // The transaction under way was undone by the database, or its session broke; the error then.
  // OK otherwise. Begin() forgets it.
  const absl::Status& failure() const { return failure_; }
  void Begin() {
    in_transaction_ = true;
    if (!broken_) failure_ = absl::OkStatus();
  }
  void End() { in_transaction_ = false; }
  bool in_transaction() const { return in_transaction_; }

  void set_streaming(bool streaming) { streaming_ = streaming; }
  int64_t generation() const { return generation_; }
  void set_generation(int64_t generation) { generation_ = generation; }

 private:
  absl::Status SetUp(const Options& options);
  Session(std::unique_ptr<sql::Connection> connection, int statements)
      : connection_(std::move(connection)), most_statements_(statements) {}
  // The client library wants to be told of every thread that uses it, and of its end.
  static void EnterThread();

  std::unique_ptr<sql::Connection> connection_;
  std::unique_ptr<sql::Statement> plain_;
  const int most_statements_;
  // Most recently used first; the index's keys are the list's texts.
  std::list<Prepared> statements_;
  absl::flat_hash_map<absl::string_view, std::list<Prepared>::iterator> index_;
  // Kept for its memory: the connector takes strings of its own type only.
  sql::SQLString text_;
  std::string formatted_;
  bool broken_ = false;
  bool streaming_ = false;
  bool in_transaction_ = false;
  absl::Status failure_;
  int64_t generation_ = 0;
};

}  // namespace dap::db

#endif  // DAP_LIBS_DB_SESSION_H_
