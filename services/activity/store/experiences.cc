#include "services/activity/store/experiences.h"

#include <algorithm>

#include "libs/status/macros.h"
#include "services/activity/store/in_list.h"

namespace dap::activity {
namespace {

#define DAP_EXPERIENCE_SELECT                                                                  \
  "SELECT e.experience, e.enrolment, e.body, e.link, e.moment, e.create_time, e.audience,"     \
  " e.state, e.revision, e.edit_time, e.recorded_by, e.comments, e.applause, e.hearts,"        \
  " e.inspired, e.thanks, e.reported_at, e.removal_reason, r.participant_display_name,"        \
  " r.participant, r.patron, c.kind FROM experience e"                                         \
  " LEFT JOIN roster_entry r ON r.organisation = e.organisation AND r.enrolment = e.enrolment" \
  " LEFT JOIN cheer c ON c.organisation = e.organisation AND c.experience = e.experience"      \
  " AND c.staff = ?"                                                                           \
  " WHERE e.organisation = ? AND e.cohort = ? AND "

// Shared, and the reader sees it: with everybody, by the coach, by the author's patron, by the
// author. As MaySee says, but for what only single reads give.
#define DAP_EXPERIENCE_SEEN                                                              \
  " AND e.state = 1 AND (e.audience = 1 OR ? OR (e.audience = 2 AND ? AND r.patron = ?)" \
  " OR r.participant = ?)"

constexpr absl::string_view kInsert =
    "INSERT INTO experience (organisation, cohort, experience, enrolment, body, link, moment,"
    " create_time, cheers, audience, state, revision, recorded_by)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?)";
constexpr absl::string_view kSave =
    "UPDATE experience SET body = ?, link = ?, audience = ?, state = ?, revision = ?,"
    " edit_time = ?, reported_at = ?, removal_reason = ?"
    " WHERE organisation = ? AND cohort = ? AND experience = ?";
constexpr absl::string_view kDelete =
    "DELETE FROM experience WHERE organisation = ? AND cohort = ? AND experience = ?";
constexpr absl::string_view kAddToComments =
    "UPDATE experience SET comments = comments + ?"
    " WHERE organisation = ? AND cohort = ? AND experience = ?";
constexpr absl::string_view kFind = DAP_EXPERIENCE_SELECT "e.experience = ?";
constexpr absl::string_view kLock = DAP_EXPERIENCE_SELECT "e.experience = ? FOR UPDATE";
constexpr absl::string_view kSaveCheer =
    "INSERT INTO cheer (organisation, experience, staff, kind, create_time) VALUES (?, ?, ?, ?, ?)"
    " ON DUPLICATE KEY UPDATE kind = VALUES(kind)";
constexpr absl::string_view kDeleteCheer =
    "DELETE FROM cheer WHERE organisation = ? AND experience = ? AND staff = ?";
constexpr absl::string_view kSaveCheers =
    "UPDATE experience SET cheers = ?, applause = ?, hearts = ?, inspired = ?, thanks = ?"
    " WHERE organisation = ? AND cohort = ? AND experience = ?";

const id::Uuid kLastId = id::Uuid::FromBytes(std::string(id::Uuid::kBytes, '\xff'));

ExperienceRow Read(const db::Row& row, const id::Uuid& organisation, const id::Uuid& cohort) {
  ExperienceRow e;
  e.organisation = organisation;
  e.cohort = cohort;
  e.experience = row.Uuid(0);
  e.enrolment = row.Uuid(1);
  e.text = row.String(2);
  e.link = row.String(3);
  e.moment = static_cast<int>(row.Int(4));
  e.create_time = row.Time(5);
  e.audience = static_cast<Audience>(row.Int(6));
  e.state = static_cast<ExperienceState>(row.Int(7));
  e.revision = row.Int(8);
  e.edit_time = row.OptionalTime(9);
  e.recorded_by = row.OptionalUuid(10).value_or(id::Uuid());
  e.comments = static_cast<int>(row.Int(11));
  for (int kind = 0; kind < kCheerKinds; ++kind) {
    e.cheers[kind] = static_cast<int>(row.Int(12 + kind));
  }
  e.reported_at = row.OptionalTime(16);
  e.removal_reason = row.String(17);
  e.author_display_name = row.OptionalString(18).value_or("");
  e.author = row.OptionalUuid(19).value_or(id::Uuid());
  e.patron = row.OptionalUuid(20).value_or(id::Uuid());
  e.my_cheer = static_cast<CheerKind>(row.OptionalInt(21).value_or(0));
  return e;
}

absl::StatusOr<std::optional<ExperienceRow>> One(db::Connection& db, absl::string_view sql,
                                                 const id::Uuid& organisation,
                                                 const id::Uuid& cohort, const id::Uuid& experience,
                                                 const id::Uuid& reader) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row,
                   db.QueryOne(sql, {reader, organisation, cohort, experience}));
  if (!row) return std::nullopt;
  return Read(*row, organisation, cohort);
}

absl::StatusOr<std::vector<ExperienceRow>> Many(db::Connection& db, absl::string_view sql,
                                                const db::Values& values,
                                                const id::Uuid& organisation,
                                                const id::Uuid& cohort) {
  ASSIGN_OR_RETURN(db::Rows rows, db.Query(sql, values));
  std::vector<ExperienceRow> experiences;
  for (const db::Row& row : rows) experiences.push_back(Read(row, organisation, cohort));
  return experiences;
}

db::Value OrNull(const id::Uuid& id) { return id.is_nil() ? db::Value(db::Null()) : db::Value(id); }

}  // namespace

const absl::string_view kListExperiencesSql = DAP_EXPERIENCE_SELECT
    "e.experience < ?" DAP_EXPERIENCE_SEEN " ORDER BY e.experience DESC LIMIT ?";
const absl::string_view kListExperiencesOfSql = DAP_EXPERIENCE_SELECT
    "e.enrolment = ? AND e.experience < ? AND (r.participant = ? OR (1" DAP_EXPERIENCE_SEEN
    ")) ORDER BY e.experience DESC LIMIT ?";
const absl::string_view kListReportedSql = DAP_EXPERIENCE_SELECT
    "e.state = 1 AND e.reported_at >= ? AND (e.reported_at > ? OR e.experience > ?)"
    " ORDER BY e.reported_at, e.experience LIMIT ?";

// Shared, with the cohort.
const absl::string_view kListLatestSharedSql =
    "SELECT enrolment, cohort, experience, body, link, moment FROM experience"
    " WHERE organisation = ? AND enrolment = ? AND state = 1 AND audience = 1"
    " ORDER BY experience DESC LIMIT ?";

#undef DAP_EXPERIENCE_SELECT
#undef DAP_EXPERIENCE_SEEN

absl::Status InsertExperience(db::Connection& tx, const ExperienceRow& row) {
  return tx
      .Execute(kInsert, {row.organisation, row.cohort, row.experience, row.enrolment, row.text,
                         row.link, row.moment, row.create_time, row.audience, row.state,
                         row.revision, OrNull(row.recorded_by)})
      .status();
}

absl::Status SaveExperience(db::Connection& tx, const ExperienceRow& row) {
  return tx
      .Execute(kSave,
               {row.text, row.link, row.audience, row.state, row.revision, row.edit_time,
                row.reported_at, row.removal_reason, row.organisation, row.cohort, row.experience})
      .status();
}

absl::Status DeleteExperience(db::Connection& tx, const ExperienceRow& row) {
  return tx.Execute(kDelete, {row.organisation, row.cohort, row.experience}).status();
}

absl::Status AddToComments(db::Connection& tx, const ExperienceRow& row, int more) {
  return tx.Execute(kAddToComments, {more, row.organisation, row.cohort, row.experience}).status();
}

absl::StatusOr<std::optional<ExperienceRow>> FindExperience(db::Connection& db,
                                                            const id::Uuid& organisation,
                                                            const id::Uuid& cohort,
                                                            const id::Uuid& experience,
                                                            const id::Uuid& reader) {
  return One(db, kFind, organisation, cohort, experience, reader);
}

absl::StatusOr<std::optional<ExperienceRow>> LockExperience(db::Connection& tx,
                                                            const id::Uuid& organisation,
                                                            const id::Uuid& cohort,
                                                            const id::Uuid& experience,
                                                            const id::Uuid& reader) {
  return One(tx, kLock, organisation, cohort, experience, reader);
}

absl::StatusOr<std::vector<ExperienceRow>> ListExperiences(
    db::Connection& db, const id::Uuid& organisation, const id::Uuid& cohort,
    const ExperienceReader& reader, const std::optional<id::Uuid>& after, int limit) {
  return Many(db, kListExperiencesSql,
              {reader.staff, organisation, cohort, after.value_or(kLastId), reader.coach,
               reader.patron, reader.staff, reader.staff, limit},
              organisation, cohort);
}

absl::StatusOr<std::vector<ExperienceRow>> ListExperiencesOf(
    db::Connection& db, const id::Uuid& organisation, const id::Uuid& cohort,
    const id::Uuid& enrolment, const ExperienceReader& reader, const std::optional<id::Uuid>& after,
    int limit) {
  return Many(db, kListExperiencesOfSql,
              {reader.staff, organisation, cohort, enrolment, after.value_or(kLastId), reader.staff,
               reader.coach, reader.patron, reader.staff, reader.staff, limit},
              organisation, cohort);
}

absl::StatusOr<std::vector<SharedExperience>> ListLatestShared(
    db::Connection& db, const id::Uuid& organisation, absl::Span<const id::Uuid> enrolments,
    int limit) {
  std::vector<SharedExperience> shared;
  for (size_t begin = 0; begin < enrolments.size(); begin += kUnionIds) {
    db::Values values;
    const std::string sql = UnionOf(kListLatestSharedSql, enrolments.subspan(begin, kUnionIds),
                                    values, [&](const id::Uuid& enrolment, db::Values& of) {
                                      of.insert(of.end(), {organisation, enrolment, limit});
                                    });
    ASSIGN_OR_RETURN(const db::Rows rows, db.Query(sql, values));
    for (const db::Row& row : rows) {
      shared.push_back({row.Uuid(0), row.Uuid(1), row.Uuid(2), row.String(3), row.String(4),
                        static_cast<int>(row.Int(5))});
    }
  }
  // Ids ascend with time.
  std::sort(shared.begin(), shared.end(),
            [](const SharedExperience& one, const SharedExperience& other) {
              return other.experience < one.experience;
            });
  return shared;
}

absl::StatusOr<std::vector<ExperienceRow>> ListReported(
    db::Connection& db, const id::Uuid& organisation, const id::Uuid& cohort,
    const id::Uuid& reader, const std::optional<ReportedPlace>& after, int limit) {
  const ReportedPlace place = after.value_or(ReportedPlace{absl::UnixEpoch(), id::Uuid()});
  return Many(
      db, kListReportedSql,
      {reader, organisation, cohort, place.reported_at, place.reported_at, place.experience, limit},
      organisation, cohort);
}

absl::Status SetCheer(db::Connection& tx, const id::Uuid& staff, CheerKind kind, absl::Time now,
                      ExperienceRow& row) {
  if (row.my_cheer == kind) return absl::OkStatus();
  if (kind == CheerKind::kNone) {
    RETURN_IF_ERROR(tx.Execute(kDeleteCheer, {row.organisation, row.experience, staff}).status());
  } else {
    RETURN_IF_ERROR(
        tx.Execute(kSaveCheer, {row.organisation, row.experience, staff, kind, now}).status());
    ++row.cheers[static_cast<int>(kind) - 1];
  }
  if (row.my_cheer != CheerKind::kNone) --row.cheers[static_cast<int>(row.my_cheer) - 1];
  row.my_cheer = kind;
  const auto& n = row.cheers;
  return tx
      .Execute(kSaveCheers, {n[0] + n[1] + n[2] + n[3], n[0], n[1], n[2], n[3], row.organisation,
                             row.cohort, row.experience})
      .status();
}

}  // namespace dap::activity
