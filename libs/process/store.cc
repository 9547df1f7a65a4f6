#include "libs/process/store.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"
#include "days_off_migrations.h"
#include "feed_migrations.h"
#include "jobs_migrations.h"
#include "libs/feed/retention.h"
#include "libs/requests/records.h"
#include "libs/status/macros.h"
#include "libs/time/clock.h"
#include "requests_migrations.h"
#include "roster_migrations.h"

namespace dap::process {
namespace {

// Often, so that there is little to do each time.
constexpr absl::Duration kTrimPeriod = absl::Minutes(10);
// How long the end of the process may have to wait for a trim.
constexpr absl::Duration kTrimSlice = absl::Seconds(1);

// Trims, a slice of time after the other, until nothing more goes or the run is over.
absl::Status InSlices(const jobs::JobRun& run,
                      absl::FunctionRef<absl::StatusOr<int64_t>(absl::Time deadline)> trim) {
  const time::SystemClock machine_clock;
  int64_t gone = 1;
  while (gone > 0 && !run.Over()) {
    ASSIGN_OR_RETURN(gone, trim(std::min(run.deadline(), machine_clock.Now() + kTrimSlice)));
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<MigrationSet> StoreMigrations(absl::string_view service,
                                          absl::Span<const db::Migration> own) {
  return {{"feed", feed::Migrations()},
          {"requests", requests::Migrations()},
          {"jobs", jobs::Migrations()},
          {"roster", roster::Migrations()},
          {"days_off", days_off::Migrations()},
          {service, own}};
}

Store::Store(Process& process)
    : process_(process),
      feed_(process.pool(), process.clock()),
      jobs_(process.pool(), {.registry = &process.registry()}) {
  jobs_.Add("trim_feed", kTrimPeriod, [&process](const jobs::JobRun& run) {
    return InSlices(run, [&](absl::Time deadline) {
      return feed::Trim(process.pool(), process.clock().Now(), deadline);
    });
  });
  jobs_.Add("trim_requests", kTrimPeriod, [&process](const jobs::JobRun& run) {
    return InSlices(run, [&](absl::Time deadline) {
      return requests::Trim(process.pool(), process.clock().Now(), deadline);
    });
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
  process_.WhenDraining([this] {
    jobs_.BeginStop();
    feed_.Stop();
  });
  services.push_back(&feed_.service());
  const absl::Status ended = process_.Serve(services);
  for (const auto& consumer : consumers_) consumer->Stop();
  jobs_.Stop();
  return ended;
}

}  // namespace dap::process
