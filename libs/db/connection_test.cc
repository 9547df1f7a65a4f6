#include "libs/db/connection.h"

#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/db/error.h"
#include "libs/db/testing/schema.h"
#include "libs/status/matchers.h"

namespace dap::db {
namespace {

using ::dap::status::HasReason;
using ::dap::status::IsOk;
using ::dap::status::StatusIs;

class ConnectionTest : public ::testing::Test {
 protected:
  ConnectionTest() { connection_ = *Connection::Open(schema_.options()); }

  Row One(absl::string_view sql, const Values& values = {}) {
    auto row = connection_->QueryOne(sql, values);
    EXPECT_THAT(row, IsOk());
    return row.ok() && row->has_value() ? **row : Row();
  }

  testing::Schema schema_;
  std::unique_ptr<Connection> connection_;
};

const id::Uuid kId = *id::Uuid::Parse("00112233-0044-7000-8000-aabbccdd0000");
const absl::Time kTime = absl::FromUnixMicros(1764021278000001);

struct Case {
  const char* name;
  const char* type;
  Value value;
};

class RoundTrip : public ConnectionTest, public ::testing::WithParamInterface<Case> {};

std::string BinaryText() { return std::string("\0'\\\xff\0?", 6); }

void ExpectSame(const Row& row, const Value& value) {
  ASSERT_EQ(row.size(), 1);
  struct Compare {
    const Row& row;
    void operator()(Null) { EXPECT_TRUE(row.IsNull(0)); }
    void operator()(int64_t v) { EXPECT_EQ(row.Int(0), v); }
    void operator()(uint64_t v) { EXPECT_EQ(row.UInt(0), v); }
    void operator()(double v) { EXPECT_EQ(row.Double(0), v); }
    void operator()(const std::string& v) { EXPECT_EQ(row.String(0), v); }
    void operator()(const id::Uuid& v) { EXPECT_EQ(row.Uuid(0), v); }
    void operator()(absl::Time v) { EXPECT_EQ(row.Time(0), v); }
    void operator()(absl::CivilDay v) { EXPECT_EQ(row.Day(0), v); }
  };
  std::visit(Compare{row}, value.held());
}

TEST_P(RoundTrip, GivesBackWhatWasWritten) {
  schema_.Run(absl::StrCat("CREATE TABLE t (v ", GetParam().type, ")"));
  ASSERT_THAT(connection_->Execute("INSERT INTO t (v) VALUES (?)", {GetParam().value}), IsOk());
  ExpectSame(One("SELECT v FROM t"), GetParam().value);
}

TEST_P(RoundTrip, GivesBackTheSameWhenStreamed) {
  schema_.Run(absl::StrCat("CREATE TABLE t (v ", GetParam().type, ")"));
  ASSERT_THAT(connection_->Execute("INSERT INTO t (v) VALUES (?)", {GetParam().value}), IsOk());
  int rows = 0;
  EXPECT_THAT(connection_->QueryEach("SELECT v FROM t WHERE v <=> ? /* '?' */", {GetParam().value},
                                     [&](const Row& row) {
                                       ++rows;
                                       ExpectSame(row, GetParam().value);
                                       return absl::OkStatus();
                                     }),
              IsOk());
  EXPECT_EQ(rows, 1);
}

INSTANTIATE_TEST_SUITE_P(
    Types, RoundTrip,
    ::testing::ValuesIn(std::vector<Case>{
        {"Null", "INT NULL", Null()},
        {"EmptyOptional", "INT NULL", std::optional<std::string>()},
        {"Bool", "BOOL NOT NULL", true},
        {"Tiny", "TINYINT NOT NULL", -128},
        {"Small", "SMALLINT UNSIGNED NOT NULL", 65535},
        {"Negative", "INT NOT NULL", -1},
        {"Least", "BIGINT NOT NULL", std::numeric_limits<int64_t>::min()},
        {"Most", "BIGINT UNSIGNED NOT NULL", std::numeric_limits<uint64_t>::max()},
        {"Double", "DOUBLE NOT NULL", 0.1},
        {"SmallDouble", "DOUBLE NOT NULL", -1e-300},
        {"EmptyText", "VARCHAR(10) NOT NULL", ""},
        {"Text", "VARCHAR(40) NOT NULL", "O'Neil \\ \"q\" ? Zoë 漢"},
        {"FourByteText", "VARCHAR(10) NOT NULL", "🦊é"},
        {"LongText", "MEDIUMTEXT NOT NULL", std::string(300000, 'x')},
        {"Bytes", "VARBINARY(10) NOT NULL", BinaryText()},
        {"LongBytes", "MEDIUMBLOB NOT NULL", std::string(300000, '\0')},
        {"Uuid", "BINARY(16) NOT NULL", kId},
        {"Time", "DATETIME(6) NOT NULL", kTime},
        {"WholeSecond", "DATETIME(6) NOT NULL", absl::FromUnixSeconds(1764021278)},
        {"LastMicrosecond", "DATETIME(6) NOT NULL", absl::FromUnixMicros(1764021278999999)},
        {"Before1970", "DATETIME(6) NOT NULL", absl::FromUnixMicros(-1)},
        {"Day", "DATE NOT NULL", absl::CivilDay(2028, 2, 29)},
    }),
    [](const auto& info) { return info.param.name; });

TEST_F(ConnectionTest, ASignedValueAfterAHugeUnsignedOneStaysNegative) {
  schema_.Run("CREATE TABLE t (v DECIMAL(30))");
  constexpr absl::string_view kInsert = "INSERT INTO t (v) VALUES (?)";
  ASSERT_THAT(connection_->Execute(kInsert, {std::numeric_limits<uint64_t>::max()}), IsOk());
  ASSERT_THAT(connection_->Execute(kInsert, {-1}), IsOk());
  EXPECT_EQ(One("SELECT MIN(v) FROM t").Int(0), -1);
}

TEST_F(ConnectionTest, ASumIsReadAsAnInteger) {
  EXPECT_EQ(One("SELECT SUM(n) FROM (SELECT 40 AS n UNION SELECT 2) x").Int(0), 42);
}

TEST_F(ConnectionTest, TheSessionSpeaksUtcAndIsStrict) {
  EXPECT_EQ(One("SELECT @@time_zone").String(0), "+00:00");
  EXPECT_EQ(One("SELECT @@character_set_connection").String(0), "utf8mb4");
  EXPECT_EQ(One("SELECT @@tx_isolation").String(0), "READ-COMMITTED");
  schema_.Run("CREATE TABLE t (v VARCHAR(2), d DATE)");
  EXPECT_THAT(connection_->Execute("INSERT INTO t (v) VALUES ('abc')"),
              StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(connection_->Execute("INSERT INTO t (d) VALUES ('0000-00-00')"),
              StatusIs(absl::StatusCode::kInternal));
}

TEST_F(ConnectionTest, RepeatableReadIsAChoice) {
  Options options = schema_.options();
  options.isolation = Isolation::kRepeatableRead;
  connection_ = *Connection::Open(options);
  EXPECT_EQ(One("SELECT @@tx_isolation").String(0), "REPEATABLE-READ");
}

TEST_F(ConnectionTest, ASecondRowWithAKeyIsADuplicate) {
  schema_.Run("CREATE TABLE t (k INT PRIMARY KEY, secret VARCHAR(20))");
  ASSERT_THAT(connection_->Execute("INSERT INTO t VALUES (1, 'of somebody')"), IsOk());
  const absl::Status status = connection_->Execute("INSERT INTO t VALUES (1, 'x')").status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(status, HasReason("DUPLICATE_KEY"));
  EXPECT_TRUE(IsDuplicateKey(status));
  EXPECT_EQ(status.message().find("'1'"), absl::string_view::npos);
}

TEST_F(ConnectionTest, ABrokenReferenceOrCheckIsAPrecondition) {
  schema_.Run(
      "CREATE TABLE parent (k INT PRIMARY KEY);"
      "CREATE TABLE child (k INT PRIMARY KEY CHECK (k > 0), p INT,"
      " FOREIGN KEY (p) REFERENCES parent (k))");
  EXPECT_THAT(connection_->Execute("INSERT INTO child VALUES (1, 7)"),
              HasReason("REFERENCE_BROKEN"));
  EXPECT_THAT(connection_->Execute("INSERT INTO child VALUES (0, NULL)"),
              HasReason("CHECK_VIOLATED"));
}

TEST_F(ConnectionTest, AnUpdateCountsRowsItFoundEvenUnchanged) {
  schema_.Run("CREATE TABLE t (k INT PRIMARY KEY, v INT); INSERT INTO t VALUES (1, 5)");
  EXPECT_EQ(*connection_->Execute("UPDATE t SET v = 5 WHERE k = ?", {1}), 1);
  EXPECT_EQ(*connection_->Execute("UPDATE t SET v = 5 WHERE k = ?", {2}), 0);
}

TEST_F(ConnectionTest, QueryOneWantsOneRowOrNone) {
  EXPECT_THAT(connection_->QueryOne("SELECT 1 UNION SELECT 2"),
              StatusIs(absl::StatusCode::kInternal));
  EXPECT_FALSE((*connection_->QueryOne("SELECT 1 FROM DUAL WHERE 1 = 0")).has_value());
}

TEST_F(ConnectionTest, AMixUpOfQueryAndExecuteLeavesTheConnectionInOrder) {
  EXPECT_THAT(connection_->Execute("SELECT 1"), StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(connection_->Query("DO 0"), StatusIs(absl::StatusCode::kInternal));
  EXPECT_EQ(One("SELECT 7").Int(0), 7);
}

TEST_F(ConnectionTest, TooFewOrTooManyValuesAreAnError) {
  EXPECT_THAT(connection_->Query("SELECT ?", {}), StatusIs(absl::StatusCode::kInternal));
  EXPECT_EQ(One("SELECT ?", {5}).Int(0), 5);
  EXPECT_THAT(connection_->Query("SELECT ?", {}), StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(connection_->Query("SELECT ?", {1, 2}), StatusIs(absl::StatusCode::kInternal));
}

TEST_F(ConnectionTest, ATimeWithoutAFormIsRefused) {
  EXPECT_THAT(connection_->Query("SELECT ?", {absl::InfiniteFuture()}),
              StatusIs(absl::StatusCode::kInternal));
}

TEST_F(ConnectionTest, RowsOfAnyNumberAreInserted) {
  schema_.Run("CREATE TABLE t (k INT PRIMARY KEY, v VARCHAR(9))");
  int next = 0;
  for (int count : {0, 1, 3, 256, 700}) {
    std::vector<Values> rows;
    for (int i = 0; i < count; ++i, ++next) rows.push_back({next, absl::StrCat("v", next)});
    EXPECT_EQ(*connection_->InsertRows("INSERT INTO t (k, v) VALUES", rows), count);
  }
  const Row row = One("SELECT COUNT(*), SUM(v = CONCAT('v', k)) FROM t");
  EXPECT_EQ(row.Int(0), next);
  EXPECT_EQ(row.Int(1), next);
  EXPECT_EQ(*connection_->InsertRows("INSERT INTO t (k, v) VALUES", {{0, "new"}},
                                     "ON DUPLICATE KEY UPDATE v = VALUES(v)"),
            2);
}

TEST_F(ConnectionTest, RowsOfDifferentLengthsAreRefused) {
  EXPECT_THAT(connection_->InsertRows("INSERT INTO t (a, b) VALUES", {{1, 2}, {3}}),
              StatusIs(absl::StatusCode::kInternal));
}

TEST_F(ConnectionTest, PreparedStatementsAreBoundedInNumber) {
  Options options = schema_.options();
  options.statements = 3;
  connection_ = *Connection::Open(options);
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 10; ++i) EXPECT_EQ(One(absl::StrCat("SELECT ", i)).Int(0), i);
  }
  const Row open =
      One("SELECT SUM(IF(VARIABLE_NAME = 'COM_STMT_CLOSE', -VARIABLE_VALUE, VARIABLE_VALUE))"
          " FROM information_schema.SESSION_STATUS"
          " WHERE VARIABLE_NAME IN ('COM_STMT_PREPARE', 'COM_STMT_CLOSE')");
  EXPECT_EQ(open.Double(0), 3);
}

TEST_F(ConnectionTest, StreamingStopsAtTheCallersError) {
  int rows = 0;
  EXPECT_THAT(connection_->QueryEach("SELECT seq FROM seq_1_to_100000", {},
                                     [&](const Row&) {
                                       return ++rows == 3 ? absl::CancelledError("enough")
                                                          : absl::OkStatus();
                                     }),
              StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(rows, 3);
  EXPECT_EQ(One("SELECT 7").Int(0), 7);
}

TEST_F(ConnectionTest, AConnectionThatStreamsTakesNothingElse) {
  EXPECT_THAT(
      connection_->QueryEach("SELECT 1", {},
                             [&](const Row&) { return connection_->Query("SELECT 2").status(); }),
      StatusIs(absl::StatusCode::kInternal));
}

// Killed from another session after its first rows came.
absl::Status StreamUntilKilled(Connection& connection, const Options& root, const char* kill) {
  auto killer = *Connection::Open(root);
  const int64_t id = (*connection.QueryOne("SELECT CONNECTION_ID()"))->Int(0);
  bool killed = false;
  return connection.QueryEach("SELECT REPEAT('x', 1000) FROM seq_1_to_1000000", {},
                              [&](const Row&) {
                                if (!std::exchange(killed, true))
                                  return killer->ExecutePlain(absl::StrCat(kill, id));
                                return absl::OkStatus();
                              });
}

TEST_F(ConnectionTest, AStreamCutOffIsNotTakenForItsEnd) {
  EXPECT_THAT(StreamUntilKilled(*connection_, schema_.root_options(), "KILL CONNECTION "),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_TRUE(connection_->broken());
}

TEST_F(ConnectionTest, AStreamWhoseStatementWasStoppedIsNotTakenForItsEnd) {
  EXPECT_THAT(StreamUntilKilled(*connection_, schema_.root_options(), "KILL QUERY "),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_FALSE(connection_->broken());
  EXPECT_EQ(One("SELECT 7").Int(0), 7);
}

TEST(Open, AWrongPasswordOrSchemaIsNoReasonToTryAgain) {
  testing::Schema schema;
  Options options = schema.options();
  options.password = "wrong";
  EXPECT_THAT(Connection::Open(options), StatusIs(absl::StatusCode::kInternal));
  options = schema.options();
  options.schema = "nosuch";
  EXPECT_THAT(Connection::Open(options), StatusIs(absl::StatusCode::kInternal));
}

TEST(Open, TlsIsNeverGivenUpSilently) {
  testing::Schema schema;  // on a server without certificates
  Options options = schema.options();
  options.tls = true;
  EXPECT_FALSE(Connection::Open(options).ok());
}

TEST_F(ConnectionTest, AnErrorRepeatsNoValue) {
  const absl::Status status =
      connection_->Query("SELECT CAST(? AS DATE) FROM DUAL WHERE 'Petra''s' SELECT", {1}).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInternal));
  EXPECT_EQ(status.message().find("Petra"), absl::string_view::npos) << status;
  EXPECT_NE(status.message().find("1064 (42000)"), absl::string_view::npos) << status;
}

TEST(WithoutQuotes, LeavesOutWhatAServerQuotes) {
  EXPECT_EQ(WithoutQuotes("Incorrect integer value: 'Maria' for column `s`.`t`.`k` at row 1"),
            "Incorrect integer value: '…' for column `s`.`t`.`k` at row 1");
  EXPECT_EQ(WithoutQuotes("near 'O'Brien's \"x\"' at line 1"), "near '…' at line 1");
  EXPECT_EQ(WithoutQuotes("near 'cut in the mid"), "near '…'");
  EXPECT_EQ(WithoutQuotes(absl::StrCat("near 'it's ", std::string(500, 'x'))), "near '…'");
  EXPECT_EQ(WithoutQuotes("no quotes"), "no quotes");
}

}  // namespace
}  // namespace dap::db
