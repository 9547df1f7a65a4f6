// Schema changes as data: numbered, forward only, each applied once.
#ifndef DAP_LIBS_DB_MIGRATION_H_
#define DAP_LIBS_DB_MIGRATION_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/db/pool.h"
#include "libs/time/clock.h"

namespace dap::db {

// One file `migrations/0003_add_targets.sql`; `dap_migrations()` (migrations.cmake) makes them.
// `sql` holds statements that end with `;`. Parameters are not possible.
struct Migration {
  int number;              // 3; ascending, gaps allowed
  absl::string_view name;  // "add_targets"
  absl::string_view sql;
};

struct MigrateOptions {
  // How long to wait for another process that is migrating the same service.
  absl::Duration wait = absl::Minutes(10);
  // After this long without a sign of life (by the clock given) another's lease is taken over. The
  // holder renews it at a third of this, so it may be shorter than a migration takes.
  absl::Duration lease = absl::Seconds(30);
};

// Brings `service`'s tables to the last of `migrations`. Does nothing for those applied before;
// of several processes at once one applies and the others wait. Opens a connection beside the
// pool's, as the lease is renewed while a long statement runs.
//
// The database commits at every CREATE or ALTER, so a migration that fails half-way stays half-way:
// how far it came is kept, and the next run goes on from the statement that failed. Until it is
// whole, its text may be corrected from that statement on. (A process killed between a statement
// and the note of it will run that statement again: write CREATE TABLE IF NOT EXISTS where
// possible.)
//
// FAILED_PRECONDITION: MIGRATION_CHANGED (text applied before was edited; names it),
// MIGRATION_MISSING (the database has one that is not in the list, below its last),
// MIGRATION_ORDER (one not applied stands before one that is), MIGRATION_FAILED (names the
// migration, the statement by its place and the server's words). UNAVAILABLE: MIGRATION_BUSY
// (another process still migrates after `wait`), and the pool's.
//
// A database that is ahead (its last number is above ours) is fine: that is the code of before
// during a rolling update.
absl::Status Migrate(Pool& pool, absl::string_view service, absl::Span<const Migration> migrations,
                     const time::Clock& clock, const MigrateOptions& options = {});

// The statements of an SQL text, without comments and without their `;`. Knows quotes of all three
// kinds and comments of all three kinds (`/*!` and `/*+` are kept, as the server reads them).
// INVALID_ARGUMENT (SQL_UNTERMINATED) where a quote or comment does not end.
absl::StatusOr<std::vector<std::string>> SplitStatements(absl::string_view sql);

}  // namespace dap::db

#endif  // DAP_LIBS_DB_MIGRATION_H_
