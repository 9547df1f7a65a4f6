#include "services/activity/consumers/event_handlers.h"

#include <algorithm>

#include "libs/roster/roster.h"
#include "libs/status/macros.h"
#include "services/activity/convert.h"
#include "services/activity/operations/contribute.h"
#include "services/activity/operations/review_spell.h"
#include "services/activity/operations/take_in_entry.h"
#include "services/activity/store/cohort_changes.h"
#include "services/activity/store/cohort_sessions.h"
#include "services/activity/store/comments.h"
#include "services/activity/store/standstills.h"
#include "services/activity/store/sweep_days.h"

namespace dap::activity {
namespace {

id::Uuid Id(const std::string& bytes) { return id::Uuid::FromBytes(bytes); }

// Whether somebody who belonged to the cohort by the entry may not do so any more.
bool MayLoseAccess(const roster::Entry& before, const roster::Entry& now) {
  return before.version < now.version &&
         (before.state != now.state || before.patron != now.patron ||
          before.coaches != now.coaches || before.cohort != now.cohort);
}

absl::Status ApplyEntry(const Context& context, db::Connection& tx, feed::Outbox& outbox,
                        const enrolment::v1::RosterEntry& entry, absl::Time at) {
  const roster::Entry now = roster::FromProto(entry);
  const absl::StatusOr<roster::Entry> before = roster::Get(tx, now.organisation, now.enrolment);
  if (!before.ok() && !absl::IsNotFound(before.status())) return before.status();
  RETURN_IF_ERROR(roster::Apply(tx, entry));
  RETURN_IF_ERROR(TakeInEntry(context, tx, outbox, now, at));
  if (!before.ok() || !MayLoseAccess(*before, now)) return absl::OkStatus();
  return AppendChange(tx, {before->organisation, before->cohort}, {.kind = ChangeKind::kMembers});
}

absl::Status ApplyAttended(db::Connection& tx, feed::Outbox& outbox, const id::Uuid& organisation,
                           const events::v1::SessionAttended& attended, absl::Time at) {
  ActivityRow row;
  row.organisation = organisation;
  row.enrolment = Id(attended.enrolment());
  row.activity = Id(attended.session());
  row.activity_time = FromProto(attended.start_time());
  row.kind = Kind::kGather;
  row.setting = Setting::kGathering;
  row.minutes = std::clamp(attended.minutes(), 0, 65535);
  row.visibility = v1::VISIBILITY_COACH;
  row.create_time = at;
  return Attend(tx, outbox, row, at);
}

absl::Status ApplySession(db::Connection& tx, const id::Uuid& organisation,
                          const events::v1::SessionChanged& changed) {
  // A one-to-one is nobody's to know but the two who meet.
  if (changed.kind() == enrolment::v1::SESSION_KIND_ONE_TO_ONE || !changed.participant().empty()) {
    return absl::OkStatus();
  }
  CohortSession session;
  session.organisation = organisation;
  session.session = Id(changed.session());
  session.cohort = Id(changed.cohort());
  session.kind = changed.kind();
  session.state = changed.state();
  session.title = changed.title();
  session.start_time = FromProto(changed.start_time());
  session.end_time = FromProto(changed.end_time());
  session.place = changed.place();
  return SaveCohortSession(tx, session);
}

absl::Status ApplyGoal(db::Connection& tx, const id::Uuid& organisation,
                       const events::v1::GoalChanged& goal, absl::Time at) {
  const id::Uuid enrolment = Id(goal.enrolment());
  ASSIGN_OR_RETURN(Participation participation, LockOrBegin(tx, organisation, enrolment));
  RETURN_IF_ERROR(
      SaveGoalState(tx, organisation, enrolment, Id(goal.goal()), goal.state(), goal.version()));
  ASSIGN_OR_RETURN(bool blocked, EveryOpenGoalBlocked(tx, organisation, enrolment));
  if (blocked == participation.blocked) return SaveParticipations(tx, {participation});
  participation.blocked = blocked;
  RETURN_IF_ERROR(blocked
                      ? BeginStandstill(tx, organisation, enrolment, StandstillCause::kBlocked, at)
                      : EndStandstill(tx, organisation, enrolment, StandstillCause::kBlocked, at));
  return SaveParticipations(tx, {participation});
}

}  // namespace

feed::Handler EnrolmentHandler(const Context& context) {
  return [&context](db::Connection& tx, feed::Outbox& outbox,
                    const events::v1::Event& event) -> absl::Status {
    const id::Uuid organisation = Id(event.organisation());
    const absl::Time at = FromProto(event.occur_time());
    switch (event.payload_case()) {
      case events::v1::Event::kOrganisationChanged:
        return SaveOrganisation(tx, organisation, event.organisation_changed().time_zone());
      case events::v1::Event::kEnrolmentChanged:
        return ApplyEntry(context, tx, outbox, event.enrolment_changed().entry(), at);
      case events::v1::Event::kStaffMemberChanged: {
        const events::v1::StaffMemberChanged& staff = event.staff_member_changed();
        return SaveStaffName(tx, organisation, Id(staff.staff_member()), staff.display_name(),
                             staff.version());
      }
      case events::v1::Event::kSessionChanged:
        return ApplySession(tx, organisation, event.session_changed());
      case events::v1::Event::kSessionAttended:
        return ApplyAttended(tx, outbox, organisation, event.session_attended(), at);
      case events::v1::Event::kSessionAttendanceRemoved:
        return TakeBackAttendance(tx, organisation,
                                  Id(event.session_attendance_removed().enrolment()),
                                  Id(event.session_attendance_removed().session()));
      case events::v1::Event::kDaysOffChanged:
        return TakeInDaysOff(context, tx, outbox,
                             days_off::FromProto(organisation, event.days_off_changed()));
      default:
        return absl::OkStatus();
    }
  };
}

feed::Handler GoalsHandler() {
  return
      [](db::Connection& tx, feed::Outbox& outbox, const events::v1::Event& event) -> absl::Status {
        const id::Uuid organisation = Id(event.organisation());
        const absl::Time at = FromProto(event.occur_time());
        switch (event.payload_case()) {
          case events::v1::Event::kAssessmentSubmitted: {
            const events::v1::AssessmentSubmitted& submitted = event.assessment_submitted();
            return Contribute(tx, outbox,
                              {organisation, Id(submitted.enrolment()), at,
                               Id(submitted.assessment()), 0, ContributionKind::kAssessment},
                              at);
          }
          case events::v1::Event::kGoalStepDone: {
            const events::v1::GoalStepDone& done = event.goal_step_done();
            return Contribute(tx, outbox,
                              {organisation, Id(done.enrolment()), FromProto(done.done_time()),
                               Id(done.goal()), done.step(), ContributionKind::kGoalStep},
                              at);
          }
          case events::v1::Event::kGoalChanged:
            return ApplyGoal(tx, organisation, event.goal_changed(), at);
          default:
            return absl::OkStatus();
        }
      };
}

}  // namespace dap::activity
