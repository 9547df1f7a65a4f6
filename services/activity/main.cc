// dap-activity: contributions, progress, silence, patrons' queues and experiences.
#include "activity_migrations.h"
#include "libs/days_off/days_off.h"
#include "libs/process/store.h"
#include "libs/roster/roster.h"
#include "libs/status/macros.h"
#include "services/activity/activity_service.h"
#include "services/activity/barrier_service.h"
#include "services/activity/consumers/event_handlers.h"
#include "services/activity/experience_service.h"
#include "services/activity/jobs/publish_reports.h"
#include "services/activity/jobs/silence_sweep.h"
#include "services/activity/progress_service.h"

namespace dap::activity {
namespace {

constexpr char kName[] = "activity";
constexpr char kEnrolment[] = "enrolment";

absl::Status Serve(process::Process& process) {
  ASSIGN_OR_RETURN(const auto store, process::Store::Open(process));
  ASSIGN_OR_RETURN(const auto enrolment, process.Peer(kEnrolment));
  roster::Roster roster(process.pool(), enrolment);
  const Context context = {process.pool(), store->feed(),         process.clock(), process.ids(),
                           roster,         process.page_tokens(), Settings()};
  ActivityWriter writer(context, {.registry = &process.registry()});
  ActivityService service(context, writer);
  BarrierService barriers(context);
  CohortWatch watch(context, {.registry = &process.registry()});
  ExperienceService experiences(context, watch);
  process.WhenDraining([&] { watch.Stop(); });
  ProgressService progress(context);
  RETURN_IF_ERROR(store->Consume(kEnrolment, EnrolmentHandler(context)));
  RETURN_IF_ERROR(store->Consume("goals", GoalsHandler()));
  SilenceSweep sweep(context);
  // Asks each second whether a new working day has begun anywhere; see SilenceSweep::Tick.
  store->jobs().Add("silence_sweep", absl::Seconds(1),
                    [&](absl::Time deadline) { return sweep.Tick(deadline); });
  days_off::TellCoverage(process.registry(), process.clock().Now());
  PublishReports reports(context);
  store->jobs().Add("publish_reports", absl::Seconds(10),
                    [&](const jobs::JobRun& run) { return reports.Tick(run); });
  return store->Serve(
      {&service.service(), &barriers.service(), &experiences.service(), &progress.service()});
}

}  // namespace
}  // namespace dap::activity

int main(int argc, char** argv) {
  using namespace dap;  // NOLINT
  return process::Main(
      argc, argv,
      {.name = activity::kName,
       .migrations = process::StoreMigrations(activity::kName, activity::Migrations())},
      activity::Serve);
}
