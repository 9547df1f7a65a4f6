#include "libs/db/session.h"

#include <cppconn/datatype.h>
#include <cppconn/parameter_metadata.h>
#include <mysql_driver.h>

#include <limits>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/db/datetime.h"

namespace dap::db {
namespace {

sql::Driver& Driver() {
  static sql::Driver* const driver = sql::mysql::get_driver_instance();
  return *driver;
}

struct ThreadGuard {
  ThreadGuard() { Driver().threadInit(); }
  ~ThreadGuard() { Driver().threadEnd(); }
};

int WholeSeconds(absl::Duration duration) {
  return static_cast<int>(
      std::max<int64_t>(1, absl::ToInt64Seconds(absl::Ceil(duration, absl::Seconds(1)))));
}

sql::SQLString Text(absl::string_view text) { return sql::SQLString(text.data(), text.size()); }

sql::ConnectOptionsMap Parameters(const Options& options) {
  const bool ipv6 = absl::StrContains(options.host, ':');
  sql::ConnectOptionsMap map;
  // With the scheme, so that "localhost" means TCP, too.
  map["hostName"] = Text(
      absl::StrCat("tcp://", ipv6 ? "[" : "", options.host, ipv6 ? "]" : "", ":", options.port));
  map["userName"] = Text(options.user);
  map["password"] = Text(options.password);
  if (!options.schema.empty()) map["schema"] = Text(options.schema);
  map["OPT_CHARSET_NAME"] = sql::SQLString("utf8mb4");
  map["OPT_CONNECT_TIMEOUT"] = WholeSeconds(options.connect_timeout);
  map["OPT_READ_TIMEOUT"] = WholeSeconds(options.read_timeout);
  map["OPT_WRITE_TIMEOUT"] = WholeSeconds(options.read_timeout);
  map["CLIENT_FOUND_ROWS"] = true;
  if (options.tls) {
    map["sslEnforce"] = true;
    if (!options.tls_ca.empty()) {
      map["sslCA"] = Text(options.tls_ca);
      map["sslVerify"] = true;
    }
  }
  return map;
}

struct Binder {
  sql::PreparedStatement& statement;
  sql::SQLString& text;
  std::string& formatted;
  unsigned int index;

  // Assigns within the memory `text` has already.
  bool SetText(absl::string_view value) {
    text->assign(value.data(), value.size());
    statement.setString(index, text);
    return true;
  }
  bool operator()(Null) {
    statement.setNull(index, 0);
    return true;
  }
  bool operator()(int64_t value) {
    statement.setInt64(index, value);
    return true;
  }
  // Not setUInt64: the connector then takes every later signed value at this place for unsigned.
  bool operator()(uint64_t value) {
    if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
      return SetText(absl::StrCat(value));
    }
    return (*this)(static_cast<int64_t>(value));
  }
  bool operator()(double value) {
    statement.setDouble(index, value);
    return true;
  }
  bool operator()(const std::string& value) { return SetText(value); }
  bool operator()(const id::Uuid& value) { return SetText(value.bytes()); }
  bool operator()(absl::Time value) {
    return FormatDateTime(value, &formatted) && SetText(formatted);
  }
  bool operator()(absl::CivilDay value) {
    return FormatDate(value, &formatted) && SetText(formatted);
  }
};

}  // namespace

absl::StatusOr<std::unique_ptr<Session>> Session::Open(const Options& options) {
  EnterThread();
  int code = 0;
  std::string sqlstate;
  std::string text;
  try {
    sql::ConnectOptionsMap parameters = Parameters(options);
    std::unique_ptr<Session> session(new Session(
        std::unique_ptr<sql::Connection>(Driver().connect(parameters)), options.statements));
    session->plain_.reset(session->connection_->createStatement());
    if (absl::Status status = session->SetUp(options); !status.ok()) return status;
    return session;
  } catch (const sql::SQLException& error) {
    code = error.getErrorCode();
    sqlstate = error.getSQLStateCStr();
    text = error.what();
  } catch (const std::exception& error) {
    text = error.what();
  }
  absl::Status status = ToStatus(code, sqlstate, text);
  if (!absl::IsUnavailable(status)) return status;
  return status::Unavailable("DATABASE_UNAVAILABLE",
                             absl::StrCat("The database at ", options.host, ":", options.port,
                                          " does not answer (code ", code, "). Try again."));
}

absl::Status Session::SetUp(const Options& options) {
  if (options.tls) {
    // The client library may be content without, where the server offers none.
    std::unique_ptr<sql::ResultSet> cipher(
        plain_->executeQuery("SHOW SESSION STATUS LIKE 'Ssl_cipher'"));
    if (!cipher->next() || cipher->getString(2).length() == 0) {
      return status::Internal("the database server does not offer TLS");
    }
  }
  RunPlain(absl::StrCat(
      "SET time_zone = '+00:00', autocommit = 1, innodb_lock_wait_timeout = ",
      WholeSeconds(options.lock_wait),
      ", sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
      "NO_ENGINE_SUBSTITUTION'"));
  RunPlain(options.isolation == Isolation::kReadCommitted
               ? "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"
               : "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
  return absl::OkStatus();
}

void Session::EnterThread() { thread_local ThreadGuard guard; }

absl::Status Session::Fail(int code, absl::string_view sqlstate, absl::string_view text) {
  absl::Status status = ToStatus(code, sqlstate, text);
  switch (Classify(code)) {
    case ErrorClass::kLost:
      Break(status);
      break;
    case ErrorClass::kConflict:
      failure_ = status;
      break;
    default:
      break;
  }
  return status;
}

Prepared& Session::Prepare(absl::string_view sql) {
  if (auto found = index_.find(sql); found != index_.end()) {
    statements_.splice(statements_.begin(), statements_, found->second);
    return statements_.front();
  }
  std::unique_ptr<sql::PreparedStatement> statement(connection_->prepareStatement(Text(sql)));
  const bool returns_rows = statement->getMetaData()->getColumnCount() > 0;
  if (static_cast<int>(statements_.size()) >= most_statements_ && !statements_.empty()) {
    index_.erase(statements_.back().sql);
    statements_.pop_back();
  }
  const size_t parameters = statement->getParameterMetaData()->getParameterCount();
  statements_.push_front({std::string(sql), std::move(statement), returns_rows, parameters});
  index_[statements_.front().sql] = statements_.begin();
  return statements_.front();
}

absl::Status Session::Bind(Prepared& prepared, const Values& values) {
  if (values.size() != prepared.parameters) {
    return status::Internal(absl::StrCat("a statement with ", prepared.parameters,
                                         " parameters was given ", values.size(), " values"));
  }
  return BindFrom(1, prepared, values);
}

absl::Status Session::BindFrom(unsigned int first, Prepared& prepared, const Values& values) {
  Binder binder{*prepared.statement, text_, formatted_, first};
  for (const Value& value : values) {
    if (!std::visit(binder, value.held())) {
      return status::Internal("a time or day beyond the years 1 to 9999 has no SQL form");
    }
    ++binder.index;
  }
  return absl::OkStatus();
}

absl::Status Session::LastError() {
  std::unique_ptr<sql::ResultSet> rows(plain_->executeQuery("SHOW ERRORS"));
  if (!rows->next()) return absl::OkStatus();
  return Fail(rows->getInt(2), "", rows->getString(3).asStdString());
}

void Session::RunPlain(absl::string_view sql) {
  if (plain_->execute(Text(sql))) {
    // Rows nobody asked for must be taken off the wire all the same.
    std::unique_ptr<sql::ResultSet> rows(plain_->getResultSet());
  }
}

Session::Reader::Reader(sql::ResultSet& result) : result_(result) {
  sql::ResultSetMetaData* columns = result.getMetaData();
  const unsigned int count = columns->getColumnCount();
  kinds_.reserve(count);
  for (unsigned int i = 1; i <= count; ++i) {
    switch (columns->getColumnType(i)) {
      case sql::DataType::TINYINT:
      case sql::DataType::SMALLINT:
      case sql::DataType::MEDIUMINT:
      case sql::DataType::INTEGER:
      case sql::DataType::BIGINT:
      case sql::DataType::YEAR:
        kinds_.push_back(columns->isSigned(i) ? Kind::kSigned : Kind::kUnsigned);
        break;
      case sql::DataType::REAL:
      case sql::DataType::DOUBLE:
        kinds_.push_back(Kind::kDouble);
        break;
      default:
        kinds_.push_back(Kind::kText);
    }
  }
}

Row Session::Reader::Read() {
  std::vector<Row::Cell> cells;
  cells.reserve(kinds_.size());
  for (unsigned int i = 1; i <= kinds_.size(); ++i) {
    if (result_.isNull(i)) {
      cells.emplace_back();
      continue;
    }
    switch (kinds_[i - 1]) {
      case Kind::kSigned:
        cells.emplace_back(std::in_place_type<int64_t>, result_.getInt64(i));
        break;
      case Kind::kUnsigned:
        cells.emplace_back(std::in_place_type<uint64_t>, result_.getUInt64(i));
        break;
      case Kind::kDouble:
        cells.emplace_back(std::in_place_type<double>, static_cast<double>(result_.getDouble(i)));
        break;
      case Kind::kText: {
        sql::SQLString text = result_.getString(i);
        cells.emplace_back(std::in_place_type<std::string>, std::move(*text.operator->()));
      }
    }
  }
  return Row(std::move(cells));
}

}  // namespace dap::db
