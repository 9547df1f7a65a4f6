#include "libs/id/resource_name.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/activity/convert.h"
#include "services/activity/domain/logging.h"
#include "services/activity/operations/activity_writer.h"

namespace dap::activity {
namespace {

absl::StatusOr<id::Uuid> GoalOf(absl::string_view goal, const std::vector<id::Uuid>& parent) {
  if (goal.empty()) return id::Uuid();
  ASSIGN_OR_RETURN(std::vector<id::Uuid> ids,
                   id::Ids(goal, {"organisations", "cohorts", "enrolments", "goals"}));
  if (!std::equal(parent.begin(), parent.end(), ids.begin())) {
    return status::Invalid("activity.goal", "GOAL_OF_ANOTHER_ENROLMENT",
                           "Name a goal of the same enrolment.");
  }
  return ids[3];
}

ActivityRow RowOf(const v1::Activity& activity, absl::Time now) {
  ActivityRow row;
  row.activity_time = activity.has_activity_time() ? FromProto(activity.activity_time()) : now;
  row.kind = static_cast<Kind>(activity.kind());
  row.setting = static_cast<Setting>(activity.setting());
  row.minutes = activity.minutes();
  row.visibility = v1::VISIBILITY_PRIVATE;
  if (activity.visibility() != v1::VISIBILITY_UNSPECIFIED) row.visibility = activity.visibility();
  row.link = activity.link();
  row.note = activity.note();
  row.create_time = now;
  return row;
}

}  // namespace

absl::StatusOr<std::shared_ptr<PendingLog>> PrepareLog(const Context& context,
                                                       const rpc::Call& call,
                                                       const v1::LogActivityRequest& request) {
  ASSIGN_OR_RETURN(std::vector<id::Uuid> parent,
                   id::Ids(request.parent(), {"organisations", "cohorts", "enrolments"}));
  RETURN_IF_ERROR(roster::RequireOrganisation(parent[0], call.principal()));
  const v1::Activity& activity = request.activity();
  if (!v1::Visibility_IsValid(activity.visibility())) {
    return status::Invalid("activity.visibility", "VISIBILITY_UNKNOWN",
                           "Say PRIVATE, COACH or COHORT.");
  }
  auto log = std::make_shared<PendingLog>();
  const absl::Time now = context.clock.Now();
  log->row = RowOf(activity, now);
  RETURN_IF_ERROR(CheckActivity(log->row.kind, log->row.setting, log->row.minutes,
                                log->row.activity_time, now, context.settings));
  ASSIGN_OR_RETURN(log->row.goal, GoalOf(activity.goal(), parent));
  log->row.organisation = parent[0];
  log->row.enrolment = parent[2];
  log->row.activity = context.ids.Next();
  log->cohort = parent[1];
  log->staff = call.principal().staff;
  log->deadline = call.deadline();
  if (call.trace().valid()) log->traceparent = call.trace().ToString();
  *log->response.mutable_activity() = ToProto(log->row, log->cohort, Reader::kSelf);
  ASSIGN_OR_RETURN(requests::Key key, requests::KeyOf(call, request.request_id()));
  log->record = requests::MakeRecord(std::move(key), request, log->response);
  return log;
}

}  // namespace dap::activity
