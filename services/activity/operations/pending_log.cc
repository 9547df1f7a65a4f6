#include "services/activity/operations/pending_log.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "libs/id/resource_name.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/activity/convert.h"
#include "services/activity/domain/logging.h"

namespace dap::activity {
namespace {

absl::StatusOr<id::Uuid> GoalOf(absl::string_view goal, const std::vector<id::Uuid>& parent) {
  if (goal.empty()) return id::Uuid();
  ASSIGN_OR_RETURN(std::vector<id::Uuid> ids,
                   id::Ids(goal, {"organisations", "cohorts", "enrolments", "goals"}));
  if (!std::equal(ids.begin(), ids.begin() + 3, parent.begin())) {
    return status::Invalid("activity.goal", "GOAL_OF_ANOTHER_ENROLMENT",
                           "Name a goal of the same enrolment.");
  }
  return ids[3];
}

ActivityRow TextOf(const v1::Activity& activity, absl::Time now) {
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

// Everything of a request about an enrolment but what it is to say: `ids` are those of the name.
absl::StatusOr<std::shared_ptr<PendingLog>> Begin(const rpc::Call& call,
                                                  const std::vector<id::Uuid>& ids,
                                                  WriteKind kind) {
  RETURN_IF_ERROR(roster::RequireOrganisation(ids[0], call.principal()));
  auto log = std::make_shared<PendingLog>();
  log->kind = kind;
  log->cohort = ids[1];
  log->staff = call.principal().staff;
  log->deadline = call.deadline();
  log->trace = call.trace();
  return log;
}

// As long as the same request is taken: it may tell of what is as old as an entry may be.
void Record(const Context& context, requests::Key key, const google::protobuf::Message& request,
            PendingLog& log) {
  log.record = {std::move(key), request.GetDescriptor()->full_name(),
                requests::Fingerprint(request), WithoutText(log.response),
                context.settings.log_within + absl::Hours(24)};
}

// What the activity is to say. Times are checked by the caller.
absl::StatusOr<ActivityRow> RowOf(const v1::Activity& activity, const std::vector<id::Uuid>& ids,
                                  const id::Uuid& id, absl::Time now) {
  if (!v1::Visibility_IsValid(activity.visibility())) {
    return status::Invalid("activity.visibility", "VISIBILITY_UNKNOWN",
                           "Say PRIVATE, COACH or COHORT.");
  }
  ActivityRow row = TextOf(activity, now);
  ASSIGN_OR_RETURN(row.goal, GoalOf(activity.goal(), ids));
  row.organisation = ids[0];
  row.enrolment = ids[2];
  row.activity = id;
  return row;
}

}  // namespace

std::string WithoutText(v1::LogActivityResponse response) {
  if (response.has_activity()) {
    response.mutable_activity()->clear_link();
    response.mutable_activity()->clear_note();
  }
  return response.SerializeAsString();
}

absl::StatusOr<v1::LogActivityResponse> FirstAnswer(const requests::Record& record,
                                                    const PendingLog& log) {
  RETURN_IF_ERROR(requests::CheckSame(record, log.record.method, log.record.fingerprint));
  v1::LogActivityResponse response;
  if (!response.ParseFromString(record.response)) {
    return status::Internal("a recorded answer is broken");
  }
  if (response.has_activity()) {
    response.mutable_activity()->set_link(log.row.link);
    response.mutable_activity()->set_note(log.row.note);
  }
  return response;
}

absl::StatusOr<std::shared_ptr<PendingLog>> PrepareLog(const Context& context,
                                                       const rpc::Call& call,
                                                       const v1::LogActivityRequest& request) {
  ASSIGN_OR_RETURN(std::vector<id::Uuid> ids,
                   id::Ids(request.parent(), {"organisations", "cohorts", "enrolments"}));
  ASSIGN_OR_RETURN(auto log, Begin(call, ids, WriteKind::kLog));
  const absl::Time now = context.clock.Now();
  ASSIGN_OR_RETURN(log->row, RowOf(request.activity(), ids, context.ids.Next(), now));
  RETURN_IF_ERROR(CheckActivity(log->row.kind, log->row.setting, log->row.minutes,
                                log->row.activity_time, now, context.settings));
  *log->response.mutable_activity() = ToProto(log->row, log->cohort, Reader::kSelf);
  ASSIGN_OR_RETURN(requests::Key key, requests::KeyOf(call, request.request_id()));
  Record(context, std::move(key), request, *log);
  return log;
}

absl::StatusOr<std::shared_ptr<PendingLog>> PrepareCorrection(
    const Context& context, const rpc::Call& call, const v1::CorrectActivityRequest& request) {
  ASSIGN_OR_RETURN(
      std::vector<id::Uuid> ids,
      id::Ids(request.name(), {"organisations", "cohorts", "enrolments", "activities"}));
  ASSIGN_OR_RETURN(auto log, Begin(call, ids, WriteKind::kCorrect));
  const absl::Time now = context.clock.Now();
  ASSIGN_OR_RETURN(log->row, RowOf(request.activity(), ids, ids[3], now));
  log->keeps_time = !request.activity().has_activity_time();
  // The time is looked at where it is known when the activity was logged.
  RETURN_IF_ERROR(
      CheckActivity(log->row.kind, log->row.setting, log->row.minutes, now, now, context.settings));
  ASSIGN_OR_RETURN(requests::Key key, requests::KeyOf(call, request.request_id()));
  Record(context, std::move(key), request, *log);
  return log;
}

absl::StatusOr<std::shared_ptr<PendingLog>> PrepareDeletion(
    const Context& context, const rpc::Call& call, const v1::DeleteActivityRequest& request) {
  ASSIGN_OR_RETURN(
      std::vector<id::Uuid> ids,
      id::Ids(request.name(), {"organisations", "cohorts", "enrolments", "activities"}));
  ASSIGN_OR_RETURN(auto log, Begin(call, ids, WriteKind::kDelete));
  log->row.organisation = ids[0];
  log->row.enrolment = ids[2];
  log->row.activity = ids[3];
  log->row.activity_time = log->row.create_time = context.clock.Now();
  ASSIGN_OR_RETURN(requests::Key key, requests::KeyOf(call, request.request_id()));
  Record(context, std::move(key), request, *log);
  return log;
}

}  // namespace dap::activity
