// An experience comes to be: its author shares it, or agrees to what a coach wrote down.
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

// Shares it: a contribution, and an ExperienceShared without the text. FAILED_PRECONDITION
// (ENROLMENT_STATE); INVALID_ARGUMENT for experience.text, .link, .moment (MOMENT_UNKNOWN) and
// .audience, as the domain has it.
absl::StatusOr<ExperienceRow> ShareExperience(const Context& context, db::Connection& tx,
                                              feed::Outbox& outbox, const roster::Entry& entry,
                                              const v1::Experience& experience);

// The same by a coach: it awaits the participant's consent, and is no contribution yet. Also
// INVALID_ARGUMENT (MOMENT_MISSING).
absl::StatusOr<ExperienceRow> RecordMoment(const Context& context, db::Connection& tx,
                                           feed::Outbox& outbox, const roster::Entry& entry,
                                           const id::Uuid& coach, const v1::Experience& experience);

// The participant, the author of the locked `row`, says yes: shared, a contribution of now.
// FAILED_PRECONDITION (EXPERIENCE_NOT_AWAITED, ENROLMENT_STATE).
absl::Status ConfirmExperience(const Context& context, db::Connection& tx, feed::Outbox& outbox,
                               const roster::Entry& entry, Audience audience, ExperienceRow& row);
// Or no: deleted.
absl::Status DeclineExperience(db::Connection& tx, feed::Outbox& outbox, const ExperienceRow& row);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_SHARE_EXPERIENCE_H_
