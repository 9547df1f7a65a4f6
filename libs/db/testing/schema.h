// A schema of a test's own on a real server.
//
//   db::testing::Schema schema;
//   ASSERT_THAT(schema.pool().Acquire(…), IsOk());
#ifndef DAP_LIBS_DB_TESTING_SCHEMA_H_
#define DAP_LIBS_DB_TESTING_SCHEMA_H_

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "libs/db/migration.h"
#include "libs/db/options.h"
#include "libs/db/pool.h"
#include "libs/db/testing/private_server.h"

namespace dap::db::testing {

// An empty schema with a user of its own, dropped when this ends. On the server that ctest started
// for the whole run, or, for a program run by hand, on one that this process starts and stops.
// What can't be set up ends the process with a message: there is no test without it. Thread-safe
// once made.
class Schema {
 public:
  Schema();
  // On that server, which must outlive this. If the server is down at the end, nothing is dropped.
  explicit Schema(const PrivateServer& server);
  ~Schema();
  Schema(const Schema&) = delete;
  Schema& operator=(const Schema&) = delete;

  // To reach it as its own user, with rights on this schema only.
  const Options& options() const { return options_; }
  // Opened at the first call, with options().
  Pool& pool();
  // Applies `migrations` as `service`; ends the process where that fails.
  void Migrate(absl::string_view service, absl::Span<const Migration> migrations);
  // Runs statements (`;` between them) as the schema's user; ends the process where one fails.
  void Run(absl::string_view sql);

  // The server's superuser, in this schema: to kill connections, to read performance figures.
  Options root_options() const;

 private:
  void Make(const Options& root);

  Options root_;
  Options options_;
  absl::Mutex mutex_;
  std::unique_ptr<Pool> pool_ ABSL_GUARDED_BY(mutex_);
};

// As the superuser, without a schema: the server that Schema() uses.
const Options& SharedServer();

}  // namespace dap::db::testing

#endif  // DAP_LIBS_DB_TESTING_SCHEMA_H_
