// A cohort's lists: a page each, by keyset, with a signed token for the next.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_EXPERIENCE_LISTS_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_EXPERIENCE_LISTS_H_

#include "absl/status/statusor.h"
#include "dap/activity/v1/experience_service.pb.h"
#include "libs/rpc/call.h"
#include "services/activity/operations/context.h"
#include "services/activity/operations/membership.h"
#include "services/activity/operations/page.h"
#include "services/activity/store/comments.h"
#include "services/activity/store/experiences.h"

namespace dap::activity {

// One query each. INVALID_ARGUMENT for page_token: those of rpc::PageTokens::Open. Tokens belong to
// their caller.
absl::StatusOr<Page<ExperienceRow>> ListExperiencePage(const Context& context,
                                                       const rpc::Call& call,
                                                       const v1::ListExperiencesRequest& request,
                                                       const Member& member);
// Of the enrolment that the request names.
absl::StatusOr<Page<ExperienceRow>> ListExperienceOfPage(const Context& context,
                                                         const rpc::Call& call,
                                                         const v1::ListExperiencesRequest& request,
                                                         const Member& reader,
                                                         const id::Uuid& enrolment);
absl::StatusOr<Page<ExperienceRow>> ListReportedPage(
    const Context& context, const rpc::Call& call,
    const v1::ListReportedExperiencesRequest& request, const Member& coach);
absl::StatusOr<Page<CommentRow>> ListCommentPage(const Context& context, const rpc::Call& call,
                                                 const v1::ListCommentsRequest& request,
                                                 const ExperienceRow& experience);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_EXPERIENCE_LISTS_H_
