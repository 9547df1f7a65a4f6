#include "libs/db/migration.h"

#include <openssl/evp.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/db/migration_lease.h"
#include "libs/db/sql_text.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::db {
namespace {

// `statements` are done; `applied_at` is empty until all are. `checksum` is of the done ones.
constexpr absl::string_view kCreateMigrations =
    "CREATE TABLE IF NOT EXISTS schema_migration ("
    " service VARCHAR(64) NOT NULL,"
    " number INT NOT NULL,"
    " name VARCHAR(191) NOT NULL,"
    " checksum CHAR(64) NOT NULL,"
    " statements INT NOT NULL,"
    " applied_at DATETIME(6) NULL,"
    " PRIMARY KEY (service, number)"
    ") CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
constexpr absl::string_view kSelectApplied =
    "SELECT number, name, checksum, statements, applied_at FROM schema_migration"
    " WHERE service = ? ORDER BY number";
constexpr absl::string_view kSaveProgress =
    "INSERT INTO schema_migration (service, number, name, checksum, statements, applied_at)"
    " VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE name = VALUES(name),"
    " checksum = VALUES(checksum), statements = VALUES(statements),"
    " applied_at = VALUES(applied_at)";

// DDL may take long; only the time to get hold of a connection is bounded by this.
constexpr absl::Duration kConnect = absl::Seconds(30);

struct Applied {
  std::string name;
  std::string checksum;
  int statements;
  bool whole;
};
using AppliedMap = std::map<int, Applied>;

std::string Label(const Migration& migration) {
  return absl::StrFormat("%04d_%s", migration.number, migration.name);
}

// SHA-256 of the first `count` statements. Of statements, so that a comment may be improved.
std::string Checksum(const std::vector<std::string>& statements, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) absl::StrAppend(&text, statements[i], ";\n");
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  EVP_Digest(text.data(), text.size(), digest, &length, EVP_sha256(), nullptr);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest), length));
}

absl::Status Changed(const Migration& migration) {
  return status::Precondition(
      "MIGRATION_CHANGED",
      absl::StrCat("Migration ", Label(migration),
                   " was applied with another text. Put the old text back and write the change as "
                   "a new migration."));
}

absl::StatusOr<AppliedMap> ReadApplied(Connection& connection, absl::string_view service) {
  ASSIGN_OR_RETURN(Rows rows, connection.Query(kSelectApplied, {service}));
  AppliedMap applied;
  for (const Row& row : rows) {
    applied[static_cast<int>(row.Int(0))] = {row.String(1), row.String(2),
                                             static_cast<int>(row.Int(3)), !row.IsNull(4)};
  }
  return applied;
}

// The list and what was applied tell the same history.
absl::Status CheckHistory(absl::Span<const Migration> migrations, const AppliedMap& applied) {
  int last = 0;
  for (const Migration& migration : migrations) {
    if (migration.number <= last) {
      return status::Precondition(
          "MIGRATION_ORDER", absl::StrCat("Migration ", Label(migration), " is out of order."));
    }
    last = migration.number;
    if (!applied.empty() && !applied.contains(last) && last < applied.rbegin()->first) {
      return status::Precondition(
          "MIGRATION_ORDER",
          absl::StrCat("Migration ", Label(migration), " stands before ", applied.rbegin()->first,
                       ", which is applied already. Give it the next free number."));
    }
  }
  for (const auto& [number, done] : applied) {
    const bool listed = std::any_of(migrations.begin(), migrations.end(),
                                    [&](const Migration& m) { return m.number == number; });
    if (!listed && number < last) {
      return status::Precondition("MIGRATION_MISSING",
                                  absl::StrFormat("The database has migration %04d_%s, which this "
                                                  "program does not know.",
                                                  number, done.name));
    }
  }
  return absl::OkStatus();
}

// Applies what is left of one migration.
class Application {
 public:
  Application(Connection& connection, absl::string_view service, const Migration& migration,
              const time::Clock& clock)
      : connection_(connection), service_(service), migration_(migration), clock_(clock) {}

  absl::Status Run(const Applied* before, const MigrationLease& lease) {
    ASSIGN_OR_RETURN(statements_, SplitStatements(migration_.sql));
    const int count = static_cast<int>(statements_.size());
    int done = before == nullptr ? 0 : before->statements;
    if (before != nullptr && (done > count || before->checksum != Checksum(statements_, done) ||
                              (before->whole && done != count))) {
      return Changed(migration_);
    }
    if (before != nullptr && before->whole) return absl::OkStatus();
    for (; done < count; ++done) {
      RETURN_IF_ERROR(lease.Check());
      if (absl::Status status = connection_.ExecutePlain(statements_[done]); !status.ok()) {
        return Failed(done, status);
      }
      if (done + 1 < count) RETURN_IF_ERROR(Save(done + 1, std::nullopt));
    }
    return Save(count, clock_.Now());
  }

 private:
  absl::Status Save(int done, std::optional<absl::Time> applied_at) {
    return connection_
        .Execute(kSaveProgress, {service_, migration_.number, migration_.name,
                                 Checksum(statements_, done), done, applied_at})
        .status();
  }

  absl::Status Failed(int done, const absl::Status& status) const {
    if (absl::IsUnavailable(status)) return status;
    return status::Precondition(
        "MIGRATION_FAILED",
        absl::StrCat("Migration ", Label(migration_), " failed at statement ", done + 1, " of ",
                     statements_.size(), ": ", status.message()));
  }

  Connection& connection_;
  const absl::string_view service_;
  const Migration& migration_;
  const time::Clock& clock_;
  std::vector<std::string> statements_;
};

absl::Status ApplyAll(Connection& connection, absl::string_view service,
                      absl::Span<const Migration> migrations, const time::Clock& clock,
                      const MigrationLease& lease) {
  ASSIGN_OR_RETURN(const AppliedMap applied, ReadApplied(connection, service));
  RETURN_IF_ERROR(CheckHistory(migrations, applied));
  for (const Migration& migration : migrations) {
    const auto before = applied.find(migration.number);
    Application application(connection, service, migration, clock);
    RETURN_IF_ERROR(application.Run(before == applied.end() ? nullptr : &before->second, lease));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<std::string>> SplitStatements(absl::string_view sql) {
  std::vector<std::string> statements;
  std::string statement;
  const auto end = [&] {
    absl::StripAsciiWhitespace(&statement);
    if (!statement.empty()) statements.push_back(std::move(statement));
    statement.clear();
  };
  while (!sql.empty()) {
    const size_t length = TokenLength(sql);
    if (length == 0) {
      return status::Invalid("sql", "SQL_UNTERMINATED", "a quote or comment does not end");
    }
    if (sql[0] == ';') {
      end();
    } else if (IsComment(sql)) {
      statement += ' ';
    } else {
      absl::StrAppend(&statement, sql.substr(0, length));
    }
    sql.remove_prefix(length);
  }
  end();
  return statements;
}

absl::Status Migrate(Pool& pool, absl::string_view service, absl::Span<const Migration> migrations,
                     const time::Clock& clock, const MigrateOptions& options) {
  ASSIGN_OR_RETURN(Lease connection, pool.Acquire(time::SystemClock().Now() + kConnect));
  RETURN_IF_ERROR(connection->ExecutePlain(kCreateMigrations));
  ASSIGN_OR_RETURN(std::unique_ptr<MigrationLease> lease,
                   MigrationLease::Take(pool.options(), service, clock, options));
  absl::Status status = ApplyAll(*connection, service, migrations, clock, *lease);
  lease->Release();
  return status;
}

}  // namespace dap::db
