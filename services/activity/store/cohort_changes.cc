#include "services/activity/store/cohort_changes.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"

namespace dap::activity {
namespace {

constexpr absl::string_view kNext =
    "INSERT INTO cohort_feed (organisation, cohort, last_position) VALUES (?, ?, 1)"
    " ON DUPLICATE KEY UPDATE last_position = last_position + 1";
constexpr absl::string_view kPosition =
    "SELECT last_position FROM cohort_feed WHERE organisation = ? AND cohort = ?";
constexpr absl::string_view kInsert =
    "INSERT INTO cohort_change (organisation, cohort, position, kind, experience, comment,"
    " audience_before) VALUES (?, ?, ?, ?, ?, ?, ?)";
constexpr absl::string_view kTrim =
    "DELETE FROM cohort_change WHERE organisation = ? AND cohort = ? AND position <= ?";

// Pairs a statement asks for; each power of two up to it is prepared once.
constexpr size_t kPairsAtOnce = 256;

db::Value OrNull(const id::Uuid& id) { return id.is_nil() ? db::Value(db::Null()) : db::Value(id); }

}  // namespace

const absl::string_view kListChangesSql =
    "SELECT position, kind, experience, comment, audience_before FROM cohort_change"
    " WHERE organisation = ? AND cohort = ? AND position > ? ORDER BY position LIMIT ?";
const absl::string_view kLastChangesSql =
    "SELECT organisation, cohort, last_position FROM cohort_feed"
    " WHERE (organisation, cohort) IN ";

absl::Status AppendChange(db::Connection& tx, const CohortKey& cohort, CohortChangeRow change) {
  const auto& [organisation, id] = cohort;
  RETURN_IF_ERROR(tx.Execute(kNext, {organisation, id}).status());
  ASSIGN_OR_RETURN(std::optional<db::Row> row, tx.QueryOne(kPosition, {organisation, id}));
  change.position = row->Int(0);
  RETURN_IF_ERROR(tx.Execute(kInsert, {organisation, id, change.position, change.kind,
                                       OrNull(change.experience), OrNull(change.comment),
                                       change.audience_before})
                      .status());
  if (change.position <= kChangesKept) return absl::OkStatus();
  return tx.Execute(kTrim, {organisation, id, change.position - kChangesKept}).status();
}

absl::StatusOr<absl::flat_hash_map<CohortKey, int64_t>> LastChanges(
    db::Connection& db, absl::Span<const CohortKey> cohorts) {
  absl::flat_hash_map<CohortKey, int64_t> last;
  for (size_t begin = 0; begin < cohorts.size(); begin += kPairsAtOnce) {
    const absl::Span<const CohortKey> some = cohorts.subspan(begin, kPairsAtOnce);
    size_t places = 1;
    while (places < some.size()) places *= 2;
    std::string sql = absl::StrCat(kLastChangesSql, "((?,?)");
    db::Values values;
    for (size_t i = 0; i < places; ++i) {
      if (i > 0) absl::StrAppend(&sql, ",(?,?)");
      const CohortKey& key = some[std::min(i, some.size() - 1)];
      values.push_back(key.first);
      values.push_back(key.second);
    }
    ASSIGN_OR_RETURN(db::Rows rows, db.Query(absl::StrCat(sql, ")"), values));
    for (const db::Row& row : rows) last[{row.Uuid(0), row.Uuid(1)}] = row.Int(2);
  }
  return last;
}

absl::StatusOr<std::vector<CohortChangeRow>> ListChanges(db::Connection& db,
                                                         const CohortKey& cohort, int64_t after,
                                                         int limit) {
  ASSIGN_OR_RETURN(db::Rows rows,
                   db.Query(kListChangesSql, {cohort.first, cohort.second, after, limit}));
  std::vector<CohortChangeRow> changes;
  for (const db::Row& row : rows) {
    changes.push_back(
        {row.Int(0), static_cast<ChangeKind>(row.Int(1)), row.OptionalUuid(2).value_or(id::Uuid()),
         row.OptionalUuid(3).value_or(id::Uuid()), static_cast<Audience>(row.Int(4))});
  }
  return changes;
}

}  // namespace dap::activity
