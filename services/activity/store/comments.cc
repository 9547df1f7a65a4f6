#include "services/activity/store/comments.h"

#include "libs/status/macros.h"

namespace dap::activity {
namespace {

#define DAP_COMMENT_SELECT                                                                    \
  "SELECT m.comment, m.staff, m.body, m.create_time, m.edit_time, m.revision, s.display_name" \
  " FROM experience_comment m"                                                                \
  " LEFT JOIN staff_name s ON s.organisation = m.organisation AND s.staff = m.staff"          \
  " WHERE m.organisation = ? AND m.experience = ? AND "

constexpr absl::string_view kInsert =
    "INSERT INTO experience_comment (organisation, experience, comment, staff, body, create_time,"
    " revision) VALUES (?, ?, ?, ?, ?, ?, ?)";
constexpr absl::string_view kSave =
    "UPDATE experience_comment SET body = ?, edit_time = ?, revision = ?"
    " WHERE organisation = ? AND experience = ? AND comment = ?";
constexpr absl::string_view kDelete =
    "DELETE FROM experience_comment WHERE organisation = ? AND experience = ? AND comment = ?";
constexpr absl::string_view kFind = DAP_COMMENT_SELECT "m.comment = ?";
// `comments` first: it reads the window as it was.
constexpr absl::string_view kCountComment =
    "INSERT INTO comment_pace (organisation, staff, window_start, comments) VALUES (?, ?, ?, 1)"
    " ON DUPLICATE KEY UPDATE comments = IF(window_start <= ?, 1, comments + 1),"
    " window_start = IF(window_start <= ?, VALUES(window_start), window_start)";
constexpr absl::string_view kPace =
    "SELECT window_start, comments FROM comment_pace WHERE organisation = ? AND staff = ?";
constexpr absl::string_view kSaveStaffName =
    "INSERT INTO staff_name (organisation, staff, display_name, version) VALUES (?, ?, ?, ?)"
    " ON DUPLICATE KEY UPDATE"
    " display_name = IF(version < VALUES(version), VALUES(display_name), display_name),"
    " version = GREATEST(version, VALUES(version))";

CommentRow Read(const db::Row& row, const id::Uuid& organisation, const id::Uuid& experience) {
  return {organisation,        experience,    row.Uuid(0),
          row.Uuid(1),         row.String(2), row.Time(3),
          row.OptionalTime(4), row.Int(5),    row.OptionalString(6).value_or("")};
}

}  // namespace

const absl::string_view kListCommentsSql =
    DAP_COMMENT_SELECT "m.comment > ? ORDER BY m.comment LIMIT ?";

#undef DAP_COMMENT_SELECT

absl::Status InsertComment(db::Connection& tx, const CommentRow& row) {
  return tx
      .Execute(kInsert, {row.organisation, row.experience, row.comment, row.staff, row.text,
                         row.create_time, row.revision})
      .status();
}

absl::Status SaveComment(db::Connection& tx, const CommentRow& row) {
  return tx
      .Execute(kSave, {row.text, row.edit_time, row.revision, row.organisation, row.experience,
                       row.comment})
      .status();
}

absl::Status DeleteComment(db::Connection& tx, const CommentRow& row) {
  return tx.Execute(kDelete, {row.organisation, row.experience, row.comment}).status();
}

absl::StatusOr<std::optional<CommentRow>> FindComment(db::Connection& db,
                                                      const id::Uuid& organisation,
                                                      const id::Uuid& experience,
                                                      const id::Uuid& comment) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row,
                   db.QueryOne(kFind, {organisation, experience, comment}));
  if (!row) return std::nullopt;
  return Read(*row, organisation, experience);
}

absl::StatusOr<std::vector<CommentRow>> ListComments(db::Connection& db,
                                                     const id::Uuid& organisation,
                                                     const id::Uuid& experience,
                                                     const id::Uuid& after, int limit) {
  ASSIGN_OR_RETURN(db::Rows rows,
                   db.Query(kListCommentsSql, {organisation, experience, after, limit}));
  std::vector<CommentRow> comments;
  for (const db::Row& row : rows) comments.push_back(Read(row, organisation, experience));
  return comments;
}

absl::StatusOr<CommentPace> CountComment(db::Connection& tx, const id::Uuid& organisation,
                                         const id::Uuid& staff, absl::Time now) {
  const absl::Time over = now - absl::Minutes(1);
  RETURN_IF_ERROR(tx.Execute(kCountComment, {organisation, staff, now, over, over}).status());
  ASSIGN_OR_RETURN(std::optional<db::Row> row, tx.QueryOne(kPace, {organisation, staff}));
  return CommentPace{row->Time(0), static_cast<int>(row->Int(1))};
}

absl::Status SaveStaffName(db::Connection& tx, const id::Uuid& organisation, const id::Uuid& staff,
                           absl::string_view display_name, int64_t version) {
  return tx.Execute(kSaveStaffName, {organisation, staff, display_name, version}).status();
}

}  // namespace dap::activity
