#include "services/goals/store/assessment_store.h"

#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "libs/status/macros.h"
#include "services/goals/store/newest_first.h"

namespace dap::goals {

#define ASSESSMENT_COLUMNS \
  "assessment, kind, framework, experienced, needs_encouragement, submit_time"

const char kListAssessments[] =
    "SELECT " ASSESSMENT_COLUMNS
    " FROM assessment WHERE organisation = ? AND enrolment = ? AND assessment < ? "
    "ORDER BY assessment DESC LIMIT ?";

// Of a run of assessments, so that a page takes one query.
const char kListAnswers[] =
    "SELECT assessment, task, can_do, confidence, done_recently FROM assessment_answer "
    "WHERE organisation = ? AND enrolment = ? AND assessment BETWEEN ? AND ? "
    "ORDER BY assessment, place";

namespace {

constexpr char kLoad[] =
    "SELECT " ASSESSMENT_COLUMNS
    " FROM assessment WHERE organisation = ? AND enrolment = ? AND assessment = ?";

constexpr char kListTaken[] =
    "SELECT kind, framework FROM assessment WHERE organisation = ? AND enrolment = ?";

constexpr char kInsert[] =
    "INSERT INTO assessment (organisation, enrolment, assessment, kind, framework, experienced, "
    "needs_encouragement, submit_time) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";

constexpr char kInsertAnswers[] =
    "INSERT INTO assessment_answer (organisation, enrolment, assessment, place, task, can_do, "
    "confidence, done_recently) VALUES";

Assessment FromRow(const db::Row& row, const EnrolmentKey& of) {
  Assessment assessment;
  assessment.id = row.Uuid(0);
  assessment.of = of;
  assessment.kind = static_cast<AssessmentKind>(row.Int(1));
  assessment.framework = row.String(2);
  assessment.standing = {.experienced = row.Bool(3), .needs_encouragement = row.Bool(4)};
  assessment.submit_time = row.Time(5);
  return assessment;
}

// `assessments` are newest first.
absl::Status FillInAnswers(db::Connection& tx, const EnrolmentKey& of,
                           std::vector<Assessment>& assessments) {
  if (assessments.empty()) return absl::OkStatus();
  absl::flat_hash_map<id::Uuid, Assessment*> by_id;
  for (Assessment& assessment : assessments) by_id[assessment.id] = &assessment;
  ASSIGN_OR_RETURN(const db::Rows rows,
                   tx.Query(kListAnswers, {of.organisation, of.enrolment, assessments.back().id,
                                           assessments.front().id}));
  for (const db::Row& row : rows) {
    const auto found = by_id.find(row.Uuid(0));
    if (found == by_id.end()) continue;
    found->second->answers.push_back(
        {row.String(1), row.Bool(2), static_cast<int>(row.Int(3)), row.Bool(4)});
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status InsertAssessment(db::Connection& tx, const Assessment& assessment) {
  const EnrolmentKey& of = assessment.of;
  RETURN_IF_ERROR(
      tx.Execute(kInsert, {of.organisation, of.enrolment, assessment.id, assessment.kind,
                           assessment.framework, assessment.standing.experienced,
                           assessment.standing.needs_encouragement, assessment.submit_time})
          .status());
  std::vector<db::Values> rows;
  rows.reserve(assessment.answers.size());
  for (const TaskAnswer& answer : assessment.answers) {
    rows.push_back({of.organisation, of.enrolment, assessment.id, rows.size() + 1, answer.task,
                    answer.can_do, answer.confidence, answer.done_recently});
  }
  return tx.InsertRows(kInsertAnswers, rows).status();
}

absl::StatusOr<std::vector<TakenAssessment>> ListTaken(db::Connection& tx, const EnrolmentKey& of) {
  ASSIGN_OR_RETURN(const db::Rows rows, tx.Query(kListTaken, {of.organisation, of.enrolment}));
  std::vector<TakenAssessment> taken;
  for (const db::Row& row : rows) {
    taken.push_back({static_cast<AssessmentKind>(row.Int(0)), row.String(1)});
  }
  return taken;
}

absl::StatusOr<std::optional<Assessment>> LoadAssessment(db::Connection& tx, const EnrolmentKey& of,
                                                         const id::Uuid& assessment) {
  ASSIGN_OR_RETURN(const std::optional<db::Row> row,
                   tx.QueryOne(kLoad, {of.organisation, of.enrolment, assessment}));
  if (!row) return std::optional<Assessment>();
  std::vector<Assessment> one{FromRow(*row, of)};
  RETURN_IF_ERROR(FillInAnswers(tx, of, one));
  return std::optional<Assessment>(std::move(one.front()));
}

absl::StatusOr<std::vector<Assessment>> ListAssessments(db::Connection& tx, const EnrolmentKey& of,
                                                        std::optional<id::Uuid> before, int limit) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   tx.Query(kListAssessments, {of.organisation, of.enrolment,
                                               before.value_or(NewestFirst()), limit}));
  std::vector<Assessment> assessments;
  assessments.reserve(rows.size());
  for (const db::Row& row : rows) assessments.push_back(FromRow(row, of));
  RETURN_IF_ERROR(FillInAnswers(tx, of, assessments));
  return assessments;
}

}  // namespace dap::goals
