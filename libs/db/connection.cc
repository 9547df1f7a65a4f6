#include "libs/db/connection.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/db/session.h"
#include "libs/db/sql_text.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::db {
namespace {

// Larger statements gain little more and delay the first of their rows.
constexpr size_t kMostRows = 256;
// The protocol counts parameters in 16 bits.
constexpr size_t kMostParameters = 65535;

// How many of `rows` one statement takes: 1, 2, 3, 4, 6, 8, 12, 16, 24 …, so that few statements
// are prepared and few are sent: 43 rows are 32, 8 and 3.
size_t RowsAtOnce(size_t rows, size_t columns) {
  const size_t most = std::min({rows, kMostRows, std::max<size_t>(1, kMostParameters / columns)});
  size_t power = 1;
  while (2 * power <= most) power *= 2;
  return power > 1 && power + power / 2 <= most ? power + power / 2 : power;
}

std::string RowsText(absl::string_view insert, size_t rows, size_t columns,
                     absl::string_view suffix) {
  std::string sql = absl::StrCat(insert, " ");
  sql.reserve(sql.size() + rows * (2 * columns + 2) + suffix.size());
  for (size_t row = 0; row < rows; ++row) {
    sql += row == 0 ? "(" : ",(";
    for (size_t column = 0; column < columns; ++column) sql += column == 0 ? "?" : ",?";
    sql += ')';
  }
  absl::StrAppend(&sql, suffix.empty() ? "" : " ", suffix);
  return sql;
}

// While it lives, the session refuses everything else.
class Streaming {
 public:
  explicit Streaming(Session& session) : session_(session) { session_.set_streaming(true); }
  ~Streaming() { session_.set_streaming(false); }

 private:
  Session& session_;
};

}  // namespace

Connection::Connection(std::unique_ptr<Session> session) : session_(std::move(session)) {}
Connection::~Connection() = default;

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const Options& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<Session> session, Session::Open(options));
  return std::unique_ptr<Connection>(new Connection(std::move(session)));
}

bool Connection::broken() const { return session_->broken(); }

absl::StatusOr<Rows> Connection::Query(absl::string_view sql, const Values& values) {
  return session_->Guard([&]() -> absl::StatusOr<Rows> {
    Prepared& prepared = session_->Prepare(sql);
    if (!prepared.returns_rows) return status::Internal("a query that returns no rows");
    RETURN_IF_ERROR(session_->Bind(prepared, values));
    std::unique_ptr<sql::ResultSet> result(prepared.statement->executeQuery());
    Session::Reader reader(*result);
    Rows rows;
    rows.reserve(result->rowsCount());
    while (result->next()) rows.push_back(reader.Read());
    return rows;
  });
}

absl::StatusOr<std::optional<Row>> Connection::QueryOne(absl::string_view sql,
                                                        const Values& values) {
  ASSIGN_OR_RETURN(Rows rows, Query(sql, values));
  if (rows.size() > 1) {
    return status::Internal(absl::StrCat("a query for one row found ", rows.size(), ": ", sql));
  }
  if (rows.empty()) return std::optional<Row>();
  return std::optional<Row>(std::move(rows.front()));
}

absl::StatusOr<int64_t> Connection::Execute(absl::string_view sql, const Values& values) {
  return session_->Guard([&]() -> absl::StatusOr<int64_t> {
    Prepared& prepared = session_->Prepare(sql);
    if (prepared.returns_rows) return status::Internal("Execute of a statement that returns rows");
    RETURN_IF_ERROR(session_->Bind(prepared, values));
    return prepared.statement->executeUpdate();
  });
}

absl::StatusOr<int64_t> Connection::InsertRows(absl::string_view insert,
                                               const std::vector<Values>& rows,
                                               absl::string_view suffix) {
  if (rows.empty()) return 0;
  const size_t columns = rows.front().size();
  for (const Values& row : rows) {
    if (row.size() != columns || columns == 0) {
      return status::Internal("rows of one insert differ in their number of values");
    }
  }
  return session_->Guard([&]() -> absl::StatusOr<int64_t> {
    int64_t affected = 0;
    for (size_t done = 0; done < rows.size();) {
      const size_t chunk = RowsAtOnce(rows.size() - done, columns);
      Prepared& prepared = session_->Prepare(RowsText(insert, chunk, columns, suffix));
      if (prepared.parameters != chunk * columns) {
        return status::Internal("an insert of rows takes parameters elsewhere");
      }
      unsigned int parameter = 1;
      for (size_t row = done; row < done + chunk; ++row, parameter += columns) {
        RETURN_IF_ERROR(session_->BindFrom(parameter, prepared, rows[row]));
      }
      affected += prepared.statement->executeUpdate();
      done += chunk;
    }
    return affected;
  });
}

absl::Status Connection::ExecutePlain(absl::string_view sql) {
  return session_->Guard([&] {
    session_->RunPlain(sql);
    return absl::OkStatus();
  });
}

absl::Status Connection::QueryEach(absl::string_view sql, const Values& values,
                                   absl::FunctionRef<absl::Status(const Row&)> each) {
  ASSIGN_OR_RETURN(std::string text, WithLiterals(sql, values));
  absl::Status stopped;
  RETURN_IF_ERROR(session_->Guard([&] {
    std::unique_ptr<sql::Statement> statement(session_->connection().createStatement());
    statement->setResultSetType(sql::ResultSet::TYPE_FORWARD_ONLY);
    std::unique_ptr<sql::ResultSet> result(statement->executeQuery(text));
    Session::Reader reader(*result);
    const Streaming streaming(*session_);
    while (stopped.ok() && result->next()) stopped = each(reader.Read());
    return absl::OkStatus();
  }));
  RETURN_IF_ERROR(stopped);
  // The connector takes an error in mid-stream for the end of the rows. The server knows better.
  return session_->Guard([&] { return session_->LastError(); });
}

}  // namespace dap::db
