// What a change of days off does to silence that was counted by the old ones.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_REVIEW_SPELL_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_REVIEW_SPELL_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/days_off/days_off.h"
#include "libs/db/connection.h"
#include "libs/feed/outbox.h"
#include "libs/time/calendar.h"
#include "services/activity/domain/working_days.h"
#include "services/activity/operations/context.h"
#include "services/activity/store/participations.h"

namespace dap::activity {

days_off::Who WhoOf(const Participation& participation);

// The working days of each, of one organisation, in their order: days off and standstills as this
// transaction sees them. Three queries, four where there are own calendars.
absl::StatusOr<std::vector<WorkingDays>> WorkingDaysOf(db::Connection& db, absl::TimeZone zone,
                                                       absl::Span<const Participation> people);

// Ends the spells of those (locked, of one organisation) who by the days off that hold now have not
// been silent for ten working days: the end is told, the patron's entry becomes ENDED, and another
// spell may begin later. A spell that has not lost its first rung stays where it stands; what was
// said can't be unsaid, and the next rung comes on its day. Returns those that changed, for the
// caller to save. (Decided 2026-11-25. Turned down: going back a rung, which would ask the patron
// or the coach twice in one spell.)
absl::StatusOr<std::vector<Participation>> ReviewSpells(const Context& context, db::Connection& tx,
                                                        feed::Outbox& outbox, absl::TimeZone zone,
                                                        std::vector<Participation> people);

// Takes in what an event says of days off; one that is not newer changes nothing. Leave looks at
// the enrolment's spell at once, everything else leaves it to the next tick of the sweep.
absl::Status TakeInDaysOff(const Context& context, db::Connection& tx, feed::Outbox& outbox,
                           const days_off::Days& days);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_REVIEW_SPELL_H_
