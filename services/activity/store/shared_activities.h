// What a cohort sees of its activities, and where each stands in that list.
#ifndef DAP_SERVICES_ACTIVITY_STORE_SHARED_ACTIVITIES_H_
#define DAP_SERVICES_ACTIVITY_STORE_SHARED_ACTIVITIES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/activity/domain/contribution.h"

namespace dap::activity {

// An activity's place in its cohort's list.
struct CohortActivityRow {
  id::Uuid organisation;
  id::Uuid cohort;
  id::Uuid share;
  id::Uuid enrolment;
  absl::Time activity_time;
  id::Uuid activity;
  absl::CivilDay activity_day;
};
// An activity that has a place keeps its share, and stands at its new time. As few statements as
// InsertRows makes of them.
absl::Status SaveCohortActivities(db::Connection& tx, absl::Span<const CohortActivityRow> rows);

// What the cohort sees of one: there is no field here that it may not see, but the day, which is
// not for patrons.
struct SharedActivity {
  id::Uuid share;
  absl::CivilDay day;
  id::Uuid enrolment;
  std::string participant_display_name;
  Kind kind = Kind::kUnspecified;
  Setting setting = Setting::kUnspecified;
  std::string link;
  std::string note;
};

struct SharedPlace {
  absl::CivilDay day;
  id::Uuid share;
};
// By the primary key; nothing where there never was such a share.
absl::StatusOr<std::optional<SharedPlace>> FindSharedPlace(db::Connection& db,
                                                           const id::Uuid& organisation,
                                                           const id::Uuid& cohort,
                                                           const id::Uuid& share);
// Those that are shared with the cohort now, by who belongs to it, newest day first, after that
// place; at most `limit`. Along the index `newest`.
absl::StatusOr<std::vector<SharedActivity>> ListSharedActivities(
    db::Connection& db, const id::Uuid& organisation, const id::Uuid& cohort,
    const std::optional<SharedPlace>& after, int limit);

// The statement of the list, for the test that it goes by its index.
extern const absl::string_view kListSharedActivitiesSql;

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_STORE_SHARED_ACTIVITIES_H_
