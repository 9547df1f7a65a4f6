// What ends a spell of silence, and the patron's entry that goes with it.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_SILENCE_SPELL_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_SILENCE_SPELL_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/db/connection.h"
#include "libs/feed/outbox.h"
#include "libs/id/uuid.h"
#include "services/activity/operations/context.h"
#include "services/activity/store/participations.h"
#include "services/activity/store/patron_queue.h"

namespace dap::activity {

// All of these work on a participation that the transaction has locked; the caller saves it.

// They did something, and told of it at `told`: silence counts from there, and a spell that began
// before it ends (SilenceSpellEnded, the entry that it opened becomes ENDED). One that is older
// than what is known changes nothing.
absl::Status Advance(db::Connection& tx, feed::Outbox& outbox, Participation& participation,
                     absl::Time told, absl::Time now);

// Ends the spell where there is one.
absl::Status EndSpell(db::Connection& tx, feed::Outbox& outbox, Participation& participation,
                      absl::Time now);

// Settles the open entry where there is one, as `outcome`; only one of `reason` where that is
// given.
absl::Status CloseQueueEntry(db::Connection& tx, feed::Outbox& outbox,
                             const Participation& participation, Outcome outcome,
                             std::optional<EntryReason> reason, absl::Time now);

// Opens an entry for the patron of each, of one organisation, unless one is open already. Without a
// patron it goes straight to the coach. Two statements.
absl::Status OpenQueueEntries(const Context& context, db::Connection& tx, feed::Outbox& outbox,
                              absl::Span<const Participation> participations, EntryReason reason,
                              absl::Time now);

// The events of an entry.
void AddOpened(feed::Outbox& outbox, const QueueEntry& entry);
void AddClosed(feed::Outbox& outbox, const QueueEntry& entry);

// When silence counts from, by what the participation knows.
std::optional<absl::Time> SilentSince(const Participation& participation);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_SILENCE_SPELL_H_
