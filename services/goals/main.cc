// dap-goals: frameworks, assessments, the goal library and goals.
#include "goals_migrations.h"
#include "libs/process/store.h"
#include "libs/roster/roster.h"
#include "libs/status/macros.h"
#include "services/goals/consumers/activity_consumer.h"
#include "services/goals/consumers/enrolment_consumer.h"
#include "services/goals/data/shipped_catalogue.h"
#include "services/goals/goals_service.h"

namespace dap::goals {
namespace {

constexpr char kName[] = "goals";
constexpr char kEnrolment[] = "enrolment";

absl::Status Serve(process::Process& process) {
  ASSIGN_OR_RETURN(const Catalogue catalogue, ShippedCatalogue());
  ASSIGN_OR_RETURN(const auto store, process::Store::Open(process));
  ASSIGN_OR_RETURN(const auto enrolment, process.Peer(kEnrolment));
  roster::Roster roster(process.pool(), enrolment);
  GoalsService face({catalogue, process.clock(), process.ids()}, store->ledger(), roster,
                    process.page_tokens());
  rpc::Service service("dap.goals.v1.GoalsService");
  face.BindTo(service);
  RETURN_IF_ERROR(store->Consume(kEnrolment, ApplyEnrolmentEvent));
  RETURN_IF_ERROR(store->Consume("activity", ApplyActivityEvent));
  return store->Serve({&service});
}

}  // namespace
}  // namespace dap::goals

int main(int argc, char** argv) {
  using namespace dap;  // NOLINT
  return process::Main(argc, argv,
                       {.name = goals::kName,
                        .migrations = process::StoreMigrations(goals::kName, goals::Migrations())},
                       goals::Serve);
}
