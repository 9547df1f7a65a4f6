#include "libs/db/testing/schema.h"

#include <utility>

#include "absl/base/internal/raw_logging.h"
#include "absl/strings/str_cat.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "libs/status/macros.h"
#include "libs/time/clock.h"

namespace dap::db::testing {
namespace {

void Require(const absl::Status& status, const char* what) {
  if (!status.ok()) ABSL_RAW_LOG(FATAL, "%s: %s", what, status.ToString().c_str());
}

template <typename T>
T Required(absl::StatusOr<T> result, const char* what) {
  Require(result.status(), what);
  return *std::move(result);
}

// Of this process's and of no other's, that runs or ran.
std::string FreshName() {
  static const time::SystemClock clock;
  static id::Generator generator(clock);
  std::string name = "t_";
  for (char c : generator.Next().ToString()) {
    if (c != '-') name += c;
  }
  // A user's name has at most 32 characters on MySQL.
  return name.substr(0, 32);
}

}  // namespace

Schema::Schema() { Make(SharedServer()); }
Schema::Schema(const PrivateServer& server) { Make(server.options()); }

void Schema::Make(const Options& root) {
  root_ = root;
  options_ = root;
  options_.schema = options_.user = FreshName();
  options_.password = "test";
  auto connection = Required(Connection::Open(root_), "test server");
  for (const std::string& sql :
       {absl::StrCat("CREATE DATABASE ", options_.schema, " CHARACTER SET utf8mb4"),
        absl::StrCat("CREATE USER ", options_.user, "@'%' IDENTIFIED BY 'test'"),
        absl::StrCat("GRANT ALL ON ", options_.schema, ".* TO ", options_.user, "@'%'")}) {
    Require(connection->ExecutePlain(sql), "test schema");
  }
}

Schema::~Schema() {
  pool_.reset();
  auto connection = Connection::Open(root_);
  if (!connection.ok()) return;
  (*connection)->ExecutePlain(absl::StrCat("DROP DATABASE ", options_.schema)).IgnoreError();
  (*connection)->ExecutePlain(absl::StrCat("DROP USER ", options_.user, "@'%'")).IgnoreError();
}

Pool& Schema::pool() {
  absl::MutexLock lock(&mutex_);
  if (pool_ == nullptr) pool_ = Required(Pool::Create(options_), "test pool");
  return *pool_;
}

void Schema::Migrate(absl::string_view service, absl::Span<const Migration> migrations) {
  Require(db::Migrate(pool(), service, migrations, time::SystemClock()), "test migrations");
}

void Schema::Run(absl::string_view sql) {
  auto connection = Required(Connection::Open(options_), "test schema");
  for (const std::string& statement : Required(SplitStatements(sql), "test SQL")) {
    Require(connection->ExecutePlain(statement), statement.c_str());
  }
}

Options Schema::root_options() const {
  Options options = root_;
  options.schema = options_.schema;
  return options;
}

}  // namespace dap::db::testing
