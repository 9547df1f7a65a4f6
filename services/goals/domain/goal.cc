#include "services/goals/domain/goal.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/calendar.h"

namespace dap::goals {
namespace {

using status::Violation;

absl::Status Refuse(const Goal& goal, absl::string_view what) {
  return status::Precondition("GOAL_STATE",
                              absl::StrCat("The goal is ", NameOf(goal.state), "; ", what, "."));
}

absl::Status RequireOpen(const Goal& goal) {
  if (goal.state == GoalState::kOpen) return absl::OkStatus();
  return Refuse(goal, "only an OPEN one can go on");
}

void End(Goal& goal, GoalState state, absl::Time now) {
  goal.state = state;
  goal.end_time = now;
  goal.block_time.reset();
  ++goal.version;
}

bool IsBlank(absl::string_view text) { return absl::StripAsciiWhitespace(text).empty(); }

}  // namespace

absl::string_view NameOf(GoalState state) {
  switch (state) {
    case GoalState::kUnspecified:
      return "UNSPECIFIED";
    case GoalState::kOpen:
      return "OPEN";
    case GoalState::kBlocked:
      return "BLOCKED";
    case GoalState::kDone:
      return "DONE";
    case GoalState::kLetGo:
      return "LET_GO";
  }
  return "UNKNOWN";
}

absl::StatusOr<absl::CivilDay> DueDate(absl::optional<absl::CivilDay> asked, absl::CivilDay today,
                                       const Settings& settings) {
  const absl::CivilDay latest = today + settings.max_goal_days;
  if (!asked) return latest;
  if (*asked > latest) {
    return status::Invalid("goal.due_date", "GOAL_TOO_LONG",
                           absl::StrCat("is later than ", settings.max_goal_days,
                                        " days ahead; make the goal smaller"));
  }
  if (*asked < today) {
    return status::Invalid("goal.due_date", "DUE_DATE_PAST", "is before today");
  }
  return *asked;
}

absl::StatusOr<Goal> FromTemplate(const GoalTemplate& goal_template, absl::CivilDay today) {
  if (goal_template.IsStale(today)) {
    return status::Precondition("GOAL_TEMPLATE_STALE",
                                absl::StrCat("goalTemplates/", goal_template.key,
                                             " is being looked at again; choose another one."));
  }
  Goal goal;
  goal.goal_template = goal_template.key;
  goal.goal_template_version = goal_template.version;
  goal.title = goal_template.title;
  goal.setting = goal_template.setting;
  for (const GoalTemplateStep& step : goal_template.steps) {
    goal.steps.push_back({step.text, step.minutes, {}});
  }
  return goal;
}

absl::StatusOr<Goal> FromOwn(const OwnGoal& own, const Settings& settings) {
  std::vector<Violation> faults;
  if (IsBlank(own.title)) {
    faults.push_back({"goal.title", "says what you set out to do; it is empty", "TITLE_MISSING"});
  }
  if (own.setting == GoalSetting::kUnspecified) {
    faults.push_back({"goal.setting", "is ON_PLATFORM or OFF_PLATFORM", "SETTING_MISSING"});
  }
  Goal goal;
  goal.title = own.title;
  goal.setting = own.setting;
  for (size_t i = 0; i < own.steps.size(); ++i) {
    const GoalTemplateStep& step = own.steps[i];
    const std::string field = absl::StrCat("goal.steps[", i, "].");
    if (IsBlank(step.text)) {
      faults.push_back({field + "text", "says what to do; it is empty", "STEP_TEXT_MISSING"});
    }
    if (step.minutes < 1 || step.minutes > settings.max_step_minutes) {
      faults.push_back(
          {field + "minutes",
           absl::StrCat("is 1 to ", settings.max_step_minutes, "; split a longer step in two"),
           "STEP_TOO_LONG"});
    }
    goal.steps.push_back({step.text, step.minutes, {}});
  }
  RETURN_IF_ERROR(status::InvalidAll(faults));
  return goal;
}

absl::Status CheckRoom(int open_goals, const Settings& settings) {
  if (open_goals < settings.max_open_goals) return absl::OkStatus();
  return status::Precondition(
      "TOO_MANY_OPEN_GOALS",
      absl::StrCat("There are ", open_goals, " open goals already, and ", settings.max_open_goals,
                   " are enough at a time. Finish one or let one go first."));
}

absl::StatusOr<bool> CompleteStep(Goal& goal, int step, absl::Time now) {
  if (step < 1 || step > static_cast<int>(goal.steps.size())) {
    return status::Invalid("step", "STEP_UNKNOWN",
                           absl::StrCat("the goal has ", goal.steps.size(), " steps"));
  }
  RETURN_IF_ERROR(RequireOpen(goal));
  GoalStep& taken = goal.steps[step - 1];
  if (taken.done_time) return false;
  taken.done_time = now;
  ++goal.version;
  return true;
}

absl::Status Finish(Goal& goal, absl::string_view reflection, absl::Time now) {
  RETURN_IF_ERROR(RequireOpen(goal));
  if (IsBlank(reflection)) {
    return status::Invalid("reflection", "REFLECTION_MISSING",
                           "is empty; a sentence on what you think of it now is enough");
  }
  goal.reflection = std::string(reflection);
  End(goal, GoalState::kDone, now);
  return absl::OkStatus();
}

absl::Status LetGo(Goal& goal, absl::Time now) {
  if (goal.state != GoalState::kOpen && goal.state != GoalState::kBlocked) {
    return Refuse(goal, "it has ended");
  }
  End(goal, GoalState::kLetGo, now);
  return absl::OkStatus();
}

absl::Status Block(Goal& goal, absl::Time now) {
  RETURN_IF_ERROR(RequireOpen(goal));
  goal.state = GoalState::kBlocked;
  goal.block_time = now;
  ++goal.version;
  return absl::OkStatus();
}

absl::Status Unblock(Goal& goal, absl::Time now, absl::TimeZone zone) {
  if (goal.state != GoalState::kBlocked || !goal.block_time) {
    return Refuse(goal, "only a BLOCKED one can be opened again");
  }
  goal.due_date += time::DayOf(now, zone) - time::DayOf(*goal.block_time, zone);
  goal.state = GoalState::kOpen;
  goal.block_time.reset();
  ++goal.version;
  return absl::OkStatus();
}

}  // namespace dap::goals
