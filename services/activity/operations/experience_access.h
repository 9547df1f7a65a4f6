// Who may do what for whom with experiences, beyond belonging to the cohort.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_EXPERIENCE_ACCESS_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_EXPERIENCE_ACCESS_H_

#include <string>

#include "absl/status/statusor.h"
#include "libs/roster/entry.h"
#include "libs/rpc/call.h"
#include "services/activity/operations/context.h"
#include "services/activity/operations/membership.h"

namespace dap::activity {

// The entry of `enrolment`, a resource name in the field `field`, for a caller who is `relation` to
// it. INVALID_ARGUMENT (ENROLMENT_OF_ANOTHER_COHORT) where it is not of the cohort `parent`;
// NOT_FOUND (ENROLMENT_NOT_FOUND); PERMISSION_DENIED.
absl::StatusOr<roster::Entry> EntryFor(const Context& context, const rpc::Call& call,
                                       const std::string& parent, const std::string& enrolment,
                                       absl::string_view field, roster::Relation relation);

// RequireMember, for a coach of this cohort, not only of some: PERMISSION_DENIED (NOT_YOURS).
absl::StatusOr<Member> RequireCoach(const Context& context, const rpc::Call& call,
                                    const id::Uuid& organisation, const id::Uuid& cohort);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_EXPERIENCE_ACCESS_H_
