#ifndef DAP_SERVICES_GOALS_STORE_SETTINGS_STORE_H_
#define DAP_SERVICES_GOALS_STORE_SETTINGS_STORE_H_

#include "absl/status/statusor.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/goals/domain/settings.h"

namespace dap::goals {

// An organisation's settings; the domain's defaults for what it has not set. One query by key.
absl::StatusOr<Settings> LoadSettings(db::Connection& tx, const id::Uuid& organisation);

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_STORE_SETTINGS_STORE_H_
