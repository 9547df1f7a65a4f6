// Decides on one message that is due, and sends it where nothing is in the way.
#ifndef DAP_SERVICES_NOTIFICATION_OPERATIONS_SEND_MESSAGE_H_
#define DAP_SERVICES_NOTIFICATION_OPERATIONS_SEND_MESSAGE_H_

#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "services/notification/domain/decision.h"
#include "services/notification/domain/message.h"
#include "services/notification/store/messages.h"

namespace dap::notification {

// In one transaction: looks at everything again, writes the outcome and its reason, and where it is
// sent (so, in the inbox) queues its e-mail unless the person wants none. Nothing where the message
// is not due at `now`: somebody else was faster. The recipient's row is held throughout: of two
// messages to one person, the second sees what the first took of the budget.
absl::StatusOr<std::optional<Message>> SendMessage(db::Connection& tx, const MessageKey& key,
                                                   absl::Time now);

// Whether the e-mail of a message that was sent is still to go, as it may have waited long: looks
// at everything again but for the budget, of which the message has its share. kSent, or why not.
absl::StatusOr<Decision> DecideOnMail(db::Connection& db, const Message& message, absl::Time now);

}  // namespace dap::notification

#endif  // DAP_SERVICES_NOTIFICATION_OPERATIONS_SEND_MESSAGE_H_
