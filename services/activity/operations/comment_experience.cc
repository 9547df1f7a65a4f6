#include "services/activity/operations/comment_experience.h"

#include <optional>

#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/activity/operations/change_experience.h"
#include "services/activity/store/cohort_changes.h"

namespace dap::activity {
namespace {

absl::Status Tell(db::Connection& tx, const ExperienceRow& experience, const id::Uuid& comment) {
  return AppendChange(
      tx, {experience.organisation, experience.cohort},
      {.kind = ChangeKind::kComment, .experience = experience.experience, .comment = comment});
}

absl::StatusOr<CommentRow> Find(db::Connection& tx, const ExperienceRow& experience,
                                const id::Uuid& comment) {
  ASSIGN_OR_RETURN(std::optional<CommentRow> row,
                   FindComment(tx, experience.organisation, experience.experience, comment));
  if (!row) return status::NotFound("comment", comment.ToString());
  return *std::move(row);
}

absl::Status NotYours() {
  return status::Denied("NOT_YOURS", "Only its author changes a comment.");
}

}  // namespace

absl::StatusOr<CommentRow> CreateComment(const Context& context, db::Connection& tx,
                                         const Member& member, const ExperienceRow& experience,
                                         const v1::Comment& comment) {
  RETURN_IF_ERROR(CheckShared(experience.state));
  RETURN_IF_ERROR(CheckText(comment.text(), "comment.text"));
  const absl::Time now = context.clock.Now();
  ASSIGN_OR_RETURN(CommentPace pace, CountComment(tx, member.organisation, member.staff, now));
  RETURN_IF_ERROR(CheckPace(pace, now, context.settings.comments_a_minute));
  CommentRow row;
  row.organisation = experience.organisation;
  row.experience = experience.experience;
  row.comment = context.ids.Next();
  row.staff = member.staff;
  row.text = comment.text();
  row.create_time = now;
  RETURN_IF_ERROR(InsertComment(tx, row));
  RETURN_IF_ERROR(AddToComments(tx, experience, 1));
  RETURN_IF_ERROR(Tell(tx, experience, row.comment));
  // Read again for what its author is called.
  return Find(tx, experience, row.comment);
}

absl::StatusOr<CommentRow> UpdateComment(const Context& context, db::Connection& tx,
                                         const Member& member, const ExperienceRow& experience,
                                         const id::Uuid& comment, const v1::Comment& wanted) {
  ASSIGN_OR_RETURN(CommentRow row, Find(tx, experience, comment));
  if (row.staff != member.staff) return NotYours();
  RETURN_IF_ERROR(CheckShared(experience.state));
  RETURN_IF_ERROR(CheckText(wanted.text(), "comment.text"));
  if (wanted.etag().empty()) {
    return status::Invalid("comment.etag", "ETAG_MISSING", "Send the etag that you read.");
  }
  if (wanted.etag() != EtagOf(row.revision)) {
    return status::Aborted("ETAG_MISMATCH", "It was changed since you read it. Read it again.");
  }
  row.text = wanted.text();
  row.edit_time = context.clock.Now();
  ++row.revision;
  RETURN_IF_ERROR(SaveComment(tx, row));
  RETURN_IF_ERROR(Tell(tx, experience, comment));
  return row;
}

absl::Status DeleteComment(db::Connection& tx, const Member& member,
                           const ExperienceRow& experience, const id::Uuid& comment) {
  ASSIGN_OR_RETURN(CommentRow row, Find(tx, experience, comment));
  if (row.staff != member.staff && !member.coach) return NotYours();
  RETURN_IF_ERROR(DeleteComment(tx, row));
  RETURN_IF_ERROR(AddToComments(tx, experience, -1));
  return Tell(tx, experience, comment);
}

}  // namespace dap::activity
