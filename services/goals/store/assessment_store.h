#ifndef DAP_SERVICES_GOALS_STORE_ASSESSMENT_STORE_H_
#define DAP_SERVICES_GOALS_STORE_ASSESSMENT_STORE_H_

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/goals/domain/assessment.h"

namespace dap::goals {

// Two statements, and a few more where there are many answers.
absl::Status InsertAssessment(db::Connection& tx, const Assessment& assessment);

// What the enrolment has submitted, without answers. One query by key.
absl::StatusOr<std::vector<TakenAssessment>> ListTaken(db::Connection& tx, const EnrolmentKey& of);

// Nothing where there is none. Two queries by key.
absl::StatusOr<std::optional<Assessment>> LoadAssessment(db::Connection& tx, const EnrolmentKey& of,
                                                         const id::Uuid& assessment);

// Newest first: up to `limit` that are older than `before`, from the newest where that is unset.
// Two queries by key.
absl::StatusOr<std::vector<Assessment>> ListAssessments(db::Connection& tx, const EnrolmentKey& of,
                                                        std::optional<id::Uuid> before, int limit);

// For tests that ask how they are run.
extern const char kListAssessments[];
extern const char kListAnswers[];

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_STORE_ASSESSMENT_STORE_H_
