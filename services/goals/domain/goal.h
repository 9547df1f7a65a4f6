// A participant's own goal and its way. Pure: a transition changes the value or gives an error and
// changes nothing.
//
//             ┌── Block ──▶ BLOCKED ──┐
//   Begin ─▶ OPEN ◀─ Unblock ──┘      │
//             ├── Finish ──▶ DONE     │
//             └── LetGo ───▶ LET_GO ◀─┘
#ifndef DAP_SERVICES_GOALS_DOMAIN_GOAL_H_
#define DAP_SERVICES_GOALS_DOMAIN_GOAL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "libs/id/uuid.h"
#include "services/goals/domain/enrolment_key.h"
#include "services/goals/domain/goal_template.h"
#include "services/goals/domain/settings.h"

namespace dap::goals {

// Numbers equal those of dap.goals.v1.GoalState.
enum class GoalState { kUnspecified = 0, kOpen = 1, kBlocked = 2, kDone = 3, kLetGo = 4 };
absl::string_view NameOf(GoalState state);

struct GoalStep {
  std::string text;
  int minutes = 0;
  absl::optional<absl::Time> done_time;
};

struct Goal {
  id::Uuid id;
  EnrolmentKey of;
  std::string goal_template;      // key; empty for one they wrote
  int goal_template_version = 0;  // the version it began with; 0 for one they wrote
  std::string title;
  GoalSetting setting = GoalSetting::kUnspecified;
  GoalState state = GoalState::kOpen;
  std::vector<GoalStep> steps;
  absl::Time create_time;
  absl::CivilDay due_date;
  absl::optional<absl::Time> end_time;
  absl::optional<absl::Time> block_time;  // while BLOCKED: since when
  std::string reflection;
  int64_t version = 1;  // counts its changes
};

// What somebody writes of a goal of their own.
struct OwnGoal {
  std::string title;
  GoalSetting setting = GoalSetting::kUnspecified;
  std::vector<GoalTemplateStep> steps;  // may be empty
};

// The last day of a goal that begins `today`: the day asked for, or the latest there may be.
// INVALID_ARGUMENT (field goal.due_date): GOAL_TOO_LONG, or DUE_DATE_PAST where it is before today.
absl::StatusOr<absl::CivilDay> DueDate(absl::optional<absl::CivilDay> asked, absl::CivilDay today,
                                       const Settings& settings);

// A goal of a template, with the title, setting and steps of the version that there is now.
// FAILED_PRECONDITION (GOAL_TEMPLATE_STALE). What is no part of the template is left for the
// caller.
absl::StatusOr<Goal> FromTemplate(const GoalTemplate& goal_template, absl::CivilDay today);

// A goal they wrote. INVALID_ARGUMENT that names every field: TITLE_MISSING, SETTING_MISSING,
// STEP_TEXT_MISSING, STEP_TOO_LONG.
absl::StatusOr<Goal> FromOwn(const OwnGoal& own, const Settings& settings);

// FAILED_PRECONDITION (TOO_MANY_OPEN_GOALS) where there is no room for one more.
absl::Status CheckRoom(int open_goals, const Settings& settings);

// Ticks off a step, counted from 1. True where it was not done before: taking a step twice is no
// second contribution. INVALID_ARGUMENT (STEP_UNKNOWN, field step); FAILED_PRECONDITION
// (GOAL_STATE) where the goal is not OPEN.
absl::StatusOr<bool> CompleteStep(Goal& goal, int step, absl::Time now);

// Ends it. Not every step needs to be done: people reach goals by ways of their own. FAILED_
// PRECONDITION (GOAL_STATE); INVALID_ARGUMENT (REFLECTION_MISSING) where there are only blanks.
absl::Status Finish(Goal& goal, absl::string_view reflection, absl::Time now);

// Ends it without a word. FAILED_PRECONDITION (GOAL_STATE).
absl::Status LetGo(Goal& goal, absl::Time now);

// A barrier stops it, and its clock. FAILED_PRECONDITION (GOAL_STATE).
absl::Status Block(Goal& goal, absl::Time now);

// The barrier is gone: it gets as many days more as it was stopped, counted in midnights of `zone`.
// FAILED_PRECONDITION (GOAL_STATE).
absl::Status Unblock(Goal& goal, absl::Time now, absl::TimeZone zone);

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_DOMAIN_GOAL_H_
