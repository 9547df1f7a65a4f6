#include "services/activity/store/revisions.h"

#include <optional>

#include "libs/status/macros.h"

namespace dap::activity {
namespace {

constexpr absl::string_view kNewest =
    "SELECT revision FROM activity_revision WHERE organisation = ? AND enrolment = ?"
    " AND activity = ? ORDER BY revision DESC LIMIT 1";
constexpr absl::string_view kInsert =
    "INSERT INTO activity_revision (organisation, enrolment, activity, revision, activity_time,"
    " kind, setting, minutes, visibility, goal, link, note, create_time, change_kind, change_time)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

}  // namespace

const absl::string_view kListRevisionsSql =
    "SELECT revision, activity_time, kind, setting, minutes, visibility, goal, link, note,"
    " create_time, change_kind, change_time FROM activity_revision WHERE organisation = ?"
    " AND enrolment = ? AND activity = ? AND revision < ? ORDER BY revision DESC LIMIT ?";

absl::Status InsertRevision(db::Connection& tx, const RevisionRow& row) {
  const ActivityRow& was = row.was;
  ASSIGN_OR_RETURN(std::optional<db::Row> newest,
                   tx.QueryOne(kNewest, {was.organisation, was.enrolment, was.activity}));
  const int64_t revision = newest ? newest->Int(0) + 1 : 1;
  return tx
      .Execute(kInsert, {was.organisation, was.enrolment, was.activity, revision, was.activity_time,
                         was.kind, was.setting, was.minutes, was.visibility,
                         was.goal.is_nil() ? db::Value(db::Null()) : db::Value(was.goal), was.link,
                         was.note, was.create_time, row.change, row.change_time})
      .status();
}

absl::StatusOr<std::vector<RevisionRow>> ListRevisions(db::Connection& db,
                                                       const id::Uuid& organisation,
                                                       const id::Uuid& enrolment,
                                                       const id::Uuid& activity, int before,
                                                       int limit) {
  ASSIGN_OR_RETURN(db::Rows rows,
                   db.Query(kListRevisionsSql, {organisation, enrolment, activity, before, limit}));
  std::vector<RevisionRow> revisions;
  for (const db::Row& row : rows) {
    RevisionRow revision;
    revision.was = {organisation,
                    enrolment,
                    row.Time(1),
                    activity,
                    static_cast<Kind>(row.Int(2)),
                    static_cast<Setting>(row.Int(3)),
                    static_cast<int>(row.Int(4)),
                    static_cast<int>(row.Int(5)),
                    row.OptionalUuid(6).value_or(id::Uuid()),
                    row.String(7),
                    row.String(8),
                    row.Time(9)};
    revision.revision = static_cast<int>(row.Int(0));
    revision.change = static_cast<int>(row.Int(10));
    revision.change_time = row.Time(11);
    revisions.push_back(std::move(revision));
  }
  return revisions;
}

}  // namespace dap::activity
