#include "services/goals/operations/suggest_goals.h"

#include <string>

#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/calendar.h"
#include "services/goals/store/assessment_store.h"
#include "services/goals/store/goal_store.h"
#include "services/goals/store/settings_store.h"

namespace dap::goals {

absl::StatusOr<std::vector<Suggestion>> SuggestGoals(const Context& context, db::Connection& tx,
                                                     const EnrolmentKey& of, absl::TimeZone zone,
                                                     absl::optional<GoalSetting> needed_setting) {
  ASSIGN_OR_RETURN(const std::vector<Assessment> latest, ListAssessments(tx, of, {}, 1));
  if (latest.empty()) {
    return status::Precondition("BASELINE_MISSING",
                                "Submit the BASELINE first: suggestions are made from it.");
  }
  ASSIGN_OR_RETURN(const Framework* framework,
                   context.catalogue.FindFramework(latest.front().framework));
  ASSIGN_OR_RETURN(const std::vector<std::string> begun, ListBegunTemplates(tx, of));
  ASSIGN_OR_RETURN(const Settings settings, LoadSettings(tx, of.organisation));
  return Suggest(context.catalogue,
                 {.framework = *framework,
                  .answers = latest.front().answers,
                  .standing = latest.front().standing,
                  .begun = {begun.begin(), begun.end()},
                  .today = time::DayOf(context.clock.Now(), zone),
                  .needed_setting = needed_setting},
                 settings);
}

absl::StatusOr<std::vector<Suggestion>> SuggestAlternatives(const Context& context,
                                                            db::Connection& tx, const Goal& goal,
                                                            absl::TimeZone zone) {
  if (goal.state != GoalState::kBlocked) {
    return status::Precondition("GOAL_STATE",
                                "The goal is not BLOCKED; SuggestGoals has suggestions.");
  }
  const auto stopped = context.catalogue.FindGoalTemplate(goal.goal_template);
  if (!stopped.ok()) {
    // One they wrote, or one that has left the library since.
    const GoalSetting other = goal.setting == GoalSetting::kOnPlatform ? GoalSetting::kOffPlatform
                                                                       : GoalSetting::kOnPlatform;
    auto suited = SuggestGoals(context, tx, goal.of, zone, other);
    if (status::Reason(suited.status()) == "BASELINE_MISSING") return std::vector<Suggestion>();
    return suited;
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> begun, ListBegunTemplates(tx, goal.of));
  ASSIGN_OR_RETURN(const Settings settings, LoadSettings(tx, goal.of.organisation));
  return SuggestAlternatives(context.catalogue, **stopped, {begun.begin(), begun.end()},
                             time::DayOf(context.clock.Now(), zone), settings);
}

}  // namespace dap::goals
