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
  std::optional<absl::CivilDay> swept_day;
};

// Makes the organisation known, or gives it this time zone.
absl::Status SaveOrganisation(db::Connection& tx, const id::Uuid& organisation,
                              absl::string_view time_zone);
// All of them: one small row an organisation.
absl::StatusOr<std::vector<SweepDay>> ListSweepDays(db::Connection& db);
absl::Status SaveSweptDay(db::Connection& db, const id::Uuid& organisation, absl::CivilDay day);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_STORE_SWEEP_DAYS_H_
