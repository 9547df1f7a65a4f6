#include "services/activity/operations/resolve_queue_entry.h"

#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/calendar.h"
#include "services/activity/operations/silence_spell.h"

namespace dap::activity {

absl::StatusOr<QueueView> ResolveQueueEntry(const Context& context, db::Connection& tx,
                                            feed::Outbox& outbox, const id::Uuid& organisation,
                                            const id::Uuid& entry, const id::Uuid& patron,
                                            Outcome outcome) {
  ASSIGN_OR_RETURN(std::optional<QueueEntry> held, LockQueueEntry(tx, organisation, entry));
  if (!held) return status::NotFound("patron_queue_entry", entry.ToString());
  if (held->patron != patron) {
    return status::Denied("NOT_YOURS", "Only the patron settles an entry of their queue.");
  }
  RETURN_IF_ERROR(CheckResolve(held->outcome, outcome));
  const absl::Time now = context.clock.Now();
  held->outcome = outcome;
  if (outcome == Outcome::kSnoozed) {
    ASSIGN_OR_RETURN(roster::Entry whose, roster::Get(tx, organisation, held->enrolment));
    ASSIGN_OR_RETURN(absl::TimeZone zone, time::ZoneOf(whose.time_zone));
    held->due_day = EarliestDue(outcome, time::DayOf(now, zone), context.settings);
  } else {
    AddClosed(outbox, *held);
  }
  RETURN_IF_ERROR(SaveQueueEntry(tx, *held, now));
  ASSIGN_OR_RETURN(std::optional<QueueView> view, FindQueueView(tx, organisation, entry));
  if (!view) return status::Internal("a patron's queue entry has no enrolment");
  return *std::move(view);
}

}  // namespace dap::activity
