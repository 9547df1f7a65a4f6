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

}  // namespace dap::goals
