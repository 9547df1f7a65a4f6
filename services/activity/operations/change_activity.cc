#include "services/activity/operations/change_activity.h"

#include <optional>
#include <string>
#include <utility>

#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/calendar.h"
#include "services/activity/convert.h"
#include "services/activity/domain/logging.h"
#include "services/activity/operations/cohort_activities.h"
#include "services/activity/operations/silence_spell.h"
#include "services/activity/store/revisions.h"

namespace dap::activity {
namespace {

absl::Status CheckTime(const ActivityRow& after, const Participation& participation,
                       const Settings& settings) {
  ASSIGN_OR_RETURN(absl::TimeZone zone, time::ZoneOf(participation.time_zone));
  RETURN_IF_ERROR(CheckActivity(after.kind, after.setting, after.minutes, after.activity_time,
                                after.create_time, settings));
  return CheckEnrolment(participation.state, participation.start(), zone, after.activity_time);
}

void AddCorrected(feed::Outbox& outbox, const ActivityRow& row) {
  events::v1::Event event;
  events::v1::ActivityCorrected& corrected = *event.mutable_activity_corrected();
  corrected.set_activity(Bytes(row.activity));
  corrected.set_enrolment(Bytes(row.enrolment));
  corrected.set_kind(static_cast<v1::ActivityKind>(row.kind));
  corrected.set_setting(static_cast<v1::Setting>(row.setting));
  corrected.set_minutes(row.minutes);
  *corrected.mutable_activity_time() = ToProto(row.activity_time);
  if (!row.goal.is_nil()) corrected.set_goal(Bytes(row.goal));
  outbox.Add(row.organisation, std::move(event));
}

void AddDeleted(feed::Outbox& outbox, const ActivityRow& row) {
  events::v1::Event event;
  event.mutable_activity_deleted()->set_activity(Bytes(row.activity));
  event.mutable_activity_deleted()->set_enrolment(Bytes(row.enrolment));
  outbox.Add(row.organisation, std::move(event));
}

// What is not for the cohort needs no place, and loses none: the list asks the activity.
absl::Status PlaceInCohort(const Context& context, db::Connection& tx, const ActivityRow& row,
                           const Participation& participation) {
  if (!IsForCohort(row)) return absl::OkStatus();
  ASSIGN_OR_RETURN(absl::TimeZone zone, time::ZoneOf(participation.time_zone));
  return SaveCohortActivities(tx, {InCohort(context, row, participation.cohort, zone)});
}

}  // namespace

absl::StatusOr<PlannedChange> PlanChange(db::Connection& tx, const PendingLog& log,
                                         const Participation& participation,
                                         const Settings& settings) {
  const ActivityRow& asked = log.row;
  ASSIGN_OR_RETURN(std::optional<ActivityRow> found,
                   FindActivity(tx, asked.organisation, asked.enrolment, asked.activity));
  if (!found) return status::NotFound("activity", asked.activity.ToString());
  if (found->kind == Kind::kGather) {
    return status::Precondition("ACTIVITY_FROM_ATTENDANCE",
                                "Attendance says who was at a gathering; ask the coach.");
  }
  PlannedChange change = {*found, *found, {}};
  if (log.kind == WriteKind::kDelete) return change;
  change.after = asked;
  change.after.create_time = found->create_time;
  if (log.keeps_time) {
    change.after.activity_time = found->activity_time;
  } else {
    RETURN_IF_ERROR(CheckTime(change.after, participation, settings));
  }
  *change.response.mutable_activity() = ToProto(change.after, log.cohort, Reader::kSelf);
  return change;
}

absl::Status MakeChange(const Context& context, db::Connection& tx, feed::Outbox& outbox,
                        const PendingLog& log, const PlannedChange& change,
                        Participation& participation, absl::Time now) {
  const bool deleted = log.kind == WriteKind::kDelete;
  RevisionRow revision;
  revision.was = change.before;
  revision.change = deleted ? v1::ACTIVITY_CHANGE_DELETED : v1::ACTIVITY_CHANGE_CORRECTED;
  revision.change_time = now;
  RETURN_IF_ERROR(InsertRevision(tx, revision));
  if (!deleted) {
    AddCorrected(outbox, change.after);
    RETURN_IF_ERROR(ReplaceActivity(tx, change.before, change.after));
    return PlaceInCohort(context, tx, change.after, participation);
  }
  AddDeleted(outbox, change.before);
  RETURN_IF_ERROR(DeleteActivity(tx, change.before));
  ASSIGN_OR_RETURN(participation.last_contribution_at,
                   LastTold(tx, participation.organisation, participation.enrolment));
  participation.silent_since = SilentSince(participation);
  return absl::OkStatus();
}

}  // namespace dap::activity
