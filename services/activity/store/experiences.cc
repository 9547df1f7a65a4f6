#include "services/activity/store/experiences.h"

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"

namespace dap::activity {
namespace {

#define DAP_EXPERIENCE_SELECT                                                                  \
  "SELECT e.experience, e.enrolment, e.body, e.link, e.moment, e.create_time, e.cheers,"       \
  " COALESCE(r.participant_display_name, ''), c.staff IS NOT NULL FROM experience e"           \
  " LEFT JOIN roster_entry r ON r.organisation = e.organisation AND r.enrolment = e.enrolment" \
  " LEFT JOIN cheer c ON c.organisation = e.organisation AND c.experience = e.experience"      \
  " AND c.staff = ?"                                                                           \
  " WHERE e.organisation = ? AND e.cohort = ? AND "

constexpr absl::string_view kInsert =
    "INSERT INTO experience (organisation, cohort, experience, enrolment, body, link, moment,"
    " create_time, cheers) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)";
constexpr absl::string_view kFind = DAP_EXPERIENCE_SELECT "e.experience = ?";
constexpr absl::string_view kInsertCheer =
    "INSERT IGNORE INTO cheer (organisation, experience, staff) VALUES (?, ?, ?)";
constexpr absl::string_view kCountCheer =
    "UPDATE experience SET cheers = cheers + 1"
    " WHERE organisation = ? AND cohort = ? AND experience = ?";

const id::Uuid kLastId = id::Uuid::FromBytes(std::string(id::Uuid::kBytes, '\xff'));

ExperienceRow Read(const db::Row& row, const id::Uuid& organisation, const id::Uuid& cohort) {
  return {organisation,
          cohort,
          row.Uuid(0),
          row.Uuid(1),
          row.String(2),
          row.String(3),
          static_cast<int>(row.Int(4)),
          row.Time(5),
          static_cast<int>(row.Int(6)),
          row.String(7),
          row.Bool(8)};
}

}  // namespace

const absl::string_view kListExperiencesSql =
    DAP_EXPERIENCE_SELECT "e.experience < ? ORDER BY e.experience DESC LIMIT ?";

#undef DAP_EXPERIENCE_SELECT

absl::Status InsertExperience(db::Connection& tx, const ExperienceRow& row) {
  return tx
      .Execute(kInsert, {row.organisation, row.cohort, row.experience, row.enrolment, row.text,
                         row.link, row.moment, row.create_time})
      .status();
}

absl::StatusOr<std::optional<ExperienceRow>> FindExperience(db::Connection& db,
                                                            const id::Uuid& organisation,
                                                            const id::Uuid& cohort,
                                                            const id::Uuid& experience,
                                                            const id::Uuid& reader) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row,
                   db.QueryOne(kFind, {reader, organisation, cohort, experience}));
  if (!row) return std::nullopt;
  return Read(*row, organisation, cohort);
}

absl::StatusOr<std::vector<ExperienceRow>> ListExperiences(
    db::Connection& db, const id::Uuid& organisation, const id::Uuid& cohort,
    const id::Uuid& reader, const std::optional<id::Uuid>& after, int limit) {
  ASSIGN_OR_RETURN(db::Rows rows, db.Query(kListExperiencesSql, {reader, organisation, cohort,
                                                                 after.value_or(kLastId), limit}));
  std::vector<ExperienceRow> experiences;
  for (const db::Row& row : rows) experiences.push_back(Read(row, organisation, cohort));
  return experiences;
}

absl::Status InsertCheer(db::Connection& tx, const id::Uuid& organisation, const id::Uuid& cohort,
                         const id::Uuid& experience, const id::Uuid& staff) {
  ASSIGN_OR_RETURN(int64_t added, tx.Execute(kInsertCheer, {organisation, experience, staff}));
  if (added == 0) return absl::OkStatus();
  return tx.Execute(kCountCheer, {organisation, cohort, experience}).status();
}

}  // namespace dap::activity
