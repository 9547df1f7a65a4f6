// dap-enrolment: organisations, staff, cohorts, enrolments, patrons and sessions.
#include "absl/flags/flag.h"
#include "enrolment_migrations.h"
#include "libs/days_off/days_off.h"
#include "libs/process/store.h"
#include "libs/status/macros.h"
#include "services/enrolment/consumers/activity_consumer.h"
#include "services/enrolment/faces.h"
#include "services/enrolment/jobs/end_pauses.h"
#include "services/enrolment/jobs/turn_covers.h"
#include "services/enrolment/operations/sync_jobs.h"
#include "services/enrolment/staff_sync_service.h"

ABSL_FLAG(std::string, calendar_url, "",
          "address under which the gateway serves calendar feeds, such as "
          "https://dap.example.org/calendars; empty: there are none");

namespace dap::enrolment {
namespace {

constexpr char kName[] = "enrolment";

absl::Status Serve(process::Process& process) {
  ASSIGN_OR_RETURN(const auto store, process::Store::Open(process));
  Faces faces({process.pool(), store->feed(), process.clock(), process.ids(), process.page_tokens(),
               absl::GetFlag(FLAGS_calendar_url)});
  const SyncParts sync{process.pool(), store->feed(), process.clock(), process.ids()};
  StaffSyncFace sync_face(sync, process.page_tokens());
  AddSyncJobs(store->jobs(), sync);
  RETURN_IF_ERROR(store->Consume("activity", ActivityHandler(process.clock())));
  store->jobs().Add("end_pauses", absl::Seconds(15), [&](absl::Time deadline) {
    return EndPauses(process.pool(), store->feed(), process.clock(), deadline);
  });
  store->jobs().Add("turn_covers", absl::Seconds(15), [&](absl::Time deadline) {
    return TurnCovers(process.pool(), store->feed(), process.clock(), deadline);
  });
  std::vector<rpc::Service*> services = faces.services();
  services.push_back(&sync_face.service());
  days_off::TellCoverage(process.registry(), process.clock().Now());
  return store->Serve(services);
}

}  // namespace
}  // namespace dap::enrolment

int main(int argc, char** argv) {
  using namespace dap;  // NOLINT
  return process::Main(
      argc, argv,
      {.name = enrolment::kName,
       .migrations = process::StoreMigrations(enrolment::kName, enrolment::Migrations())},
      enrolment::Serve);
}
