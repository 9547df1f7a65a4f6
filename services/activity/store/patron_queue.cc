#include "services/activity/store/patron_queue.h"

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/activity/store/in_list.h"

namespace dap::activity {
namespace {

#define DAP_ENTRY_COLUMNS \
  "q.organisation, q.entry, q.enrolment, q.patron, q.reason, q.outcome, q.create_time, q.due_day"

constexpr absl::string_view kInsert =
    "INSERT INTO patron_queue_entry (organisation, entry, enrolment, patron, reason, outcome, open,"
    " create_time, due_day, close_time) VALUES";
constexpr absl::string_view kLock =
    "SELECT " DAP_ENTRY_COLUMNS
    " FROM patron_queue_entry q WHERE q.organisation = ? AND q.entry = ? FOR UPDATE";
constexpr absl::string_view kLockOpen =
    "SELECT " DAP_ENTRY_COLUMNS
    " FROM patron_queue_entry q WHERE q.organisation = ? AND q.enrolment = ? AND q.open = 1"
    " FOR UPDATE";
constexpr absl::string_view kLockMany =
    "SELECT " DAP_ENTRY_COLUMNS
    " FROM patron_queue_entry q WHERE q.organisation = ? AND q.open = 1 AND q.entry IN ";
constexpr absl::string_view kReplace =
    " ON DUPLICATE KEY UPDATE outcome = VALUES(outcome), open = VALUES(open),"
    " patron = VALUES(patron), due_day = VALUES(due_day), close_time = VALUES(close_time)";
constexpr absl::string_view kFindPlace =
    "SELECT create_time, entry FROM patron_queue_entry WHERE organisation = ? AND entry = ?";
constexpr absl::string_view kSave =
    "UPDATE patron_queue_entry SET outcome = ?, open = ?, patron = ?, due_day = ?, close_time = ?"
    " WHERE organisation = ? AND entry = ?";
constexpr absl::string_view kFindView =
    "SELECT " DAP_ENTRY_COLUMNS
    ", r.cohort, r.participant_display_name FROM patron_queue_entry q"
    " JOIN roster_entry r ON r.organisation = q.organisation AND r.enrolment = q.enrolment"
    " WHERE q.organisation = ? AND q.entry = ?";

QueueEntry Read(const db::Row& row) {
  return {row.Uuid(0),
          row.Uuid(1),
          row.Uuid(2),
          row.OptionalUuid(3).value_or(id::Uuid()),
          static_cast<EntryReason>(row.Int(4)),
          static_cast<Outcome>(row.Int(5)),
          row.Time(6),
          row.Day(7)};
}

QueueView ReadView(const db::Row& row) { return {Read(row), row.Uuid(8), row.String(9)}; }

db::Value OrNull(const id::Uuid& id) { return id.is_nil() ? db::Value(db::Null()) : db::Value(id); }
db::Value OpenFlag(Outcome outcome) {
  return IsOpen(outcome) ? db::Value(1) : db::Value(db::Null());
}
db::Value CloseTime(Outcome outcome, absl::Time now) {
  return IsOpen(outcome) ? db::Value(db::Null()) : db::Value(now);
}

db::Values RowOf(const QueueEntry& entry, absl::Time now) {
  return {entry.organisation,           entry.entry,       entry.enrolment,
          OrNull(entry.patron),         entry.reason,      entry.outcome,
          OpenFlag(entry.outcome),      entry.create_time, entry.due_day,
          CloseTime(entry.outcome, now)};
}

absl::StatusOr<std::optional<QueueEntry>> One(db::Connection& tx, absl::string_view sql,
                                              const db::Values& values) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row, tx.QueryOne(sql, values));
  if (!row) return std::nullopt;
  return Read(*row);
}

}  // namespace

const absl::string_view kListQueueSql =
    "SELECT " DAP_ENTRY_COLUMNS
    ", r.cohort, r.participant_display_name FROM patron_queue_entry q"
    " JOIN roster_entry r ON r.organisation = q.organisation AND r.enrolment = q.enrolment"
    " WHERE q.organisation = ? AND q.patron = ? AND q.open = 1 AND q.outcome = 0"
    " AND (q.create_time > ? OR (q.create_time = ? AND q.entry > ?))"
    " ORDER BY q.create_time, q.entry LIMIT ?";
const absl::string_view kListPatronsSql =
    "SELECT r.enrolment, r.patron,"
    " EXISTS (SELECT 1 FROM patron_queue_entry q WHERE q.organisation = r.organisation"
    "         AND q.enrolment = r.enrolment AND q.open = 1)"
    " FROM roster_entry r WHERE r.organisation = ? AND r.enrolment IN ";
const absl::string_view kListDueSql =
    "SELECT " DAP_ENTRY_COLUMNS
    " FROM patron_queue_entry q WHERE q.organisation = ? AND q.open = 1 AND q.due_day <= ?"
    " AND (q.due_day > ? OR (q.due_day = ? AND q.entry > ?))"
    " ORDER BY q.due_day, q.entry LIMIT ?";
// A patron has twenty or so participants: sorting them costs nothing.
const absl::string_view kListBoardSql =
    "SELECT r.enrolment, r.cohort, r.participant_display_name,"
    " COALESCE(p.paused OR p.blocked, 0), COALESCE(p.rung, 0),"
    " EXISTS (SELECT 1 FROM patron_queue_entry q WHERE q.organisation = r.organisation"
    "         AND q.enrolment = r.enrolment AND q.open = 1)"
    " FROM roster_entry r LEFT JOIN participation p"
    " ON p.organisation = r.organisation AND p.enrolment = r.enrolment"
    " WHERE r.organisation = ? AND r.patron = ? AND r.state IN (4, 5, 6)"
    " AND (? OR r.participant_display_name > ?"
    "      OR (r.participant_display_name = ? AND r.enrolment > ?))"
    " ORDER BY r.participant_display_name, r.enrolment LIMIT ?";

absl::Status InsertQueueEntries(db::Connection& tx, absl::Span<const QueueEntry> entries) {
  std::vector<db::Values> rows;
  for (const QueueEntry& entry : entries) rows.push_back(RowOf(entry, entry.create_time));
  return tx.InsertRows(kInsert, rows).status();
}

absl::Status SaveQueueEntries(db::Connection& tx, absl::Span<const QueueEntry> entries,
                              absl::Time now) {
  std::vector<db::Values> rows;
  for (const QueueEntry& entry : entries) rows.push_back(RowOf(entry, now));
  return tx.InsertRows(kInsert, rows, kReplace).status();
}

absl::StatusOr<std::vector<QueueEntry>> LockOpenQueueEntries(db::Connection& tx,
                                                             const id::Uuid& organisation,
                                                             absl::Span<const id::Uuid> entries) {
  std::vector<QueueEntry> locked;
  if (entries.empty()) return locked;
  db::Values values = {organisation};
  const std::string list = InList(entries, values);
  ASSIGN_OR_RETURN(db::Rows rows,
                   tx.Query(absl::StrCat(kLockMany, list, " ORDER BY q.entry FOR UPDATE"), values));
  for (const db::Row& row : rows) locked.push_back(Read(row));
  return locked;
}

absl::StatusOr<std::vector<PatronOf>> ListPatronsOf(db::Connection& db,
                                                    const id::Uuid& organisation,
                                                    absl::Span<const id::Uuid> enrolments) {
  std::vector<PatronOf> patrons;
  if (enrolments.empty()) return patrons;
  db::Values values = {organisation};
  const std::string list = InList(enrolments, values);
  ASSIGN_OR_RETURN(db::Rows rows, db.Query(absl::StrCat(kListPatronsSql, list), values));
  for (const db::Row& row : rows) {
    patrons.push_back({row.Uuid(0), row.OptionalUuid(1).value_or(id::Uuid()), row.Bool(2)});
  }
  return patrons;
}

absl::StatusOr<std::optional<QueueEntry>> LockQueueEntry(db::Connection& tx,
                                                         const id::Uuid& organisation,
                                                         const id::Uuid& entry) {
  return One(tx, kLock, {organisation, entry});
}

absl::StatusOr<std::optional<QueueEntry>> LockOpenQueueEntry(db::Connection& tx,
                                                             const id::Uuid& organisation,
                                                             const id::Uuid& enrolment) {
  return One(tx, kLockOpen, {organisation, enrolment});
}

absl::Status SaveQueueEntry(db::Connection& tx, const QueueEntry& entry, absl::Time now) {
  return tx
      .Execute(kSave, {entry.outcome, OpenFlag(entry.outcome), OrNull(entry.patron), entry.due_day,
                       CloseTime(entry.outcome, now), entry.organisation, entry.entry})
      .status();
}

absl::StatusOr<std::vector<QueueEntry>> ListDueQueueEntries(db::Connection& db,
                                                            const id::Uuid& organisation,
                                                            absl::CivilDay day,
                                                            const DuePlace& after, int limit) {
  ASSIGN_OR_RETURN(db::Rows rows, db.Query(kListDueSql, {organisation, day, after.due_day,
                                                         after.due_day, after.entry, limit}));
  std::vector<QueueEntry> entries;
  for (const db::Row& row : rows) entries.push_back(Read(row));
  return entries;
}

absl::StatusOr<QueuePlace> FindQueuePlace(db::Connection& db, const id::Uuid& organisation,
                                          const id::Uuid& entry) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row, db.QueryOne(kFindPlace, {organisation, entry}));
  if (!row) return QueuePlace();
  return QueuePlace{row->Time(0), row->Uuid(1)};
}

absl::StatusOr<std::vector<QueueView>> ListQueue(db::Connection& db, const id::Uuid& organisation,
                                                 const id::Uuid& patron, const QueuePlace& after,
                                                 int limit) {
  ASSIGN_OR_RETURN(db::Rows rows, db.Query(kListQueueSql, {organisation, patron, after.create_time,
                                                           after.create_time, after.entry, limit}));
  std::vector<QueueView> views;
  for (const db::Row& row : rows) views.push_back(ReadView(row));
  return views;
}

absl::StatusOr<std::optional<QueueView>> FindQueueView(db::Connection& db,
                                                       const id::Uuid& organisation,
                                                       const id::Uuid& entry) {
  ASSIGN_OR_RETURN(std::optional<db::Row> row, db.QueryOne(kFindView, {organisation, entry}));
  if (!row) return std::nullopt;
  return ReadView(*row);
}

absl::StatusOr<std::vector<BoardRow>> ListBoard(db::Connection& db, const id::Uuid& organisation,
                                                const id::Uuid& patron,
                                                const std::optional<BoardPlace>& after, int limit) {
  const BoardPlace place = after.value_or(BoardPlace());
  ASSIGN_OR_RETURN(db::Rows rows, db.Query(kListBoardSql, {organisation, patron, !after.has_value(),
                                                           place.participant_display_name,
                                                           place.participant_display_name,
                                                           place.enrolment, limit}));
  std::vector<BoardRow> board;
  for (const db::Row& row : rows) {
    board.push_back({row.Uuid(0), row.Uuid(1), row.String(2), row.Bool(3),
                     static_cast<Rung>(row.Int(4)), row.Bool(5)});
  }
  return board;
}

#undef DAP_ENTRY_COLUMNS

}  // namespace dap::activity
