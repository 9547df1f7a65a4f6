// Messages: the inbox, and what is still to be sent.
#ifndef DAP_SERVICES_NOTIFICATION_STORE_MESSAGES_H_
#define DAP_SERVICES_NOTIFICATION_STORE_MESSAGES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/notification/domain/message.h"

namespace dap::notification {

// What leads to a message.
struct MessageKey {
  id::Uuid organisation;
  id::Uuid recipient;
  id::Uuid message;
  friend bool operator==(const MessageKey&, const MessageKey&) = default;
};

// Keeps new messages, due when they were created. One whose recipient, kind, cause and version were
// told before is passed over: exactly one for each cause.
absl::Status InsertMessages(db::Connection& tx, const std::vector<Message>& messages);

// One query on the key each; the second holds the row until the transaction ends.
absl::StatusOr<std::optional<Message>> FindMessage(db::Connection& db, const MessageKey& key);
absl::StatusOr<std::optional<Message>> LockMessage(db::Connection& tx, const MessageKey& key);

// Writes what changes while it is decided on: outcome, reason, due and send time.
absl::Status SaveOutcome(db::Connection& tx, const Message& message);
// Keeps the first time.
absl::Status SaveRead(db::Connection& tx, const MessageKey& key, absl::Time now);

struct InboxQuery {
  id::Uuid organisation;
  id::Uuid recipient;
  bool unread_only = false;
  bool show_unsent = false;
  // Only those older than this one.
  std::optional<id::Uuid> before;
  int limit = 0;
};
// Newest first.
absl::StatusOr<std::vector<Message>> ListInbox(db::Connection& db, const InboxQuery& query);

// What is to be looked at by `now`, longest due first, after (`due`, `key`): where the last page
// ended.
struct Due {
  absl::Time due = absl::UnixEpoch();
  MessageKey key;
};
absl::StatusOr<std::vector<Due>> ListDue(db::Connection& db, absl::Time now, const Due& after,
                                         int limit);

// When nudges were sent to a person after `since`, newest first.
absl::StatusOr<std::vector<absl::Time>> ListNudgesSent(db::Connection& db,
                                                       const id::Uuid& organisation,
                                                       const id::Uuid& recipient, absl::Time since);

// Settles all messages about a matter, but for those of cause version `except`: what waits is due
// at once, to be decided on.
absl::Status SettleMatter(db::Connection& tx, const id::Uuid& organisation, const id::Uuid& matter,
                          absl::Time now, int64_t except = -1);
// Settles the messages of one kind about a matter.
absl::Status SettleMatterOfKind(db::Connection& tx, const id::Uuid& organisation, Kind kind,
                                const id::Uuid& matter, absl::Time now);
// Settles a person's messages of one kind and cause.
absl::Status SettleCause(db::Connection& tx, const id::Uuid& organisation,
                         const id::Uuid& recipient, Kind kind, const id::Uuid& cause,
                         absl::Time now);

// Settles a person's messages of one kind and cause that are of a version before this one.
absl::Status SettleOlder(db::Connection& tx, const id::Uuid& organisation,
                         const id::Uuid& recipient, Kind kind, const id::Uuid& cause,
                         int64_t version, absl::Time now);

// Whether somebody was told, since then, of a thing of this kind about this enrolment that is not
// settled.
absl::StatusOr<bool> IsToldAlready(db::Connection& tx, const id::Uuid& organisation,
                                   const id::Uuid& recipient, Kind kind, const id::Uuid& enrolment,
                                   absl::Time since);
// Whether somebody was sent a message of this kind about this enrolment, or is to be.
absl::StatusOr<bool> IsToldOrAboutTo(db::Connection& tx, const id::Uuid& organisation,
                                     const id::Uuid& recipient, Kind kind,
                                     const id::Uuid& enrolment);
// What somebody was sent messages of this kind about.
absl::StatusOr<std::vector<id::Uuid>> ListSentCauses(db::Connection& tx,
                                                     const id::Uuid& organisation,
                                                     const id::Uuid& recipient, Kind kind);
// For whom there is news of a gathering from after that time, sent or not.
absl::StatusOr<std::vector<id::Uuid>> ListHeardSince(db::Connection& tx,
                                                     const id::Uuid& organisation,
                                                     const id::Uuid& session, absl::Time since);
// Who was sent a message about a matter.
absl::StatusOr<std::vector<id::Uuid>> ListWhoWasTold(db::Connection& tx,
                                                     const id::Uuid& organisation,
                                                     const id::Uuid& matter);

// The statements of ListInbox (sent, unread, all, all unread), ListDue, ListNudgesSent,
// ListWhoWasTold, ListSentCauses, ListHeardSince, for the test that has the server explain them.
std::vector<std::string> MessageListStatements();

}  // namespace dap::notification

#endif  // DAP_SERVICES_NOTIFICATION_STORE_MESSAGES_H_
