// Who migrates a service's tables now. Private to libs/db.
#ifndef DAP_LIBS_DB_MIGRATION_LEASE_H_
#define DAP_LIBS_DB_MIGRATION_LEASE_H_

#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "libs/db/connection.h"
#include "libs/db/migration.h"
#include "libs/id/uuid.h"
#include "libs/time/clock.h"

namespace dap::db {

// A row that says who holds it and until when, renewed by a thread of its own on a connection of
// its own. A row and not a lock, because a lock is held by one node of a cluster only.
class MigrationLease {
 public:
  // Waits for it. UNAVAILABLE (MIGRATION_BUSY) after options.wait of the machine's time.
  static absl::StatusOr<std::unique_ptr<MigrationLease>> Take(const Options& database,
                                                              absl::string_view service,
                                                              const time::Clock& clock,
                                                              const MigrateOptions& options);
  ~MigrationLease();

  // UNAVAILABLE (MIGRATION_LEASE_LOST) once it could not be renewed.
  absl::Status Check() const;
  // Gives it up, so that the next need not wait until it expires.
  void Release();

 private:
  MigrationLease(std::unique_ptr<Connection> connection, absl::string_view service,
                 const time::Clock& clock, const MigrateOptions& options);
  absl::StatusOr<bool> TryTake();
  void StartRenewing();
  void Renew();

  const std::unique_ptr<Connection> connection_;
  const std::string service_;
  const time::Clock& clock_;
  const MigrateOptions options_;
  const id::Uuid holder_;
  mutable absl::Mutex mutex_;
  bool lost_ ABSL_GUARDED_BY(mutex_) = false;
  bool released_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread renewer_;
};

}  // namespace dap::db

#endif  // DAP_LIBS_DB_MIGRATION_LEASE_H_
