#include "libs/process/store.h"

#include <string>
#include <utility>

#include "feed_migrations.h"
#include "jobs_migrations.h"
#include "libs/feed/retention.h"
#include "libs/requests/records.h"
#include "libs/status/macros.h"
#include "requests_migrations.h"
#include "roster_migrations.h"

namespace dap::process {

std::vector<MigrationSet> StoreMigrations(absl::string_view service,
                                          absl::Span<const db::Migration> own) {
  return {{"feed", feed::Migrations()},
          {"requests", requests::Migrations()},
          {"jobs", jobs::Migrations()},
          {"roster", roster::Migrations()},
          {service, own}};
}

Store::Store(Process& process)
    : process_(process),
      feed_(process.pool(), process.clock()),
      jobs_(process.pool(), {.registry = &process.registry()}) {
  jobs_.Add("trim_feed", absl::Hours(1), [&process](absl::Time deadline) {
    return feed::Trim(process.pool(), process.clock().Now(), deadline).status();
  });
  jobs_.Add("trim_requests", absl::Hours(1), [&process](absl::Time deadline) {
    return requests::Trim(process.pool(), process.clock().Now(), deadline).status();
  });
}

absl::StatusOr<std::unique_ptr<Store>> Store::Open(Process& process) {
  RETURN_IF_ERROR(feed::Migrate(process.pool()));
  return std::unique_ptr<Store>(new Store(process));
}

absl::Status Store::Consume(absl::string_view producer, feed::Handler handler) {
  feed::ConsumerOptions options;
  options.producer = std::string(producer);
  options.consumer = process_.name();
  ASSIGN_OR_RETURN(options.channel, process_.Peer(producer));
  options.pool = &process_.pool();
  options.feed = &feed_;
  options.registry = &process_.registry();
  consumers_.push_back(std::make_unique<feed::Consumer>(std::move(options), std::move(handler)));
  return absl::OkStatus();
}

absl::Status Store::Serve(std::vector<rpc::Service*> services) {
  for (const auto& consumer : consumers_) consumer->Start();
  jobs_.Start();
  process_.WhenDraining([this] { feed_.Stop(); });
  services.push_back(&feed_.service());
  const absl::Status ended = process_.Serve(services);
  for (const auto& consumer : consumers_) consumer->Stop();
  jobs_.Stop();
  return ended;
}

}  // namespace dap::process
