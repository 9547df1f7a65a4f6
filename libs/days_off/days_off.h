// The days off that a service keeps, so that none of its working days needs the enrolment service:
// public holidays, closed days of organisations and cohorts, leave.
#ifndef DAP_LIBS_DAYS_OFF_DAYS_OFF_H_
#define DAP_LIBS_DAYS_OFF_DAYS_OFF_H_

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/days_off/days.h"
#include "libs/id/uuid.h"
#include "libs/time/calendar.h"

namespace prometheus {
class Registry;
}
namespace dap::db {
class Connection;
class Pool;
}  // namespace dap::db

namespace dap::days_off {

// Makes or upgrades the table in the pool's schema, as "days_off" in its migrations.
absl::Status Migrate(db::Pool& pool);

// Keeps the days of a scope unless a later version of them is here; returns whether it did. The
// same event twice, or two in the wrong order, change nothing. INVALID_ARGUMENT
// (DAYS_OFF_MALFORMED) for one without its ids, scope or version. Two statements.
absl::StatusOr<bool> Save(db::Connection& tx, const Days& days);

// As they are; of version 0 and empty where nothing was told. One query.
absl::StatusOr<Days> Find(db::Connection& db, const id::Uuid& organisation, Scope scope,
                          const id::Uuid& subject);
// The same for whoever changes them: locked until the transaction ends, also where they are not
// there yet. Two statements.
absl::StatusOr<Days> Lock(db::Connection& tx, const id::Uuid& organisation, Scope scope,
                          const id::Uuid& subject);

// Whose days are asked for. What is nil does not count.
struct Who {
  // Their leave.
  id::Uuid enrolment;
  // Its closed days.
  id::Uuid cohort;
  // The person's calendar; without one the organisation's.
  id::Uuid staff_member;
};

// The days off of each, beside weekends, in the order asked. They hold what they were made from, so
// they outlive `db`, may be copied and asked by any thread; a question costs a few comparisons.
// Always as this transaction sees them, without a cache: a figure and the sweep that acts on it
// agree, in every replica. Two queries on the key, three where an organisation has calendars of its
// own.
absl::StatusOr<std::vector<time::DayOff>> For(db::Connection& db, const id::Uuid& organisation,
                                              absl::Span<const Who> who);
absl::StatusOr<time::DayOff> ForOne(db::Connection& db, const id::Uuid& organisation,
                                    const Who& who);

// Those of a person in all that they do: the cohort's closed days, their calendar and the leave of
// every enrolment of theirs. Three queries.
absl::StatusOr<time::DayOff> ForStaffMember(db::Connection& db, const id::Uuid& organisation,
                                            const id::Uuid& cohort, const id::Uuid& staff_member);

// The days that are off for everybody in the organisation, whatever their calendar: those that are
// closed. One query.
absl::StatusOr<time::DayOff> ForEverybody(db::Connection& db, const id::Uuid& organisation);

// Sets the gauge dap_holidays_covered_until_seconds for each calendar that ships, and logs each
// whose data ends within half a year of `now`: beyond it no public holiday is known, so working
// days are counted that are none. Call it when the process starts.
void TellCoverage(prometheus::Registry& registry, absl::Time now);

}  // namespace dap::days_off

#endif  // DAP_LIBS_DAYS_OFF_DAYS_OFF_H_
