// An entry of the goal library. Value types.
#ifndef DAP_SERVICES_GOALS_DOMAIN_GOAL_TEMPLATE_H_
#define DAP_SERVICES_GOALS_DOMAIN_GOAL_TEMPLATE_H_

#include <string>
#include <vector>

#include "absl/time/civil_time.h"

namespace dap::goals {

// Numbers equal those of dap.goals.v1.GoalSetting.
enum class GoalSetting { kUnspecified = 0, kOnPlatform = 1, kOffPlatform = 2 };

struct GoalTemplateStep {
  std::string text;
  int minutes = 0;
};

struct GoalTemplate {
  std::string key;
  int version = 0;  // from 1; raised with every change of what it says
  std::string title;
  std::string area;                // key of an area
  std::vector<std::string> tasks;  // keys of tasks, all of one framework
  GoalSetting setting = GoalSetting::kUnspecified;
  std::vector<GoalTemplateStep> steps;
  bool stretch = false;
  absl::CivilDay review_by;  // last day on which it is known to be true
  std::string owner;

  // Known to be true until `review_by`; from the day after nobody is offered it.
  bool IsStale(absl::CivilDay today) const { return today > review_by; }
};

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_DOMAIN_GOAL_TEMPLATE_H_
