// dap-activity: contributions, progress, silence, patrons' queues and experiences.
#include "activity_migrations.h"
#include "feed_migrations.h"
#include "jobs_migrations.h"
#include "libs/feed/consumer.h"
#include "libs/feed/feed.h"
#include "libs/feed/retention.h"
#include "libs/jobs/runner.h"
#include "libs/process/process.h"
#include "libs/requests/records.h"
#include "libs/roster/roster.h"
#include "libs/status/macros.h"
#include "requests_migrations.h"
#include "roster_migrations.h"
#include "services/activity/activity_service.h"
#include "services/activity/consumers/event_handlers.h"
#include "services/activity/jobs/silence_sweep.h"

namespace dap::activity {
namespace {

constexpr char kName[] = "activity";

process::Program Activity() {
  return {.name = kName,
          .migrations = {{"feed", feed::Migrations()},
                         {"requests", requests::Migrations()},
                         {"jobs", jobs::Migrations()},
                         {"roster", roster::Migrations()},
                         {kName, Migrations()}}};
}

void AddJobs(jobs::Runner& runner, process::Process& process, SilenceSweep& sweep) {
  // Asks each second whether a new working day has begun anywhere; see SilenceSweep::Tick.
  runner.Add("silence_sweep", absl::Seconds(1),
             [&sweep](absl::Time deadline) { return sweep.Tick(deadline); });
  runner.Add("trim_feed", absl::Hours(1), [&process](absl::Time deadline) {
    return feed::Trim(process.pool(), process.clock().Now(), deadline).status();
  });
  runner.Add("trim_requests", absl::Hours(1), [&process](absl::Time deadline) {
    return requests::Trim(process.pool(), process.clock().Now(), deadline).status();
  });
}

absl::Status Serve(process::Process& process) {
  ASSIGN_OR_RETURN(const std::shared_ptr<rpc::Channel> enrolment, process.Peer("enrolment"));
  ASSIGN_OR_RETURN(const std::shared_ptr<rpc::Channel> goals, process.Peer("goals"));
  // Its tables are there already; this makes its partitions.
  RETURN_IF_ERROR(feed::Migrate(process.pool()));
  feed::Feed feed(process.pool(), process.clock());
  roster::Roster roster(process.pool(), enrolment);
  const Context context = {process.pool(), feed,
                           process.clock(), process.ids(),
                           roster,          process.page_tokens(),
                           Settings()};
  ActivityWriter writer(context, {.registry = &process.registry()});
  ActivityService service(context, writer);

  const auto consumer = [&](absl::string_view producer, std::shared_ptr<rpc::Channel> channel) {
    feed::ConsumerOptions options;
    options.producer = std::string(producer);
    options.consumer = kName;
    options.channel = std::move(channel);
    options.pool = &process.pool();
    options.feed = &feed;
    options.registry = &process.registry();
    return options;
  };
  feed::Consumer from_enrolment(consumer("enrolment", enrolment), EnrolmentHandler(context));
  feed::Consumer from_goals(consumer("goals", goals), GoalsHandler());
  SilenceSweep sweep(context);
  jobs::Runner runner(process.pool(), {.registry = &process.registry()});
  AddJobs(runner, process, sweep);
  from_enrolment.Start();
  from_goals.Start();
  runner.Start();
  return process.Serve({&service.service(), &feed.service()});
}

}  // namespace
}  // namespace dap::activity

int main(int argc, char** argv) {
  return dap::process::Main(argc, argv, dap::activity::Activity(), dap::activity::Serve);
}
