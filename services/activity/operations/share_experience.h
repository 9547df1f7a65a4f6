#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_SHARE_EXPERIENCE_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_SHARE_EXPERIENCE_H_

#include "absl/status/statusor.h"
#include "dap/activity/v1/experience.pb.h"
#include "libs/db/connection.h"
#include "libs/feed/outbox.h"
#include "libs/roster/entry.h"
#include "services/activity/operations/context.h"
#include "services/activity/store/experiences.h"

namespace dap::activity {

// Shares it with the cohort: a contribution, and an ExperienceShared without the text.
// FAILED_PRECONDITION (ENROLMENT_STATE); INVALID_ARGUMENT for experience.text (TEXT_BLANK) and
// experience.moment (MOMENT_UNKNOWN).
absl::StatusOr<ExperienceRow> ShareExperience(const Context& context, db::Connection& tx,
                                              feed::Outbox& outbox, const roster::Entry& entry,
                                              const v1::Experience& experience);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_SHARE_EXPERIENCE_H_
