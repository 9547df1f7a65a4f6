#include "services/goals/operations/create_goal.h"

#include "libs/status/macros.h"
#include "libs/time/calendar.h"
#include "services/goals/operations/events.h"
#include "services/goals/store/enrolment_guard.h"
#include "services/goals/store/goal_store.h"
#include "services/goals/store/settings_store.h"

namespace dap::goals {
namespace {

absl::StatusOr<Goal> Draft(const Catalogue& catalogue, const NewGoal& new_goal,
                           absl::CivilDay today, const Settings& settings) {
  if (new_goal.goal_template.empty()) return FromOwn(new_goal.own, settings);
  ASSIGN_OR_RETURN(const GoalTemplate* goal_template,
                   catalogue.FindGoalTemplate(new_goal.goal_template));
  return FromTemplate(*goal_template, today);
}

}  // namespace

absl::StatusOr<Goal> CreateGoal(const Context& context, db::Connection& tx, feed::Outbox& outbox,
                                const EnrolmentKey& of, absl::TimeZone zone,
                                const NewGoal& new_goal) {
  const absl::Time now = context.clock.Now();
  const absl::CivilDay today = time::DayOf(now, zone);
  ASSIGN_OR_RETURN(const Settings settings, LoadSettings(tx, of.organisation));
  ASSIGN_OR_RETURN(Goal goal, Draft(context.catalogue, new_goal, today, settings));
  ASSIGN_OR_RETURN(goal.due_date, DueDate(new_goal.due_date, today, settings));
  RETURN_IF_ERROR(LockEnrolment(tx, of));
  ASSIGN_OR_RETURN(const int open_goals, CountOpenGoals(tx, of));
  RETURN_IF_ERROR(CheckRoom(open_goals, settings));
  goal.id = context.ids.Next();
  goal.of = of;
  goal.create_time = now;
  RETURN_IF_ERROR(InsertGoal(tx, goal));
  TellGoalChanged(outbox, goal);
  return goal;
}

}  // namespace dap::goals
