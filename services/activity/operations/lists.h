// The service's lists: a page each, by keyset, with a signed token for the next.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_LISTS_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_LISTS_H_

#include "absl/status/statusor.h"
#include "dap/activity/v1/activity_service.pb.h"
#include "dap/activity/v1/progress_service.pb.h"
#include "libs/id/uuid.h"
#include "libs/roster/entry.h"
#include "libs/rpc/call.h"
#include "services/activity/operations/context.h"
#include "services/activity/operations/page.h"
#include "services/activity/store/activities.h"
#include "services/activity/store/patron_queue.h"
#include "services/activity/store/revisions.h"

namespace dap::activity {

// Each takes one query. INVALID_ARGUMENT for page_token: those of rpc::PageTokens::Open. Who may
// see them is asked before. Tokens belong to their caller.
absl::StatusOr<Page<ActivityRow>> ListActivityPage(const Context& context, const rpc::Call& call,
                                                   const v1::ListActivitiesRequest& request,
                                                   const id::Uuid& organisation,
                                                   const id::Uuid& enrolment);
absl::StatusOr<Page<RevisionRow>> ListRevisionPage(const Context& context, const rpc::Call& call,
                                                   const v1::ListActivityRevisionsRequest& request,
                                                   const id::Uuid& organisation,
                                                   const id::Uuid& enrolment,
                                                   const id::Uuid& activity);
absl::StatusOr<Page<QueueView>> ListQueuePage(const Context& context, const rpc::Call& call,
                                              const v1::ListPatronQueueRequest& request,
                                              const id::Uuid& organisation);
// Takes no query: `cohort` is all of the list, by enrolment id.
absl::StatusOr<Page<roster::Entry>> CohortPage(const Context& context, const rpc::Call& call,
                                               const v1::ListCohortProgressRequest& request,
                                               const std::vector<roster::Entry>& cohort);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_LISTS_H_
