#include "services/notification/store/messages.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "libs/status/macros.h"

namespace dap::notification {
namespace {

#define DAP_MESSAGE_COLUMNS                                                                  \
  "organisation, recipient, message, kind, cause, cause_version, matter, enrolment, about, " \
  "subject, body, why, create_time, expire_time, outcome, outcome_reason, due_time, "        \
  "settle_time, send_time, read_time"

constexpr char kInsert[] = "INSERT INTO message (" DAP_MESSAGE_COLUMNS ") VALUES";
// Changes nothing: the row that is there stays.
constexpr char kOneACause[] = "ON DUPLICATE KEY UPDATE organisation = message.organisation";
constexpr char kFind[] = "SELECT " DAP_MESSAGE_COLUMNS
                         " FROM message WHERE organisation = ? AND recipient = ? AND message = ?";
constexpr char kLock[] = "SELECT " DAP_MESSAGE_COLUMNS
                         " FROM message WHERE organisation = ? AND recipient = ? AND message = ? "
                         "FOR UPDATE";
constexpr char kSaveOutcome[] =
    "UPDATE message SET outcome = ?, outcome_reason = ?, due_time = ?, send_time = ? "
    "WHERE organisation = ? AND recipient = ? AND message = ?";
constexpr char kSaveRead[] =
    "UPDATE message SET read_time = COALESCE(read_time, ?) "
    "WHERE organisation = ? AND recipient = ? AND message = ?";
constexpr char kInbox[] = "SELECT " DAP_MESSAGE_COLUMNS
                          " FROM message WHERE organisation = ? AND recipient = ? "
                          "AND outcome = 1 AND message < ? ORDER BY message DESC LIMIT ?";
constexpr char kInboxUnread[] = "SELECT " DAP_MESSAGE_COLUMNS
                                " FROM message WHERE organisation = ? AND recipient = ? "
                                "AND outcome = 1 AND message < ? AND read_time IS NULL "
                                "ORDER BY message DESC LIMIT ?";
constexpr char kInboxAll[] = "SELECT " DAP_MESSAGE_COLUMNS
                             " FROM message WHERE organisation = ? AND recipient = ? "
                             "AND message < ? ORDER BY message DESC LIMIT ?";
constexpr char kInboxAllUnread[] = "SELECT " DAP_MESSAGE_COLUMNS
                                   " FROM message WHERE organisation = ? AND recipient = ? "
                                   "AND message < ? AND read_time IS NULL "
                                   "ORDER BY message DESC LIMIT ?";
// The time alone is compared first, so that the index serves; the rest settles equal times.
constexpr char kDue[] =
    "SELECT due_time, organisation, recipient, message FROM message "
    "WHERE due_time >= ? AND due_time <= ? AND "
    "(due_time > ? OR (organisation, recipient, message) > (?, ?, ?)) "
    "ORDER BY due_time, organisation, recipient, message LIMIT ?";
constexpr char kNudgesSent[] =
    "SELECT send_time FROM message WHERE organisation = ? AND recipient = ? AND send_time > ? "
    "AND kind IN (1, 2, 3, 6) ORDER BY send_time DESC";
constexpr char kSettleMatter[] =
    "UPDATE message SET settle_time = ?, due_time = IF(due_time IS NULL, NULL, ?) "
    "WHERE organisation = ? AND matter = ? AND settle_time IS NULL AND cause_version <> ?";
constexpr char kSettleMatterOfKind[] =
    "UPDATE message SET settle_time = ?, due_time = IF(due_time IS NULL, NULL, ?) "
    "WHERE organisation = ? AND matter = ? AND kind = ? AND settle_time IS NULL";
constexpr char kSettleCause[] =
    "UPDATE message SET settle_time = ?, due_time = IF(due_time IS NULL, NULL, ?) "
    "WHERE organisation = ? AND recipient = ? AND kind = ? AND cause = ? AND settle_time IS NULL";
constexpr char kSettleOlder[] =
    "UPDATE message SET settle_time = ?, due_time = IF(due_time IS NULL, NULL, ?) "
    "WHERE organisation = ? AND recipient = ? AND kind = ? AND cause = ? AND cause_version < ? "
    "AND settle_time IS NULL";
constexpr char kToldAlready[] =
    "SELECT COUNT(*) FROM message WHERE organisation = ? AND recipient = ? AND kind = ? "
    "AND enrolment = ? AND settle_time IS NULL AND create_time > ?";
constexpr char kWhoWasTold[] =
    "SELECT DISTINCT recipient FROM message WHERE organisation = ? AND matter = ? AND outcome = 1";
constexpr char kSentOfKind[] =
    "SELECT DISTINCT cause FROM message "
    "WHERE organisation = ? AND recipient = ? AND kind = ? AND outcome = 1";
constexpr char kHeardSince[] =
    "SELECT DISTINCT recipient FROM message "
    "WHERE organisation = ? AND matter = ? AND kind = 5 AND create_time > ?";
// Waiting, sent or deferred.
constexpr char kToldOrAboutTo[] =
    "SELECT COUNT(*) FROM message WHERE organisation = ? AND recipient = ? AND kind = ? "
    "AND enrolment = ? AND outcome IN (0, 1, 2)";

// After every id there is, so that the first page needs no statement of its own.
const id::Uuid& LastId() {
  static const id::Uuid last = id::Uuid::FromBytes(std::string(id::Uuid::kBytes, '\xFF'));
  return last;
}

Message FromRow(const db::Row& row) {
  Message message;
  message.organisation = row.Uuid(0);
  message.recipient = row.Uuid(1);
  message.message = row.Uuid(2);
  message.kind = static_cast<Kind>(row.Int(3));
  message.cause = row.Uuid(4);
  message.cause_version = row.Int(5);
  message.matter = row.Uuid(6);
  message.enrolment = row.Uuid(7);
  message.about = row.String(8);
  message.text = {row.String(9), row.String(10), row.String(11)};
  message.create_time = row.Time(12);
  message.expire_time = row.OptionalTime(13);
  message.outcome = static_cast<Outcome>(row.Int(14));
  message.outcome_reason = row.String(15);
  message.due_time = row.OptionalTime(16);
  message.settle_time = row.OptionalTime(17);
  message.send_time = row.OptionalTime(18);
  message.read_time = row.OptionalTime(19);
  return message;
}

absl::StatusOr<std::optional<Message>> Find(db::Connection& db, absl::string_view sql,
                                            const MessageKey& key) {
  ASSIGN_OR_RETURN(const std::optional<db::Row> row,
                   db.QueryOne(sql, {key.organisation, key.recipient, key.message}));
  std::optional<Message> message;
  if (row) message = FromRow(*row);
  return message;
}

absl::string_view InboxStatement(const InboxQuery& query) {
  if (query.show_unsent) return query.unread_only ? kInboxAllUnread : kInboxAll;
  return query.unread_only ? kInboxUnread : kInbox;
}

}  // namespace

absl::Status InsertMessages(db::Connection& tx, const std::vector<Message>& messages) {
  std::vector<db::Values> rows;
  for (const Message& m : messages) {
    rows.push_back({m.organisation,   m.recipient,   m.message,     m.kind,        m.cause,
                    m.cause_version,  m.matter,      m.enrolment,   m.about,       m.text.subject,
                    m.text.body,      m.text.why,    m.create_time, m.expire_time, m.outcome,
                    m.outcome_reason, m.create_time, db::Null(),    db::Null(),    db::Null()});
  }
  return tx.InsertRows(kInsert, rows, kOneACause).status();
}

absl::StatusOr<std::optional<Message>> FindMessage(db::Connection& db, const MessageKey& key) {
  return Find(db, kFind, key);
}

absl::StatusOr<std::optional<Message>> LockMessage(db::Connection& tx, const MessageKey& key) {
  return Find(tx, kLock, key);
}

absl::Status SaveOutcome(db::Connection& tx, const Message& m) {
  return tx
      .Execute(kSaveOutcome, {m.outcome, m.outcome_reason, m.due_time, m.send_time, m.organisation,
                              m.recipient, m.message})
      .status();
}

absl::Status SaveRead(db::Connection& tx, const MessageKey& key, absl::Time now) {
  return tx.Execute(kSaveRead, {now, key.organisation, key.recipient, key.message}).status();
}

absl::StatusOr<std::vector<Message>> ListInbox(db::Connection& db, const InboxQuery& query) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   db.Query(InboxStatement(query), {query.organisation, query.recipient,
                                                    query.before.value_or(LastId()), query.limit}));
  std::vector<Message> messages;
  for (const db::Row& row : rows) messages.push_back(FromRow(row));
  return messages;
}

absl::StatusOr<std::vector<Due>> ListDue(db::Connection& db, absl::Time now, const Due& after,
                                         int limit) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   db.Query(kDue, {after.due, now, after.due, after.key.organisation,
                                   after.key.recipient, after.key.message, limit}));
  std::vector<Due> due;
  for (const db::Row& row : rows) {
    due.push_back({row.Time(0), {row.Uuid(1), row.Uuid(2), row.Uuid(3)}});
  }
  return due;
}

absl::StatusOr<std::vector<absl::Time>> ListNudgesSent(db::Connection& db,
                                                       const id::Uuid& organisation,
                                                       const id::Uuid& recipient,
                                                       absl::Time since) {
  ASSIGN_OR_RETURN(const db::Rows rows, db.Query(kNudgesSent, {organisation, recipient, since}));
  std::vector<absl::Time> times;
  for (const db::Row& row : rows) times.push_back(row.Time(0));
  return times;
}

absl::Status SettleMatter(db::Connection& tx, const id::Uuid& organisation, const id::Uuid& matter,
                          absl::Time now, int64_t except) {
  return tx.Execute(kSettleMatter, {now, now, organisation, matter, except}).status();
}

absl::Status SettleMatterOfKind(db::Connection& tx, const id::Uuid& organisation, Kind kind,
                                const id::Uuid& matter, absl::Time now) {
  return tx.Execute(kSettleMatterOfKind, {now, now, organisation, matter, kind}).status();
}

absl::Status SettleCause(db::Connection& tx, const id::Uuid& organisation,
                         const id::Uuid& recipient, Kind kind, const id::Uuid& cause,
                         absl::Time now) {
  return tx.Execute(kSettleCause, {now, now, organisation, recipient, kind, cause}).status();
}

absl::Status SettleOlder(db::Connection& tx, const id::Uuid& organisation,
                         const id::Uuid& recipient, Kind kind, const id::Uuid& cause,
                         int64_t version, absl::Time now) {
  return tx.Execute(kSettleOlder, {now, now, organisation, recipient, kind, cause, version})
      .status();
}

absl::StatusOr<bool> IsToldAlready(db::Connection& tx, const id::Uuid& organisation,
                                   const id::Uuid& recipient, Kind kind, const id::Uuid& enrolment,
                                   absl::Time since) {
  ASSIGN_OR_RETURN(const std::optional<db::Row> row,
                   tx.QueryOne(kToldAlready, {organisation, recipient, kind, enrolment, since}));
  return row->Int(0) > 0;
}

absl::StatusOr<std::vector<id::Uuid>> ListWhoWasTold(db::Connection& tx,
                                                     const id::Uuid& organisation,
                                                     const id::Uuid& matter) {
  ASSIGN_OR_RETURN(const db::Rows rows, tx.Query(kWhoWasTold, {organisation, matter}));
  std::vector<id::Uuid> people;
  for (const db::Row& row : rows) people.push_back(row.Uuid(0));
  return people;
}

absl::StatusOr<std::vector<id::Uuid>> ListHeardSince(db::Connection& tx,
                                                     const id::Uuid& organisation,
                                                     const id::Uuid& session, absl::Time since) {
  ASSIGN_OR_RETURN(const db::Rows rows, tx.Query(kHeardSince, {organisation, session, since}));
  std::vector<id::Uuid> people;
  for (const db::Row& row : rows) people.push_back(row.Uuid(0));
  return people;
}

absl::StatusOr<std::vector<id::Uuid>> ListSentCauses(db::Connection& tx,
                                                     const id::Uuid& organisation,
                                                     const id::Uuid& recipient, Kind kind) {
  ASSIGN_OR_RETURN(const db::Rows rows, tx.Query(kSentOfKind, {organisation, recipient, kind}));
  std::vector<id::Uuid> causes;
  for (const db::Row& row : rows) causes.push_back(row.Uuid(0));
  return causes;
}

absl::StatusOr<bool> IsToldOrAboutTo(db::Connection& tx, const id::Uuid& organisation,
                                     const id::Uuid& recipient, Kind kind,
                                     const id::Uuid& enrolment) {
  ASSIGN_OR_RETURN(const std::optional<db::Row> row,
                   tx.QueryOne(kToldOrAboutTo, {organisation, recipient, kind, enrolment}));
  return row->Int(0) > 0;
}

std::vector<std::string> MessageListStatements() {
  return {kInbox,      kInboxUnread, kInboxAll,   kInboxAllUnread, kDue,
          kNudgesSent, kWhoWasTold,  kSentOfKind, kHeardSince};
}

}  // namespace dap::notification
