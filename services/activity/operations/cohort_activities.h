// What a cohort sees of the activities that were shared with it.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_COHORT_ACTIVITIES_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_COHORT_ACTIVITIES_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dap/activity/v1/activity_service.pb.h"
#include "libs/id/uuid.h"
#include "libs/rpc/call.h"
#include "services/activity/operations/context.h"
#include "services/activity/operations/membership.h"
#include "services/activity/operations/page.h"
#include "services/activity/store/activities.h"
#include "services/activity/store/shared_activities.h"

namespace dap::activity {

// Whether its cohort may see the activity.
bool IsForCohort(const ActivityRow& row);

// The place it takes in the list of the cohort, for SaveCohortActivities in the transaction that
// writes it. `zone` is the participant's.
CohortActivityRow InCohort(const Context& context, const ActivityRow& row, const id::Uuid& cohort,
                           absl::TimeZone zone);

// One page for a member. Tokens belong to their caller and tell no day. At most two queries.
absl::StatusOr<Page<SharedActivity>> ListCohortActivityPage(
    const Context& context, const rpc::Call& call, const v1::ListCohortActivitiesRequest& request,
    const Member& member);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_COHORT_ACTIVITIES_H_
