// The table sweep_day: the organisations there are, and how far each is swept.
#ifndef DAP_SERVICES_ACTIVITY_STORE_SWEEP_DAYS_H_
#define DAP_SERVICES_ACTIVITY_STORE_SWEEP_DAYS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"

namespace dap::activity {

struct SweepDay {
  id::Uuid organisation;
  std::string time_zone;
  // The last working day that was swept.
  std::optional<absl::CivilDay> swept_day;
  // The day on which that was last found out: the rest of it nothing is to do.
  std::optional<absl::CivilDay> seen_day;
  // Counts changes of days off that concern more than one enrolment, and how many of them the
  // spells of silence have been held against.
  int64_t days_version = 0;
  int64_t reviewed_version = 0;
};

// Makes the organisation known, or gives it this time zone.
absl::Status SaveOrganisation(db::Connection& tx, const id::Uuid& organisation,
                              absl::string_view time_zone);
// All of them: one small row an organisation.
absl::StatusOr<std::vector<SweepDay>> ListSweepDays(db::Connection& db);
// The organisation's zone; UTC while nothing has told of it. One query by key.
absl::StatusOr<std::string> FindTimeZone(db::Connection& db, const id::Uuid& organisation);
// Keeps the days and reviewed_version.
absl::Status SaveSweptDay(db::Connection& tx, const SweepDay& day);
// Days off changed for many: the next tick looks at every spell of the organisation.
absl::Status MarkDaysChanged(db::Connection& tx, const id::Uuid& organisation);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_STORE_SWEEP_DAYS_H_
