#include "libs/db/migration_lease.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::db {
namespace {

constexpr absl::string_view kCreateLeases =
    "CREATE TABLE IF NOT EXISTS schema_migration_lease ("
    " service VARCHAR(64) NOT NULL PRIMARY KEY,"
    " holder BINARY(16) NOT NULL,"
    " expires_at DATETIME(6) NOT NULL"
    ") CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
constexpr absl::string_view kInsertLease =
    "INSERT INTO schema_migration_lease (service, holder, expires_at) VALUES (?, ?, ?)";
constexpr absl::string_view kTakeLease =
    "UPDATE schema_migration_lease SET holder = ?, expires_at = ?"
    " WHERE service = ? AND expires_at < ?";
constexpr absl::string_view kRenewLease =
    "UPDATE schema_migration_lease SET expires_at = ? WHERE service = ? AND holder = ?";
constexpr absl::string_view kReleaseLease =
    "DELETE FROM schema_migration_lease WHERE service = ? AND holder = ?";

constexpr absl::Duration kLookAgain = absl::Milliseconds(50);

}  // namespace

MigrationLease::MigrationLease(std::unique_ptr<Connection> connection, absl::string_view service,
                               const time::Clock& clock, const MigrateOptions& options)
    : connection_(std::move(connection)),
      service_(service),
      clock_(clock),
      options_(options),
      holder_(id::Generator(clock).Next()) {}

MigrationLease::~MigrationLease() { Release(); }

absl::StatusOr<std::unique_ptr<MigrationLease>> MigrationLease::Take(
    const Options& database, absl::string_view service, const time::Clock& clock,
    const MigrateOptions& options) {
  const time::SystemClock machine;
  const absl::Time until = machine.Now() + options.wait;
  ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection, Connection::Open(database));
  RETURN_IF_ERROR(connection->ExecutePlain(kCreateLeases));
  std::unique_ptr<MigrationLease> lease(
      new MigrationLease(std::move(connection), service, clock, options));
  for (;;) {
    ASSIGN_OR_RETURN(const bool taken, lease->TryTake());
    if (taken) break;
    if (machine.Now() >= until) {
      return status::Unavailable("MIGRATION_BUSY",
                                 absl::StrCat("Another process still migrates ", service, "."));
    }
    absl::SleepFor(kLookAgain);
  }
  lease->StartRenewing();
  return lease;
}

absl::StatusOr<bool> MigrationLease::TryTake() {
  const absl::Time now = clock_.Now();
  const absl::Time expires = now + options_.lease;
  absl::StatusOr<int64_t> inserted =
      connection_->Execute(kInsertLease, {service_, holder_, expires});
  if (inserted.ok()) return true;
  // Two that insert at once may also deadlock: the next look decides.
  if (absl::IsAborted(inserted.status())) return false;
  if (!IsDuplicateKey(inserted.status())) return inserted.status();
  absl::StatusOr<int64_t> taken =
      connection_->Execute(kTakeLease, {holder_, expires, service_, now});
  if (absl::IsAborted(taken.status())) return false;
  if (!taken.ok()) return taken.status();
  return *taken == 1;
}

void MigrationLease::StartRenewing() {
  renewer_ = std::thread([this] { Renew(); });
}

void MigrationLease::Renew() {
  absl::MutexLock lock(&mutex_);
  while (!lost_) {
    if (mutex_.AwaitWithTimeout(absl::Condition(&released_), options_.lease / 3)) return;
    const auto renewed =
        connection_->Execute(kRenewLease, {clock_.Now() + options_.lease, service_, holder_});
    lost_ = !renewed.ok() || *renewed != 1;
  }
}

absl::Status MigrationLease::Check() const {
  absl::MutexLock lock(&mutex_);
  if (!lost_) return absl::OkStatus();
  return status::Unavailable("MIGRATION_LEASE_LOST",
                             absl::StrCat("The lease to migrate ", service_, " was lost."));
}

void MigrationLease::Release() {
  if (!renewer_.joinable()) return;
  {
    absl::MutexLock lock(&mutex_);
    released_ = true;
  }
  renewer_.join();
  // If this fails, the lease expires by itself.
  connection_->Execute(kReleaseLease, {service_, holder_}).status().IgnoreError();
}

}  // namespace dap::db
