// What each service with a schema of its own has besides: the tables that the libraries keep in it,
// its event feed, the record of requests, leased jobs, and consumers of the others' feeds.
#ifndef DAP_LIBS_PROCESS_STORE_H_
#define DAP_LIBS_PROCESS_STORE_H_

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "libs/db/migration.h"
#include "libs/feed/consumer.h"
#include "libs/feed/feed.h"
#include "libs/jobs/runner.h"
#include "libs/process/process.h"
#include "libs/requests/requests.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/service.h"

namespace dap::process {

// For Program::migrations: the libraries' tables, then the service's own.
std::vector<MigrationSet> StoreMigrations(absl::string_view service,
                                          absl::Span<const db::Migration> own);

// Made before whatever uses it and destroyed after. Not thread-safe but for what it gives.
class Store {
 public:
  // The feed's partitions are made where they are missing; housekeeping jobs are added.
  static absl::StatusOr<std::unique_ptr<Store>> Open(Process& process);

  feed::Feed& feed() { return feed_; }
  requests::Ledger ledger() { return {process_.pool(), feed_, process_.clock()}; }
  jobs::Runner& jobs() { return jobs_; }

  // Applies the events of `producer`, a peer of this process, from Serve on.
  absl::Status Consume(absl::string_view producer, feed::Handler handler);

  // Process::Serve with the feed besides; consumers and jobs run meanwhile, and only then.
  absl::Status Serve(std::vector<rpc::Service*> services);

 private:
  explicit Store(Process& process);

  Process& process_;
  feed::Feed feed_;
  jobs::Runner jobs_;
  std::vector<std::unique_ptr<feed::Consumer>> consumers_;
};

}  // namespace dap::process

#endif  // DAP_LIBS_PROCESS_STORE_H_
