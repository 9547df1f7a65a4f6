#include "services/goals/domain/assessment.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "libs/status/error.h"

namespace dap::goals {
namespace {

using status::Violation;

// The mean of the two in the middle where their number is even.
double MedianConfidence(const std::vector<TaskAnswer>& answers) {
  std::vector<int> sorted;
  sorted.reserve(answers.size());
  for (const TaskAnswer& answer : answers) sorted.push_back(answer.confidence);
  std::sort(sorted.begin(), sorted.end());
  const size_t middle = sorted.size() / 2;
  if (sorted.size() % 2 == 1) return sorted[middle];
  return (sorted[middle - 1] + sorted[middle]) / 2.0;
}

}  // namespace

absl::Status CheckAnswers(const Framework& framework, const std::vector<TaskAnswer>& answers) {
  absl::flat_hash_map<std::string, int> times;
  for (const Area& area : framework.areas) {
    for (const Task& task : area.tasks) times[task.key] = 0;
  }
  std::vector<Violation> faults;
  for (size_t i = 0; i < answers.size(); ++i) {
    const std::string field = absl::StrCat("assessment.answers[", i, "].task");
    const auto found = times.find(answers[i].task);
    if (found == times.end()) {
      faults.push_back({field, "is no task of the framework", "TASK_UNKNOWN"});
    } else if (++found->second > 1) {
      faults.push_back({field, "has been answered before in this assessment", "TASK_TWICE"});
    }
  }
  for (const Area& area : framework.areas) {
    for (const Task& task : area.tasks) {
      if (times[task.key] > 0) continue;
      faults.push_back(
          {"assessment.answers", absl::StrCat("has no answer for ", task.key), "TASK_MISSING"});
    }
  }
  return status::InvalidAll(faults);
}

absl::Status CheckSequence(AssessmentKind kind, const std::string& framework,
                           const std::vector<TakenAssessment>& taken) {
  const TakenAssessment* baseline = nullptr;
  for (const TakenAssessment& one : taken) {
    if (one.kind == AssessmentKind::kBaseline) baseline = &one;
    if (one.kind == kind && kind != AssessmentKind::kCheckpoint) {
      return status::Exists("assessment", kind == AssessmentKind::kBaseline ? "BASELINE" : "FINAL",
                            "It has been submitted already, and is taken once. Submit a "
                            "CHECKPOINT to record how things are now.");
    }
  }
  if (kind == AssessmentKind::kBaseline) return absl::OkStatus();
  if (baseline == nullptr) {
    return status::Precondition("BASELINE_MISSING", "Submit the BASELINE first.");
  }
  if (baseline->framework != framework) {
    return status::Precondition("FRAMEWORK_DIFFERS",
                                absl::StrCat("The BASELINE was taken with frameworks/",
                                             baseline->framework, "; use the same one."));
  }
  return absl::OkStatus();
}

Standing StandingOf(const std::vector<TaskAnswer>& answers, const Settings& settings) {
  const auto can_do = std::count_if(answers.begin(), answers.end(),
                                    [](const TaskAnswer& answer) { return answer.can_do; });
  const auto tasks = static_cast<long>(answers.size());
  if (can_do * 100 < tasks * settings.skilled_percent) return {};
  const double median = MedianConfidence(answers);
  return {.experienced = median >= settings.sure_median,
          .needs_encouragement = median < settings.unsure_median};
}

}  // namespace dap::goals
