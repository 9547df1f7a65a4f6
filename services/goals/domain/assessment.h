// Self-assessments: what may be submitted, and what it says of somebody. Pure.
#ifndef DAP_SERVICES_GOALS_DOMAIN_ASSESSMENT_H_
#define DAP_SERVICES_GOALS_DOMAIN_ASSESSMENT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/id/uuid.h"
#include "services/goals/domain/enrolment_key.h"
#include "services/goals/domain/framework.h"
#include "services/goals/domain/settings.h"

namespace dap::goals {

// Numbers equal those of dap.goals.v1.AssessmentKind.
enum class AssessmentKind { kUnspecified = 0, kBaseline = 1, kCheckpoint = 2, kFinal = 3 };

// Self-ratings alone overestimate, so there are three questions about each task.
struct TaskAnswer {
  std::string task;
  bool can_do = false;
  int confidence = 0;          // 1 to 5
  bool done_recently = false;  // in the last 90 days
};

// What the answers say. Both are false for most people, and never both true.
struct Standing {
  bool experienced = false;
  bool needs_encouragement = false;
};

struct Assessment {
  id::Uuid id;
  EnrolmentKey of;
  AssessmentKind kind = AssessmentKind::kUnspecified;
  std::string framework;  // key
  std::vector<TaskAnswer> answers;
  absl::Time submit_time;
  Standing standing;  // kept as it was told, so that a changed setting rewrites nothing
};

// What an enrolment has submitted already.
struct TakenAssessment {
  AssessmentKind kind;
  std::string framework;
};

// There is one answer for each task of the framework, no more and no fewer. INVALID_ARGUMENT with
// every fault; its reason is that of the first: TASK_UNKNOWN, TASK_TWICE, TASK_MISSING.
absl::Status CheckAnswers(const Framework& framework, const std::vector<TaskAnswer>& answers);

// Whether an assessment of this kind with this framework may follow what was taken:
// ALREADY_EXISTS (ASSESSMENT_EXISTS): BASELINE and FINAL are taken once.
// FAILED_PRECONDITION (BASELINE_MISSING): the others come after the BASELINE.
// FAILED_PRECONDITION (FRAMEWORK_DIFFERS): the others keep its framework, version and all.
absl::Status CheckSequence(AssessmentKind kind, const std::string& framework,
                           const std::vector<TakenAssessment>& taken);

// `answers` is not empty.
Standing StandingOf(const std::vector<TaskAnswer>& answers, const Settings& settings);

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_DOMAIN_ASSESSMENT_H_
