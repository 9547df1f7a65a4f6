#include "services/goals/operations/events.h"

#include <string>
#include <utility>

#include "dap/events/v1/event.pb.h"
#include "services/goals/timestamp.h"

namespace dap::goals {
namespace {

std::string Bytes(const id::Uuid& id) { return std::string(id.bytes()); }

}  // namespace

void TellAssessmentSubmitted(feed::Outbox& outbox, const Assessment& assessment) {
  events::v1::Event event;
  events::v1::AssessmentSubmitted& told = *event.mutable_assessment_submitted();
  told.set_enrolment(Bytes(assessment.of.enrolment));
  told.set_assessment(Bytes(assessment.id));
  told.set_kind(static_cast<v1::AssessmentKind>(assessment.kind));
  outbox.Add(assessment.of.organisation, std::move(event));
}

void TellGoalChanged(feed::Outbox& outbox, const Goal& goal) {
  events::v1::Event event;
  events::v1::GoalChanged& told = *event.mutable_goal_changed();
  told.set_goal(Bytes(goal.id));
  told.set_enrolment(Bytes(goal.of.enrolment));
  told.set_state(static_cast<v1::GoalState>(goal.state));
  told.set_version(goal.version);
  outbox.Add(goal.of.organisation, std::move(event));
}

void TellGoalStepDone(feed::Outbox& outbox, const Goal& goal, int step) {
  events::v1::Event event;
  events::v1::GoalStepDone& told = *event.mutable_goal_step_done();
  told.set_goal(Bytes(goal.id));
  told.set_enrolment(Bytes(goal.of.enrolment));
  told.set_step(step);
  *told.mutable_done_time() = ToTimestamp(*goal.steps[step - 1].done_time);
  outbox.Add(goal.of.organisation, std::move(event));
}

}  // namespace dap::goals
