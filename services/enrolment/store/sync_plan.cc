#include "services/enrolment/store/sync_plan.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"

namespace dap::enrolment::store {
namespace {

// Numbers in the statements: kind 1 team, 2 person; verdict 1 created, 2 updated; reasons as in
// domain/staff_sync.h. The run's records come first in each join: they are the fewer, and nothing
// but their primary key finds them.

// Most runs have nothing to reject, and looking for it takes no locks and half as long as an UPDATE
// that finds nothing: so it is looked for first.
struct Rejection {
  const char* from;
  const char* set;
  const char* where;
  std::string Probe() const { return absl::StrCat("SELECT 1 FROM", from, where, " LIMIT 1"); }
  std::string Update() const { return absl::StrCat("UPDATE", from, " SET ", set, where); }
};

constexpr Rejection kUnknownParents = {R"sql(
  sync_record r
  LEFT JOIN sync_record p FORCE INDEX (PRIMARY)
    ON p.organisation = r.organisation AND p.sync_run = r.sync_run
    AND p.kind = 1 AND p.external_id = r.team_external_id AND p.verdict = 1 AND p.reason = 0
    AND ? = 1
  LEFT JOIN team h FORCE INDEX (team_by_external_id)
    ON h.organisation = r.organisation AND h.source = ?
    AND h.external_id = r.team_external_id)sql",
                                       "r.reason = 5, r.field = 'parent_external_id'", R"sql(
  WHERE r.organisation = ? AND r.sync_run = ? AND r.kind = 1 AND r.reason = 0
    AND r.team_external_id <> '' AND p.kind IS NULL AND h.team IS NULL)sql"};
constexpr Rejection kUnknownTeams = {R"sql(
  sync_record r
  LEFT JOIN sync_record p FORCE INDEX (PRIMARY)
    ON p.organisation = r.organisation AND p.sync_run = r.sync_run
    AND p.kind = 1 AND p.external_id = r.team_external_id AND p.verdict = 1 AND p.reason = 0
    AND ? = 1
  LEFT JOIN team h FORCE INDEX (team_by_external_id)
    ON h.organisation = r.organisation AND h.source = ?
    AND h.external_id = r.team_external_id)sql",
                                     "r.reason = 5, r.field = 'team_external_id'", R"sql(
  WHERE r.organisation = ? AND r.sync_run = ? AND r.kind = 2 AND r.reason = 0
    AND r.team_external_id <> '' AND p.kind IS NULL AND h.team IS NULL)sql"};
constexpr Rejection kUnknownManagers = {R"sql(
  sync_record r
  LEFT JOIN sync_record p FORCE INDEX (PRIMARY)
    ON p.organisation = r.organisation AND p.sync_run = r.sync_run
    AND p.kind = 2 AND p.external_id = r.manager_external_id AND p.verdict = 1 AND p.reason = 0
    AND ? = 1
  LEFT JOIN staff_member h FORCE INDEX (staff_by_external_id)
    ON h.organisation = r.organisation AND h.source = ?
    AND h.external_id = r.manager_external_id)sql",
                                        "r.reason = 6, r.field = 'manager_external_id'", R"sql(
  WHERE r.organisation = ? AND r.sync_run = ? AND r.kind = 2 AND r.reason = 0
    AND r.manager_external_id <> '' AND p.kind IS NULL AND h.staff_member IS NULL)sql"};
// The first counts even where it is rejected for something else: so the outcome does not depend on
// the order in which reasons are found.
constexpr Rejection kSecondClaims = {R"sql(
  (SELECT claim_hash, MIN(sequence) AS first FROM sync_record
          WHERE organisation = ? AND sync_run = ? AND kind = 2 AND claim_hash IS NOT NULL
          GROUP BY claim_hash HAVING COUNT(*) > 1) d
  STRAIGHT_JOIN sync_record r FORCE INDEX (PRIMARY))sql",
                                     "r.reason = 3, r.field = 'email'", R"sql(
  WHERE r.organisation = ? AND r.sync_run = ? AND r.kind = 2 AND r.reason = 0
    AND r.claim_hash = d.claim_hash AND r.sequence > d.first)sql"};
constexpr Rejection kTakenAddresses = {R"sql(
  sync_record r
  STRAIGHT_JOIN staff_member h FORCE INDEX (staff_by_active_email)
    ON h.organisation = r.organisation AND h.active_email = r.claim
  LEFT JOIN sync_record q FORCE INDEX (PRIMARY)
    ON q.organisation = r.organisation AND q.sync_run = r.sync_run
    AND q.kind = 2 AND q.external_id = h.external_id AND q.releases = 1 AND q.reason = 0
    AND ? = 1 AND h.source = ?)sql",
                                       "r.reason = 3, r.field = 'email'", R"sql(
  WHERE r.organisation = ? AND r.sync_run = ? AND r.kind = 2 AND r.reason = 0
    AND r.claim IS NOT NULL AND h.staff_member <> r.target AND q.kind IS NULL)sql"};

constexpr char kRunEdges[] = R"sql(
  SELECT r.target, COALESCE(p.target, h.team), NOT (own.parent <=> COALESCE(p.target, h.team))
  FROM sync_record r
  LEFT JOIN sync_record p FORCE INDEX (PRIMARY)
    ON p.organisation = r.organisation AND p.sync_run = r.sync_run
    AND p.kind = 1 AND p.external_id = r.team_external_id AND p.verdict = 1 AND p.reason = 0
  LEFT JOIN team h FORCE INDEX (team_by_external_id)
    ON h.organisation = r.organisation AND h.source = ?
    AND h.external_id = r.team_external_id
  LEFT JOIN team own FORCE INDEX (PRIMARY)
    ON own.organisation = r.organisation AND own.team = r.target
  WHERE r.organisation = ? AND r.sync_run = ? AND r.kind = 1 AND r.reason = 0
    AND r.verdict IN (1, 2) AND r.team_external_id <> '')sql";
// Of teams about whose place the run says nothing that holds.
constexpr char kHeldEdges[] = R"sql(
  SELECT t.team, t.parent, 0 FROM team t
  LEFT JOIN sync_record r FORCE INDEX (PRIMARY)
    ON r.organisation = t.organisation AND r.sync_run = ? AND r.kind = 1
    AND r.external_id = t.external_id AND r.reason = 0 AND r.verdict = 2
    AND r.team_external_id IS NOT NULL
  WHERE t.organisation = ? AND t.source = ? AND t.parent IS NOT NULL AND r.kind IS NULL)sql";
constexpr char kRejectCycle[] = R"sql(
  UPDATE sync_record SET reason = 7, field = 'parent_external_id'
  WHERE organisation = ? AND sync_run = ? AND kind = 1 AND reason = 0 AND target IN )sql";
constexpr size_t kIds = 256;

constexpr char kKeepRejections[] = R"sql(
  INSERT INTO sync_rejection (organisation, sync_run, sequence, external_id, reason, field)
  SELECT organisation, sync_run, sequence, external_id, reason, field FROM sync_record
  WHERE organisation = ? AND sync_run = ? AND reason <> 0)sql";
constexpr char kCountVerdicts[] = R"sql(
  SELECT kind, verdict, reason <> 0 AS rejected, COUNT(*), SUM(was_active) FROM sync_record
  WHERE organisation = ? AND sync_run = ? GROUP BY kind, verdict, rejected)sql";
constexpr char kCountActive[] =
    "SELECT COUNT(*) FROM staff_member WHERE organisation = ? AND source = ? AND state = 1";

absl::StatusOr<int64_t> Reject(db::Connection& tx, const Rejection& rejection,
                               const db::Values& values) {
  ASSIGN_OR_RETURN(std::optional<db::Row> any, tx.QueryOne(rejection.Probe(), values));
  if (!any.has_value()) return 0;
  return tx.Execute(rejection.Update(), values);
}

absl::StatusOr<int64_t> Reject(db::Connection& tx, const Rejection& rejection,
                               const SyncRunKey& key, const SourceKey& source, Trust trust) {
  return Reject(tx, rejection, {trust, source.source, key.organisation, key.run});
}

absl::Status AddEdges(absl::StatusOr<db::Rows> rows, std::vector<ProposedEdge>& edges) {
  RETURN_IF_ERROR(rows.status());
  for (const db::Row& row : *rows) {
    edges.push_back({{row.Uuid(0), row.Uuid(1)}, row.Bool(2)});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<int64_t> RejectUnknownParents(db::Connection& tx, const SyncRunKey& key,
                                             const SourceKey& source, Trust trust) {
  return Reject(tx, kUnknownParents, key, source, trust);
}

absl::StatusOr<int64_t> RejectUnknownTeams(db::Connection& tx, const SyncRunKey& key,
                                           const SourceKey& source, Trust trust) {
  return Reject(tx, kUnknownTeams, key, source, trust);
}

absl::StatusOr<int64_t> RejectUnknownManagers(db::Connection& tx, const SyncRunKey& key,
                                              const SourceKey& source, Trust trust) {
  return Reject(tx, kUnknownManagers, key, source, trust);
}

absl::StatusOr<int64_t> RejectSecondClaims(db::Connection& tx, const SyncRunKey& key) {
  return Reject(tx, kSecondClaims, {key.organisation, key.run, key.organisation, key.run});
}

absl::StatusOr<int64_t> RejectTakenAddresses(db::Connection& tx, const SyncRunKey& key,
                                             const SourceKey& source, Trust trust) {
  return Reject(tx, kTakenAddresses, key, source, trust);
}

absl::StatusOr<std::vector<ProposedEdge>> ReadTeamEdges(db::Connection& tx, const SyncRunKey& key,
                                                        const SourceKey& source) {
  std::vector<ProposedEdge> edges;
  RETURN_IF_ERROR(AddEdges(tx.Query(kRunEdges, {source.source, key.organisation, key.run}), edges));
  RETURN_IF_ERROR(
      AddEdges(tx.Query(kHeldEdges, {key.run, key.organisation, source.source}), edges));
  return edges;
}

absl::StatusOr<int64_t> RejectCycle(db::Connection& tx, const SyncRunKey& key,
                                    const std::vector<id::Uuid>& teams) {
  static const auto& sql = *new std::string([] {
    std::string text = absl::StrCat(kRejectCycle, "(?");
    for (size_t i = 1; i < kIds; ++i) text += ",?";
    return text + ")";
  }());
  int64_t rejected = 0;
  for (size_t from = 0; from < teams.size(); from += kIds) {
    db::Values values = {key.organisation, key.run};
    for (size_t i = 0; i < kIds; ++i)
      values.emplace_back(teams[std::min(from + i, teams.size() - 1)]);
    ASSIGN_OR_RETURN(int64_t some, tx.Execute(sql, values));
    rejected += some;
  }
  return rejected;
}

absl::Status KeepRejections(db::Connection& tx, const SyncRunKey& key) {
  return tx.Execute(kKeepRejections, {key.organisation, key.run}).status();
}

absl::StatusOr<std::vector<VerdictCount>> CountVerdicts(db::Connection& connection,
                                                        const SyncRunKey& key) {
  ASSIGN_OR_RETURN(db::Rows rows, connection.Query(kCountVerdicts, {key.organisation, key.run}));
  std::vector<VerdictCount> counts;
  for (const db::Row& row : rows) {
    counts.push_back({static_cast<RecordKind>(row.Int(0)), static_cast<Verdict>(row.Int(1)),
                      row.Bool(2), row.Int(3), row.Int(4)});
  }
  return counts;
}

absl::StatusOr<int64_t> CountActive(db::Connection& connection, const SourceKey& source) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row,
                   connection.QueryOne(kCountActive, {source.organisation, source.source}));
  return row->Int(0);
}

}  // namespace dap::enrolment::store
