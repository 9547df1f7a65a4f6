// dap-goals: frameworks, assessments, the goal library and goals.
#include "dap/goals/v1/goals_service.pb.h"
#include "feed_migrations.h"
#include "goals_migrations.h"
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
#include "services/goals/consumers/enrolment_consumer.h"
#include "services/goals/data/shipped_catalogue.h"
#include "services/goals/goals_service.h"

namespace dap::goals {
namespace {

constexpr char kName[] = "goals";
constexpr char kEnrolment[] = "enrolment";

process::Program Goals() {
  return {.name = kName,
          .migrations = {{"feed", feed::Migrations()},
                         {"requests", requests::Migrations()},
                         {"jobs", jobs::Migrations()},
                         {"roster", roster::Migrations()},
                         {kName, Migrations()}}};
}

// What nobody needs any more goes.
void AddHousekeeping(jobs::Runner& runner, process::Process& process) {
  runner.Add("trim_feed", absl::Hours(1), [&process](absl::Time deadline) {
    return feed::Trim(process.pool(), process.clock().Now(), deadline).status();
  });
  runner.Add("trim_requests", absl::Hours(1), [&process](absl::Time deadline) {
    return requests::Trim(process.pool(), process.clock().Now(), deadline).status();
  });
}

absl::Status Serve(process::Process& process) {
  ASSIGN_OR_RETURN(const Catalogue catalogue, ShippedCatalogue());
  ASSIGN_OR_RETURN(const std::shared_ptr<rpc::Channel> enrolment, process.Peer(kEnrolment));
  // Its tables are there already; this makes its partitions.
  RETURN_IF_ERROR(feed::Migrate(process.pool()));
  feed::Feed feed(process.pool(), process.clock());
  roster::Roster roster(process.pool(), enrolment);
  GoalsService face({catalogue, process.clock(), process.ids()},
                    {process.pool(), feed, process.clock()}, roster, process.page_tokens());
  rpc::Service service("dap.goals.v1.GoalsService");
  face.BindTo(service);

  feed::Consumer consumer({.producer = kEnrolment,
                           .consumer = kName,
                           .channel = enrolment,
                           .pool = &process.pool(),
                           .feed = &feed,
                           .registry = &process.registry()},
                          ApplyEnrolmentEvent);
  jobs::Runner runner(process.pool(), {.registry = &process.registry()});
  AddHousekeeping(runner, process);
  consumer.Start();
  runner.Start();
  return process.Serve({&service, &feed.service()});
}

}  // namespace
}  // namespace dap::goals

int main(int argc, char** argv) {
  return dap::process::Main(argc, argv, dap::goals::Goals(), dap::goals::Serve);
}
