#include "services/goals/convert.h"

#include "absl/strings/str_cat.h"
#include "libs/id/resource_name.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/goals/timestamp.h"

namespace dap::goals {
namespace {

google::type::Date ToDate(absl::CivilDay day) {
  google::type::Date date;
  date.set_year(static_cast<int32_t>(day.year()));
  date.set_month(day.month());
  date.set_day(day.day());
  return date;
}

absl::StatusOr<absl::CivilDay> FromDate(const google::type::Date& date, absl::string_view field) {
  const absl::CivilDay day(date.year(), date.month(), date.day());
  // CivilDay makes the 2nd of March of the 30th of February.
  if (date.year() < 1 || date.year() > 9999 || day.year() != date.year() ||
      day.month() != date.month() || day.day() != date.day()) {
    return status::Invalid(field, "DATE_MALFORMED", "is no day of the calendar");
  }
  return day;
}

}  // namespace

std::string KeyOf(absl::string_view name) {
  const size_t slash = name.rfind('/');
  return std::string(slash == absl::string_view::npos ? name : name.substr(slash + 1));
}

v1::Framework ToProto(const Framework& framework) {
  v1::Framework proto;
  proto.set_name(absl::StrCat("frameworks/", framework.key));
  proto.set_title(framework.title);
  proto.set_source(framework.source);
  for (const Area& area : framework.areas) {
    v1::Area& added = *proto.add_areas();
    added.set_key(area.key);
    added.set_title(area.title);
    for (const Task& task : area.tasks) {
      v1::Task& one = *added.add_tasks();
      one.set_key(task.key);
      one.set_statement(task.statement);
    }
  }
  return proto;
}

v1::GoalTemplate ToProto(const GoalTemplate& goal_template) {
  v1::GoalTemplate proto;
  proto.set_name(absl::StrCat("goalTemplates/", goal_template.key));
  proto.set_version(goal_template.version);
  proto.set_title(goal_template.title);
  proto.set_area(goal_template.area);
  for (const std::string& task : goal_template.tasks) proto.add_tasks(task);
  proto.set_setting(static_cast<v1::GoalSetting>(goal_template.setting));
  for (const GoalTemplateStep& step : goal_template.steps) {
    v1::GoalTemplateStep& added = *proto.add_steps();
    added.set_text(step.text);
    added.set_minutes(step.minutes);
  }
  proto.set_stretch(goal_template.stretch);
  *proto.mutable_review_by_date() = ToDate(goal_template.review_by);
  proto.set_owner(goal_template.owner);
  return proto;
}

v1::Assessment ToProto(const Assessment& assessment, absl::string_view enrolment) {
  v1::Assessment proto;
  proto.set_name(absl::StrCat(enrolment, "/assessments/", assessment.id.ToString()));
  proto.set_kind(static_cast<v1::AssessmentKind>(assessment.kind));
  proto.set_framework(absl::StrCat("frameworks/", assessment.framework));
  for (const TaskAnswer& answer : assessment.answers) {
    v1::TaskAnswer& added = *proto.add_answers();
    added.set_task(answer.task);
    added.set_can_do(answer.can_do);
    added.set_confidence(answer.confidence);
    added.set_done_recently(answer.done_recently);
  }
  *proto.mutable_submit_time() = ToTimestamp(assessment.submit_time);
  proto.set_experienced(assessment.standing.experienced);
  proto.set_needs_encouragement(assessment.standing.needs_encouragement);
  return proto;
}

v1::Goal ToProto(const Goal& goal, absl::string_view enrolment) {
  v1::Goal proto;
  proto.set_name(absl::StrCat(enrolment, "/goals/", goal.id.ToString()));
  if (!goal.goal_template.empty()) {
    proto.set_goal_template(absl::StrCat("goalTemplates/", goal.goal_template));
  }
  proto.set_title(goal.title);
  proto.set_setting(static_cast<v1::GoalSetting>(goal.setting));
  proto.set_state(static_cast<v1::GoalState>(goal.state));
  for (const GoalStep& step : goal.steps) {
    v1::GoalStep& added = *proto.add_steps();
    added.set_text(step.text);
    added.set_minutes(step.minutes);
    if (step.done_time) *added.mutable_done_time() = ToTimestamp(*step.done_time);
  }
  *proto.mutable_create_time() = ToTimestamp(goal.create_time);
  *proto.mutable_due_date() = ToDate(goal.due_date);
  if (goal.end_time) *proto.mutable_end_time() = ToTimestamp(*goal.end_time);
  proto.set_reflection(goal.reflection);
  proto.set_etag(absl::StrCat(goal.version));
  return proto;
}

v1::GoalSuggestion ToProto(const Suggestion& suggestion) {
  v1::GoalSuggestion proto;
  *proto.mutable_goal_template() = ToProto(*suggestion.goal_template);
  proto.set_why(suggestion.why);
  return proto;
}

void AddBarriers(const std::vector<BarrierBlock>& blocks, const EnrolmentKey& of, const Goal& goal,
                 v1::Goal& proto) {
  if (goal.state != GoalState::kBlocked) return;
  for (const BarrierBlock& block : blocks) {
    if (block.goal != goal.id) continue;
    proto.add_barriers(id::Name({{"organisations", of.organisation}, {"barriers", block.barrier}}));
  }
}

absl::StatusOr<Assessment> FromProto(const v1::Assessment& proto) {
  if (!v1::AssessmentKind_IsValid(proto.kind())) {
    return status::Invalid("assessment.kind", "KIND_UNKNOWN", "is none of the three");
  }
  Assessment assessment;
  assessment.kind = static_cast<AssessmentKind>(proto.kind());
  assessment.framework = KeyOf(proto.framework());
  for (const v1::TaskAnswer& answer : proto.answers()) {
    assessment.answers.push_back(
        {answer.task(), answer.can_do(), answer.confidence(), answer.done_recently()});
  }
  return assessment;
}

absl::StatusOr<NewGoal> FromProto(const v1::Goal& proto) {
  if (!v1::GoalSetting_IsValid(proto.setting())) {
    return status::Invalid("goal.setting", "SETTING_UNKNOWN", "is ON_PLATFORM or OFF_PLATFORM");
  }
  NewGoal goal;
  goal.goal_template = KeyOf(proto.goal_template());
  goal.own.title = proto.title();
  goal.own.setting = static_cast<GoalSetting>(proto.setting());
  for (const v1::GoalStep& step : proto.steps()) {
    goal.own.steps.push_back({step.text(), step.minutes()});
  }
  if (proto.has_due_date()) {
    ASSIGN_OR_RETURN(goal.due_date, FromDate(proto.due_date(), "goal.due_date"));
  }
  return goal;
}

absl::StatusOr<GoalState> FromProto(v1::GoalState state) {
  if (!v1::GoalState_IsValid(state)) {
    return status::Invalid("state", "STATE_UNKNOWN", "is no state of a goal");
  }
  return static_cast<GoalState>(state);
}

}  // namespace dap::goals
