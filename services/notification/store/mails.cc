#include "services/notification/store/mails.h"

#include <optional>

#include "libs/status/macros.h"

namespace dap::notification {
namespace {

constexpr char kQueue[] =
    "INSERT INTO mail (organisation, recipient, message, state, reason, attempts, create_time, "
    "due_time, end_time) VALUES (?, ?, ?, 0, '', 0, ?, ?, NULL)";
constexpr char kDue[] =
    "SELECT organisation, recipient, message, attempts, create_time FROM mail "
    "WHERE due_time <= ? ORDER BY due_time LIMIT ?";
constexpr char kClaim[] =
    "UPDATE mail SET attempts = attempts + 1, due_time = ? "
    "WHERE organisation = ? AND recipient = ? AND message = ? AND due_time <= ?";
constexpr char kEnd[] =
    "UPDATE mail SET state = ?, reason = ?, due_time = NULL, end_time = ? "
    "WHERE organisation = ? AND recipient = ? AND message = ?";
constexpr char kRetry[] =
    "UPDATE mail SET reason = ?, due_time = ? "
    "WHERE organisation = ? AND recipient = ? AND message = ? AND state = 0";
constexpr char kCount[] = "SELECT COUNT(*) FROM mail WHERE due_time IS NOT NULL";

}  // namespace

absl::Status QueueMail(db::Connection& tx, const MessageKey& key, absl::Time now) {
  return tx.Execute(kQueue, {key.organisation, key.recipient, key.message, now, now}).status();
}

absl::StatusOr<std::vector<QueuedMail>> ListDueMails(db::Connection& db, absl::Time now,
                                                     int limit) {
  ASSIGN_OR_RETURN(const db::Rows rows, db.Query(kDue, {now, limit}));
  std::vector<QueuedMail> mails;
  for (const db::Row& row : rows) {
    mails.push_back(
        {{row.Uuid(0), row.Uuid(1), row.Uuid(2)}, static_cast<int>(row.Int(3)), row.Time(4)});
  }
  return mails;
}

absl::StatusOr<bool> ClaimMail(db::Connection& tx, const MessageKey& key, absl::Time now,
                               absl::Time until) {
  ASSIGN_OR_RETURN(const int64_t claimed,
                   tx.Execute(kClaim, {until, key.organisation, key.recipient, key.message, now}));
  return claimed > 0;
}

absl::Status EndMail(db::Connection& tx, const MessageKey& key, MailState state,
                     absl::string_view reason, absl::Time now) {
  return tx.Execute(kEnd, {state, reason, now, key.organisation, key.recipient, key.message})
      .status();
}

absl::Status RetryMail(db::Connection& tx, const MessageKey& key, absl::string_view reason,
                       absl::Time due) {
  return tx.Execute(kRetry, {reason, due, key.organisation, key.recipient, key.message}).status();
}

absl::StatusOr<int64_t> CountQueuedMails(db::Connection& db) {
  ASSIGN_OR_RETURN(const std::optional<db::Row> row, db.QueryOne(kCount));
  return row->Int(0);
}

std::string MailListStatement() { return kDue; }

}  // namespace dap::notification
