// The calendar entry that goes with a message about a gathering.
#ifndef DAP_SERVICES_NOTIFICATION_OPERATIONS_INVITATION_H_
#define DAP_SERVICES_NOTIFICATION_OPERATIONS_INVITATION_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "libs/db/connection.h"
#include "services/notification/domain/mail.h"
#include "services/notification/domain/message.h"
#include "services/notification/store/contacts.h"

namespace dap::notification {

// From whom an invitation is: the sender of the mail.
struct Inviter {
  std::string name;
  std::string address;
};

// The gathering as it is now, for this recipient alone: METHOD REQUEST, or CANCEL once it is called
// off or they have left its cohort, with the UID and SEQUENCE of the feeds of the enrolment
// service, so that it is one entry. Nothing for other messages. Two queries.
absl::StatusOr<std::optional<Attachment>> InvitationFor(db::Connection& db, const Message& message,
                                                        const Contact& contact,
                                                        const Inviter& inviter);

}  // namespace dap::notification

#endif  // DAP_SERVICES_NOTIFICATION_OPERATIONS_INVITATION_H_
