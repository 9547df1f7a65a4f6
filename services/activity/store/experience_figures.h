// When a cohort's people shared, cheered and commented: what its figures are made of.
#ifndef DAP_SERVICES_ACTIVITY_STORE_EXPERIENCE_FIGURES_H_
#define DAP_SERVICES_ACTIVITY_STORE_EXPERIENCE_FIGURES_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"

namespace dap::activity {

enum class Shared { kExperience = 1, kFirst = 2, kCheer = 3, kComment = 4 };

struct SharedAt {
  Shared what = Shared::kExperience;
  absl::Time time;
};

// Of from <= time < until, in no order; what tells of a first-time moment is kFirst alone. What
// awaits consent is not among them; what is hidden or removed is. One query.
absl::StatusOr<std::vector<SharedAt>> ListShared(db::Connection& db, const id::Uuid& organisation,
                                                 const id::Uuid& cohort, absl::Time from,
                                                 absl::Time until);

// For the test that it goes by its keys.
extern const absl::string_view kListSharedSql;

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_STORE_EXPERIENCE_FIGURES_H_
