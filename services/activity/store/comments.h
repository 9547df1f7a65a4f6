// The tables experience_comment, comment_pace and staff_name: what people say to an experience.
#ifndef DAP_SERVICES_ACTIVITY_STORE_COMMENTS_H_
#define DAP_SERVICES_ACTIVITY_STORE_COMMENTS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/activity/domain/experience.h"

namespace dap::activity {

struct CommentRow {
  id::Uuid organisation;
  id::Uuid experience;
  id::Uuid comment;
  id::Uuid staff;
  std::string text;
  absl::Time create_time;
  std::optional<absl::Time> edit_time;
  int64_t revision = 1;
  std::string author_display_name;
};

absl::Status InsertComment(db::Connection& tx, const CommentRow& row);
absl::Status SaveComment(db::Connection& tx, const CommentRow& row);
absl::Status DeleteComment(db::Connection& tx, const CommentRow& row);

absl::StatusOr<std::optional<CommentRow>> FindComment(db::Connection& db,
                                                      const id::Uuid& organisation,
                                                      const id::Uuid& experience,
                                                      const id::Uuid& comment);
// Oldest first, after that one (nil: from the first); at most `limit`.
absl::StatusOr<std::vector<CommentRow>> ListComments(db::Connection& db,
                                                     const id::Uuid& organisation,
                                                     const id::Uuid& experience,
                                                     const id::Uuid& after, int limit);

// One comment more of this person, in a window of a minute; holds their row until the end of the
// transaction.
absl::StatusOr<CommentPace> CountComment(db::Connection& tx, const id::Uuid& organisation,
                                         const id::Uuid& staff, absl::Time now);

// Keeps what somebody is called; an older version changes nothing.
absl::Status SaveStaffName(db::Connection& tx, const id::Uuid& organisation, const id::Uuid& staff,
                           absl::string_view display_name, int64_t version);

// For the test that it goes by its key.
extern const absl::string_view kListCommentsSql;

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_STORE_COMMENTS_H_
