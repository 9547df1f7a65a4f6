// The queue of e-mails.
#ifndef DAP_SERVICES_NOTIFICATION_STORE_MAILS_H_
#define DAP_SERVICES_NOTIFICATION_STORE_MAILS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "services/notification/store/messages.h"

namespace dap::notification {

enum class MailState { kQueued = 0, kSent = 1, kGivenUp = 2 };

// Puts a message's e-mail into the queue, due now. ALREADY_EXISTS where it was there.
absl::Status QueueMail(db::Connection& tx, const MessageKey& key, absl::Time now);

struct QueuedMail {
  MessageKey key;
  int attempts = 0;
  absl::Time create_time;
};
// What is to go by `now`, longest due first.
absl::StatusOr<std::vector<QueuedMail>> ListDueMails(db::Connection& db, absl::Time now, int limit);

// Takes a mail that is due for one attempt: nobody else gets it before `until`. False where
// somebody else has it, or it is done. Counts the attempt.
absl::StatusOr<bool> ClaimMail(db::Connection& tx, const MessageKey& key, absl::Time now,
                               absl::Time until);
absl::Status EndMail(db::Connection& tx, const MessageKey& key, MailState state,
                     absl::string_view reason, absl::Time now);
absl::Status RetryMail(db::Connection& tx, const MessageKey& key, absl::string_view reason,
                       absl::Time due);

// How many wait.
absl::StatusOr<int64_t> CountQueuedMails(db::Connection& db);

// The statement of ListDueMails, for the test that has the server explain it.
std::string MailListStatement();

}  // namespace dap::notification

#endif  // DAP_SERVICES_NOTIFICATION_STORE_MAILS_H_
