// Makes the messages that an event leads to. None goes out here: that is decided when it is due.
#ifndef DAP_SERVICES_NOTIFICATION_OPERATIONS_TELL_H_
#define DAP_SERVICES_NOTIFICATION_OPERATIONS_TELL_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "dap/events/v1/enrolment_events.pb.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "libs/roster/entry.h"
#include "services/notification/domain/message.h"
#include "services/notification/domain/texts.h"
#include "services/notification/operations/context.h"

namespace dap::notification {

// What tells one message from another of the same kind to the same person.
struct Cause {
  id::Uuid cause;
  int64_t version = 0;
  // Settling it makes the message needless; the cause itself where nil.
  id::Uuid matter;
  // When it happened, by the producer's clock: messages of an old event are old.
  absl::Time at;
};

// Each of these runs in the consumer's transaction, and changes nothing where the same cause was
// told before.

absl::Status TellCheckIn(const Context& context, db::Connection& tx, const roster::Entry& entry,
                         const Cause& cause, int working_days);
absl::Status TellPatron(const Context& context, db::Connection& tx, const roster::Entry& entry,
                        const id::Uuid& patron, absl::string_view opening, const Cause& cause);
// To each coach who does not have such an offer before them already; one who is asked for help
// hears of it in any case.
absl::Status TellCoaches(const Context& context, db::Connection& tx, const roster::Entry& entry,
                         OfferReason reason, int working_days, const Cause& cause);
absl::Status TellMoment(const Context& context, db::Connection& tx, const roster::Entry& entry,
                        Moment moment, const Cause& cause);
// To the author of what a coach removed; to a participant whose moment a coach wrote down; to the
// coaches where what somebody shared was reported. The cause is the experience.
absl::Status TellRemoved(const Context& context, db::Connection& tx, const roster::Entry& entry,
                         const Cause& cause);
absl::Status TellConsent(const Context& context, db::Connection& tx, const roster::Entry& entry,
                         Moment moment, const Cause& cause);
absl::Status TellReported(const Context& context, db::Connection& tx, const roster::Entry& entry,
                          const Cause& cause);
// How a barrier that stopped the participant ended.
absl::Status TellBarrier(const Context& context, db::Connection& tx, const roster::Entry& entry,
                         absl::string_view tool, BarrierEnd end, int goals, const Cause& cause);
absl::Status TellPlace(const Context& context, db::Connection& tx, const roster::Entry& entry,
                       const Text& text, absl::Time at);
// A colleague is asked to be a patron of a cohort, by the version of what is kept of them there.
absl::Status TellInvitation(const Context& context, db::Connection& tx,
                            const id::Uuid& organisation, const events::v1::PatronChanged& asked,
                            absl::Time at);
// The cohort that somebody is in, or hoped to be in, is called off.
absl::Status TellCalledOff(const Context& context, db::Connection& tx, const roster::Entry& entry,
                           absl::Time at);

}  // namespace dap::notification

#endif  // DAP_SERVICES_NOTIFICATION_OPERATIONS_TELL_H_
