#ifndef DAP_SERVICES_GOALS_OPERATIONS_SUBMIT_ASSESSMENT_H_
#define DAP_SERVICES_GOALS_OPERATIONS_SUBMIT_ASSESSMENT_H_

#include "absl/status/statusor.h"
#include "libs/db/connection.h"
#include "libs/feed/outbox.h"
#include "services/goals/domain/assessment.h"
#include "services/goals/operations/context.h"

namespace dap::goals {

// Keeps an assessment of `submitted.of` with the kind, framework and answers of `submitted`, and
// gives the rest: id, time and standing. Tells AssessmentSubmitted. NOT_FOUND
// (FRAMEWORK_NOT_FOUND), and what CheckAnswers and CheckSequence say. Five statements or six.
absl::StatusOr<Assessment> SubmitAssessment(const Context& context, db::Connection& tx,
                                            feed::Outbox& outbox, const Assessment& submitted);

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_OPERATIONS_SUBMIT_ASSESSMENT_H_
