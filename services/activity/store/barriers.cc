#include "services/activity/store/barriers.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::activity {
namespace {

#define DAP_BARRIER_COLUMNS                                                           \
  "b.barrier, b.category, b.tool, b.tool_key, b.state, b.people, b.ticket, b.reason," \
  " b.create_time, b.state_time, b.end_time, b.merged_into, b.version"
#define DAP_BARRIER_FIND \
  "SELECT " DAP_BARRIER_COLUMNS " FROM barrier b WHERE b.organisation = ? AND "
#define DAP_BARRIER_VIEW                                                                     \
  "SELECT " DAP_BARRIER_COLUMNS                                                              \
  ", r.staff IS NOT NULL FROM barrier b"                                                     \
  " LEFT JOIN barrier_report r ON r.organisation = b.organisation AND r.barrier = b.barrier" \
  " AND r.staff = ? WHERE b.organisation = ? AND "

constexpr absl::string_view kSettings =
    "SELECT corroborated_people, smallest_count, evidence_months, evidence_tools"
    " FROM barrier_settings WHERE organisation = ?";
// What is there stays as it is, and is locked.
constexpr absl::string_view kInsert =
    "INSERT INTO barrier (organisation, barrier, category, tool, tool_key, open_key, state, people,"
    " ticket, reason, create_time, state_time, version) VALUES (?, ?, ?, ?, ?, ?, ?, 0, '', '', ?,"
    " ?, ?) ON DUPLICATE KEY UPDATE version = version";
constexpr absl::string_view kLockOpen =
    DAP_BARRIER_FIND "b.category = ? AND b.open_key = ? FOR UPDATE";
constexpr absl::string_view kFind = DAP_BARRIER_FIND "b.barrier = ?";
constexpr absl::string_view kLock = DAP_BARRIER_FIND "b.barrier = ? FOR UPDATE";
constexpr absl::string_view kSave =
    "UPDATE barrier SET open_key = ?, state = ?, people = ?, ticket = ?, reason = ?,"
    " create_time = ?, state_time = ?, end_time = ?, merged_into = ?, version = ?"
    " WHERE organisation = ? AND barrier = ?";
constexpr absl::string_view kRedirect =
    "UPDATE barrier SET merged_into = ?, version = version + 1"
    " WHERE organisation = ? AND merged_into = ?";
constexpr absl::string_view kFindOpen = DAP_BARRIER_VIEW "b.category = ? AND b.open_key = ?";
constexpr absl::string_view kInsertChange =
    "INSERT INTO barrier_change (organisation, barrier, number, state, change_time, changed_by,"
    " reason, ticket, other_barrier)"
    " SELECT ?, ?, COALESCE(MAX(number), 0) + 1, ?, ?, ?, ?, ?, ? FROM barrier_change"
    " WHERE organisation = ? AND barrier = ?";

const id::Uuid kLastId = id::Uuid::FromBytes(std::string(id::Uuid::kBytes, '\xff'));
// The last character there is: everything that begins with a text is not above the text and it.
constexpr absl::string_view kLastCharacter = "\xF4\x8F\xBF\xBF";

db::Value OrNull(const id::Uuid& id) {
  if (id.is_nil()) return db::Null();
  return id;
}
id::Uuid OrNil(const db::Row& row, int column) {
  return row.IsNull(column) ? id::Uuid() : row.Uuid(column);
}

Barrier Read(const db::Row& row, const id::Uuid& organisation) {
  Barrier barrier;
  barrier.organisation = organisation;
  barrier.barrier = row.Uuid(0);
  barrier.category = static_cast<BarrierCategory>(row.Int(1));
  barrier.tool = row.String(2);
  barrier.tool_key = row.String(3);
  barrier.state = static_cast<BarrierState>(row.Int(4));
  barrier.people = static_cast<int>(row.Int(5));
  barrier.ticket = row.String(6);
  barrier.reason = row.String(7);
  barrier.create_time = row.Time(8);
  barrier.state_time = row.Time(9);
  if (!row.IsNull(10)) barrier.end_time = row.Time(10);
  barrier.merged_into = OrNil(row, 11);
  barrier.version = row.Int(12);
  return barrier;
}

absl::StatusOr<std::optional<Barrier>> ReadOne(db::Connection& db, absl::string_view sql,
                                               const id::Uuid& organisation,
                                               const id::Uuid& barrier) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row, db.QueryOne(sql, {organisation, barrier}));
  if (!row) return std::nullopt;
  return Read(*row, organisation);
}

absl::StatusOr<std::vector<BarrierView>> ReadViews(db::Connection& db, absl::string_view sql,
                                                   const id::Uuid& organisation,
                                                   const db::Values& values) {
  ASSIGN_OR_RETURN(const db::Rows rows, db.Query(sql, values));
  std::vector<BarrierView> views;
  for (const db::Row& row : rows) views.push_back({Read(row, organisation), row.Bool(13)});
  return views;
}

}  // namespace

const absl::string_view kListBarriersSql =
    DAP_BARRIER_VIEW "b.state <> ? AND b.barrier < ? ORDER BY b.barrier DESC LIMIT ?";
const absl::string_view kListBarriersOfStateSql =
    DAP_BARRIER_VIEW "b.state = ? AND b.barrier < ? ORDER BY b.barrier DESC LIMIT ?";
// State 0 stands for all but merged ones.
const absl::string_view kListBarriersByToolSql = DAP_BARRIER_VIEW
    "b.tool_key >= ? AND b.tool_key <= ? AND (b.tool_key > ? OR b.barrier > ?)"
    " AND IF(? = 0, b.state <> ?, b.state = ?) ORDER BY b.tool_key, b.barrier LIMIT ?";
const absl::string_view kListOpenBarriersSql = DAP_BARRIER_VIEW
    "b.category = ? AND b.open_key >= ? AND b.open_key <= ? ORDER BY b.open_key LIMIT ?";
const absl::string_view kListAllBarriersSql = DAP_BARRIER_FIND "b.state <> ? ORDER BY b.barrier";
const absl::string_view kListBarrierChangesSql =
    "SELECT number, state, change_time, changed_by, reason, ticket, other_barrier"
    " FROM barrier_change WHERE organisation = ? AND barrier = ? AND number > ?"
    " ORDER BY number LIMIT ?";

#undef DAP_BARRIER_VIEW
#undef DAP_BARRIER_FIND
#undef DAP_BARRIER_COLUMNS

absl::StatusOr<BarrierSettings> LoadBarrierSettings(db::Connection& db,
                                                    const id::Uuid& organisation) {
  ASSIGN_OR_RETURN(const std::optional<db::Row> row, db.QueryOne(kSettings, {organisation}));
  BarrierSettings settings;
  if (!row) return settings;
  int column = 0;
  for (int* number : {&settings.corroborated_people, &settings.smallest_count,
                      &settings.evidence_months, &settings.evidence_tools}) {
    *number = static_cast<int>(row->OptionalInt(column++).value_or(*number));
  }
  return settings;
}

absl::StatusOr<Barrier> InsertOrLockOpenBarrier(db::Connection& tx, const Barrier& barrier) {
  RETURN_IF_ERROR(
      tx.Execute(kInsert, {barrier.organisation, barrier.barrier, barrier.category, barrier.tool,
                           barrier.tool_key, barrier.tool_key, barrier.state, barrier.create_time,
                           barrier.state_time, barrier.version})
          .status());
  ASSIGN_OR_RETURN(
      const std::optional<db::Row> row,
      tx.QueryOne(kLockOpen, {barrier.organisation, barrier.category, barrier.tool_key}));
  if (!row) return status::Internal("a barrier was not there after it was written");
  return Read(*row, barrier.organisation);
}

absl::StatusOr<std::optional<Barrier>> FindBarrier(db::Connection& db, const id::Uuid& organisation,
                                                   const id::Uuid& barrier) {
  return ReadOne(db, kFind, organisation, barrier);
}

absl::StatusOr<std::optional<Barrier>> LockBarrier(db::Connection& tx, const id::Uuid& organisation,
                                                   const id::Uuid& barrier) {
  return ReadOne(tx, kLock, organisation, barrier);
}

absl::Status SaveBarrier(db::Connection& tx, const Barrier& barrier) {
  const db::Value open_key =
      IsOpen(barrier.state) ? db::Value(barrier.tool_key) : db::Value(db::Null());
  return tx
      .Execute(kSave, {open_key, barrier.state, barrier.people, barrier.ticket, barrier.reason,
                       barrier.create_time, barrier.state_time, barrier.end_time,
                       OrNull(barrier.merged_into), barrier.version, barrier.organisation,
                       barrier.barrier})
      .status();
}

absl::Status RedirectMerged(db::Connection& tx, const id::Uuid& organisation, const id::Uuid& from,
                            const id::Uuid& to) {
  return tx.Execute(kRedirect, {to, organisation, from}).status();
}

absl::StatusOr<std::vector<BarrierView>> ListBarriers(db::Connection& db,
                                                      const id::Uuid& organisation,
                                                      const id::Uuid& reader, BarrierState state,
                                                      const std::optional<id::Uuid>& before,
                                                      int limit) {
  const bool all = state == BarrierState::kUnspecified;
  return ReadViews(
      db, all ? kListBarriersSql : kListBarriersOfStateSql, organisation,
      {reader, organisation, all ? BarrierState::kMerged : state, before.value_or(kLastId), limit});
}

absl::StatusOr<std::vector<BarrierView>> ListBarriersByTool(
    db::Connection& db, const id::Uuid& organisation, const id::Uuid& reader, BarrierState state,
    absl::string_view prefix, const std::optional<BarrierPlace>& after, int limit) {
  const BarrierPlace from = after.value_or(BarrierPlace{std::string(prefix), id::Uuid()});
  return ReadViews(db, kListBarriersByToolSql, organisation,
                   {reader, organisation, from.tool_key, absl::StrCat(prefix, kLastCharacter),
                    from.tool_key, from.barrier, state, BarrierState::kMerged, state, limit});
}

absl::StatusOr<std::vector<BarrierView>> ListOpenBarriers(db::Connection& db,
                                                          const id::Uuid& organisation,
                                                          const id::Uuid& reader,
                                                          BarrierCategory category,
                                                          absl::string_view key, int limit) {
  return ReadViews(db, kListOpenBarriersSql, organisation,
                   {reader, organisation, category, key, absl::StrCat(key, kLastCharacter), limit});
}

absl::StatusOr<std::optional<BarrierView>> FindOpenBarrier(db::Connection& db,
                                                           const id::Uuid& organisation,
                                                           const id::Uuid& reader,
                                                           BarrierCategory category,
                                                           absl::string_view key) {
  ASSIGN_OR_RETURN(const std::vector<BarrierView> views,
                   ReadViews(db, kFindOpen, organisation, {reader, organisation, category, key}));
  if (views.empty()) return std::nullopt;
  return views.front();
}

absl::StatusOr<std::vector<Barrier>> ListAllBarriers(db::Connection& db,
                                                     const id::Uuid& organisation) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   db.Query(kListAllBarriersSql, {organisation, BarrierState::kMerged}));
  std::vector<Barrier> barriers;
  for (const db::Row& row : rows) barriers.push_back(Read(row, organisation));
  return barriers;
}

absl::Status InsertBarrierChange(db::Connection& tx, const id::Uuid& organisation,
                                 const id::Uuid& barrier, const BarrierChangeRow& change) {
  return tx
      .Execute(kInsertChange,
               {organisation, barrier, change.state, change.change_time, OrNull(change.changed_by),
                change.reason, change.ticket, OrNull(change.other_barrier), organisation, barrier})
      .status();
}

absl::StatusOr<std::vector<BarrierChangeRow>> ListBarrierChanges(db::Connection& db,
                                                                 const id::Uuid& organisation,
                                                                 const id::Uuid& barrier, int after,
                                                                 int limit) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   db.Query(kListBarrierChangesSql, {organisation, barrier, after, limit}));
  std::vector<BarrierChangeRow> changes;
  for (const db::Row& row : rows) {
    changes.push_back({static_cast<int>(row.Int(0)), static_cast<BarrierState>(row.Int(1)),
                       row.Time(2), OrNil(row, 3), row.String(4), row.String(5), OrNil(row, 6)});
  }
  return changes;
}

}  // namespace dap::activity
