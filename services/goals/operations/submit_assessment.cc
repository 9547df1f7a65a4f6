#include "services/goals/operations/submit_assessment.h"

#include <vector>

#include "libs/status/macros.h"
#include "services/goals/operations/events.h"
#include "services/goals/store/assessment_store.h"
#include "services/goals/store/enrolment_guard.h"
#include "services/goals/store/settings_store.h"

namespace dap::goals {

absl::StatusOr<Assessment> SubmitAssessment(const Context& context, db::Connection& tx,
                                            feed::Outbox& outbox, const Assessment& submitted) {
  ASSIGN_OR_RETURN(const Framework* framework,
                   context.catalogue.FindFramework(submitted.framework));
  RETURN_IF_ERROR(CheckAnswers(*framework, submitted.answers));
  RETURN_IF_ERROR(LockEnrolment(tx, submitted.of));
  ASSIGN_OR_RETURN(const std::vector<TakenAssessment> taken, ListTaken(tx, submitted.of));
  RETURN_IF_ERROR(CheckSequence(submitted.kind, submitted.framework, taken));
  ASSIGN_OR_RETURN(const Settings settings, LoadSettings(tx, submitted.of.organisation));
  Assessment assessment = submitted;
  assessment.id = context.ids.Next();
  assessment.submit_time = context.clock.Now();
  assessment.standing = StandingOf(assessment.answers, settings);
  RETURN_IF_ERROR(InsertAssessment(tx, assessment));
  TellAssessmentSubmitted(outbox, assessment);
  return assessment;
}

}  // namespace dap::goals
