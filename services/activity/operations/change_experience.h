// What happens to an experience afterwards. `row` is the locked one, and follows.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_CHANGE_EXPERIENCE_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_CHANGE_EXPERIENCE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dap/activity/v1/experience_service.pb.h"
#include "libs/db/connection.h"
#include "libs/feed/outbox.h"
#include "services/activity/operations/context.h"
#include "services/activity/operations/membership.h"
#include "services/activity/store/experiences.h"

namespace dap::activity {

// The version as a client holds it.
std::string EtagOf(int64_t revision);

// The experience, locked, where `staff` is its author. PERMISSION_DENIED (NOT_YOURS) otherwise,
// also where there is none.
absl::StatusOr<ExperienceRow> LockOwn(db::Connection& tx, const id::Uuid& organisation,
                                      const id::Uuid& cohort, const id::Uuid& experience,
                                      const id::Uuid& staff);
// The experience, locked, where the member sees it. NOT_FOUND (EXPERIENCE_NOT_FOUND) otherwise.
absl::StatusOr<ExperienceRow> LockSeen(db::Connection& tx, const Member& member,
                                       const id::Uuid& experience);

// By its author. INVALID_ARGUMENT for update_mask (MASK_EMPTY, MASK_UNKNOWN), experience.etag
// (ETAG_MISSING) and the new values; ABORTED (ETAG_MISMATCH); FAILED_PRECONDITION as
// CheckAuthorMayChange, for the next two as well.
absl::Status UpdateExperience(const Context& context, db::Connection& tx, feed::Outbox& outbox,
                              const v1::UpdateExperienceRequest& request, ExperienceRow& row);
// Again changes nothing.
absl::Status HideExperience(db::Connection& tx, feed::Outbox& outbox, ExperienceRow& row);
absl::Status UnhideExperience(db::Connection& tx, ExperienceRow& row);

// By somebody who sees it; kNone takes it back. FAILED_PRECONDITION (EXPERIENCE_NOT_SHARED).
absl::Status Cheer(const Context& context, db::Connection& tx, const id::Uuid& staff,
                   CheerKind kind, ExperienceRow& row);

// The same; once a person.
absl::Status ReportExperience(const Context& context, db::Connection& tx, feed::Outbox& outbox,
                              const id::Uuid& staff, absl::string_view reason, ExperienceRow& row);

// By a coach. INVALID_ARGUMENT for decision (DECISION_UNKNOWN) and reason (REASON_MISSING); ABORTED
// (ETAG_MISMATCH); FAILED_PRECONDITION (EXPERIENCE_NOT_SHARED).
absl::Status ModerateExperience(db::Connection& tx, feed::Outbox& outbox,
                                const v1::ModerateExperienceRequest& request, ExperienceRow& row);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_CHANGE_EXPERIENCE_H_
