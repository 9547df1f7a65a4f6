// What people say to an experience. `experience` is the locked one that the member sees.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_COMMENT_EXPERIENCE_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_COMMENT_EXPERIENCE_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dap/activity/v1/experience.pb.h"
#include "libs/db/connection.h"
#include "services/activity/operations/context.h"
#include "services/activity/operations/membership.h"
#include "services/activity/store/comments.h"
#include "services/activity/store/experiences.h"

namespace dap::activity {

// INVALID_ARGUMENT for comment.text; FAILED_PRECONDITION (EXPERIENCE_NOT_SHARED);
// RESOURCE_EXHAUSTED (COMMENTING_TOO_FAST).
absl::StatusOr<CommentRow> CreateComment(const Context& context, db::Connection& tx,
                                         const Member& member, const ExperienceRow& experience,
                                         const v1::Comment& comment);

// NOT_FOUND (COMMENT_NOT_FOUND); PERMISSION_DENIED (NOT_YOURS) where the member is not its author;
// INVALID_ARGUMENT for comment.text and comment.etag (ETAG_MISSING); ABORTED (ETAG_MISMATCH);
// FAILED_PRECONDITION (EXPERIENCE_NOT_SHARED).
absl::StatusOr<CommentRow> UpdateComment(const Context& context, db::Connection& tx,
                                         const Member& member, const ExperienceRow& experience,
                                         const id::Uuid& comment, const v1::Comment& wanted);

// NOT_FOUND (COMMENT_NOT_FOUND); PERMISSION_DENIED (NOT_YOURS) where the member is neither its
// author nor a coach.
absl::Status DeleteComment(db::Connection& tx, const Member& member,
                           const ExperienceRow& experience, const id::Uuid& comment);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_COMMENT_EXPERIENCE_H_
