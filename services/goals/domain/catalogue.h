// All that ships as data: the frameworks and the goal library.
#ifndef DAP_SERVICES_GOALS_DOMAIN_CATALOGUE_H_
#define DAP_SERVICES_GOALS_DOMAIN_CATALOGUE_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/goals/domain/framework.h"
#include "services/goals/domain/goal_template.h"

namespace dap::goals {

// Constant after construction, so thread-safe; what it returns lives as long as it does.
class Catalogue {
 public:
  // INVALID_ARGUMENT (reason CATALOGUE_INVALID) with a violation for every fault, so that one look
  // mends a data file. The rules:
  //  - keys of frameworks, areas, tasks and templates are unique over the whole catalogue (an area
  //    or task key alone says which framework it belongs to) and made of a-z, 0-9 and dashes;
  //  - a template has a title, an owner, a version from 1, a setting, a review_by day and steps;
  //    its area is there, its tasks are there and in the framework of its area;
  //  - a step takes 1 to 30 minutes, and all of them together no longer than 30 days at the default
  //    pace of 60 minutes a week.
  static absl::StatusOr<Catalogue> Create(std::vector<Framework> frameworks,
                                          std::vector<GoalTemplate> goal_templates);

  // Both ordered by key.
  const std::vector<Framework>& frameworks() const { return frameworks_; }
  const std::vector<GoalTemplate>& goal_templates() const { return goal_templates_; }

  // NOT_FOUND (FRAMEWORK_NOT_FOUND), (GOAL_TEMPLATE_NOT_FOUND).
  absl::StatusOr<const Framework*> FindFramework(absl::string_view key) const;
  absl::StatusOr<const GoalTemplate*> FindGoalTemplate(absl::string_view key) const;
  // The framework an area belongs to; null where there is no such area.
  const Framework* FrameworkOfArea(absl::string_view area) const;

 private:
  Catalogue(std::vector<Framework> frameworks, std::vector<GoalTemplate> goal_templates);

  std::vector<Framework> frameworks_;
  std::vector<GoalTemplate> goal_templates_;
  absl::flat_hash_map<std::string, int> framework_of_area_;
};

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_DOMAIN_CATALOGUE_H_
