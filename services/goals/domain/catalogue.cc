#include "services/goals/domain/catalogue.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/status/error.h"

namespace dap::goals {
namespace {

using status::Violation;

// What ships is held to the domain's own numbers, whatever an organisation has set.
constexpr int kMaxStepMinutes = 30;
constexpr int kMinutesPerWeek = 60;
constexpr int kMaxDays = 30;

bool IsKey(absl::string_view key) {
  return !key.empty() && key.size() <= 60 && std::all_of(key.begin(), key.end(), [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
  });
}

// Gathers the faults of a catalogue.
class Check {
 public:
  std::vector<Violation> Run(const std::vector<Framework>& frameworks,
                             const std::vector<GoalTemplate>& goal_templates) {
    for (const Framework& framework : frameworks) CheckFramework(framework);
    for (const GoalTemplate& goal_template : goal_templates) CheckGoalTemplate(goal_template);
    return std::move(faults_);
  }

 private:
  void Fault(absl::string_view subject, absl::string_view what) {
    faults_.push_back({std::string(subject), std::string(what), "CATALOGUE_INVALID"});
  }

  void CheckKey(absl::string_view kind, const std::string& key,
                absl::flat_hash_set<std::string>& seen) {
    const std::string subject = absl::StrCat(kind, " ", key);
    if (!IsKey(key)) Fault(subject, "its key is not made of a-z, 0-9 and dashes");
    if (!seen.insert(key).second) Fault(subject, "its key is there twice");
  }

  void CheckFramework(const Framework& framework) {
    CheckKey("framework", framework.key, framework_keys_);
    const std::string subject = absl::StrCat("framework ", framework.key);
    if (framework.title.empty()) Fault(subject, "has no title");
    if (framework.source.empty()) Fault(subject, "does not say where it comes from");
    if (framework.areas.empty()) Fault(subject, "has no areas");
    for (const Area& area : framework.areas) {
      CheckKey("area", area.key, area_keys_);
      framework_of_[area.key] = framework.key;
      if (area.title.empty()) Fault(absl::StrCat("area ", area.key), "has no title");
      if (area.tasks.empty()) Fault(absl::StrCat("area ", area.key), "has no tasks");
      for (const Task& task : area.tasks) {
        CheckKey("task", task.key, task_keys_);
        framework_of_task_[task.key] = framework.key;
        if (task.statement.empty()) Fault(absl::StrCat("task ", task.key), "has no statement");
      }
    }
  }

  void CheckGoalTemplate(const GoalTemplate& goal_template) {
    CheckKey("goal template", goal_template.key, template_keys_);
    const std::string subject = absl::StrCat("goal template ", goal_template.key);
    if (goal_template.version < 1) Fault(subject, "its version is not 1 or more");
    if (goal_template.title.empty()) Fault(subject, "has no title");
    if (goal_template.owner.empty()) Fault(subject, "has no owner");
    if (goal_template.setting == GoalSetting::kUnspecified) Fault(subject, "has no setting");
    if (goal_template.review_by == absl::CivilDay()) Fault(subject, "has no review_by day");
    CheckTasks(subject, goal_template);
    CheckSteps(subject, goal_template);
  }

  void CheckTasks(absl::string_view subject, const GoalTemplate& goal_template) {
    const auto framework = framework_of_.find(goal_template.area);
    if (framework == framework_of_.end()) {
      Fault(subject, absl::StrCat("there is no area ", goal_template.area));
      return;
    }
    if (goal_template.tasks.empty()) Fault(subject, "helps with no task");
    for (const std::string& task : goal_template.tasks) {
      const auto found = framework_of_task_.find(task);
      if (found == framework_of_task_.end()) {
        Fault(subject, absl::StrCat("there is no task ", task));
      } else if (found->second != framework->second) {
        Fault(subject, absl::StrCat("task ", task, " is of another framework than its area"));
      }
    }
  }

  void CheckSteps(absl::string_view subject, const GoalTemplate& goal_template) {
    if (goal_template.steps.empty()) Fault(subject, "has no steps");
    int total = 0;
    for (const GoalTemplateStep& step : goal_template.steps) {
      total += step.minutes;
      if (step.text.empty()) Fault(subject, "has a step without a text");
      if (step.minutes < 1 || step.minutes > kMaxStepMinutes) {
        Fault(subject, absl::StrCat("a step takes ", step.minutes, " minutes, not 1 to 30"));
      }
    }
    if (total * 7 > kMaxDays * kMinutesPerWeek) {
      Fault(subject, absl::StrCat("takes ", total, " minutes, over 30 days at the default pace"));
    }
  }

  std::vector<Violation> faults_;
  absl::flat_hash_set<std::string> framework_keys_, area_keys_, task_keys_, template_keys_;
  absl::flat_hash_map<std::string, std::string> framework_of_, framework_of_task_;
};

template <typename T>
void SortByKey(std::vector<T>& items) {
  std::sort(items.begin(), items.end(), [](const T& a, const T& b) { return a.key < b.key; });
}

template <typename T>
const T* FindByKey(const std::vector<T>& items, absl::string_view key) {
  const auto found = std::lower_bound(
      items.begin(), items.end(), key,
      [](const T& item, absl::string_view wanted) { return absl::string_view(item.key) < wanted; });
  return found != items.end() && found->key == key ? &*found : nullptr;
}

}  // namespace

absl::StatusOr<Catalogue> Catalogue::Create(std::vector<Framework> frameworks,
                                            std::vector<GoalTemplate> goal_templates) {
  const std::vector<Violation> faults = Check().Run(frameworks, goal_templates);
  if (!faults.empty()) return status::InvalidAll(faults);
  return Catalogue(std::move(frameworks), std::move(goal_templates));
}

Catalogue::Catalogue(std::vector<Framework> frameworks, std::vector<GoalTemplate> goal_templates)
    : frameworks_(std::move(frameworks)), goal_templates_(std::move(goal_templates)) {
  SortByKey(frameworks_);
  SortByKey(goal_templates_);
  for (size_t i = 0; i < frameworks_.size(); ++i) {
    for (const Area& area : frameworks_[i].areas)
      framework_of_area_[area.key] = static_cast<int>(i);
  }
}

absl::StatusOr<const Framework*> Catalogue::FindFramework(absl::string_view key) const {
  if (const Framework* framework = FindByKey(frameworks_, key)) return framework;
  return status::NotFound("framework", absl::StrCat("frameworks/", key));
}

absl::StatusOr<const GoalTemplate*> Catalogue::FindGoalTemplate(absl::string_view key) const {
  if (const GoalTemplate* goal_template = FindByKey(goal_templates_, key)) return goal_template;
  return status::NotFound("goal_template", absl::StrCat("goalTemplates/", key));
}

const Framework* Catalogue::FrameworkOfArea(absl::string_view area) const {
  const auto found = framework_of_area_.find(area);
  return found == framework_of_area_.end() ? nullptr : &frameworks_[found->second];
}

}  // namespace dap::goals
