// Who belongs to a cohort.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_MEMBERSHIP_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_MEMBERSHIP_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/id/uuid.h"
#include "libs/roster/entry.h"
#include "libs/rpc/call.h"
#include "services/activity/operations/context.h"

namespace dap::activity {

// OK for a caller who takes part in the cohort or has completed it, is a patron of somebody who
// does, or is one of its coaches; PERMISSION_DENIED (OTHER_ORGANISATION, NOT_YOURS) otherwise, also
// where there is no such cohort. One to three queries on the roster's indexes.
absl::Status RequireMember(const Context& context, const rpc::Call& call,
                           const id::Uuid& organisation, const id::Uuid& cohort);

// For what concerns the organisation as a whole: its coaches and administrators, and participants
// of any of its cohorts as above. PERMISSION_DENIED otherwise. At most one query.
absl::Status RequireOnProgramme(const Context& context, const rpc::Call& call,
                                const id::Uuid& organisation);

// All of the cohort in whatever state, by enrolment id, for one of its coaches; PERMISSION_DENIED
// as above, also where it has nobody. One query on the roster's index.
absl::StatusOr<std::vector<roster::Entry>> ListForCoach(const Context& context,
                                                        const rpc::Call& call,
                                                        const id::Uuid& organisation,
                                                        const id::Uuid& cohort);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_MEMBERSHIP_H_
