#include "services/activity/operations/cohort_activities.h"

#include <optional>
#include <string>
#include <vector>

#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/calendar.h"
#include "services/activity/operations/untimed_id.h"

namespace dap::activity {

bool IsForCohort(const ActivityRow& row) { return row.visibility == v1::VISIBILITY_COHORT; }

CohortActivityRow InCohort(const Context& context, const ActivityRow& row, const id::Uuid& cohort,
                           absl::TimeZone zone) {
  return {.organisation = row.organisation,
          .cohort = cohort,
          .share = UntimedId(context.ids),
          .enrolment = row.enrolment,
          .activity_time = row.activity_time,
          .activity = row.activity,
          .activity_day = time::DayOf(row.activity_time, zone)};
}

absl::StatusOr<Page<SharedActivity>> ListCohortActivityPage(
    const Context& context, const rpc::Call& call, const v1::ListCohortActivitiesRequest& request,
    const Member& member) {
  return PageOf<SharedActivity>(
      context, call, request,
      [&](db::Connection& db, absl::string_view after,
          int limit) -> absl::StatusOr<std::vector<SharedActivity>> {
        std::optional<SharedPlace> place;
        if (!after.empty()) {
          ASSIGN_OR_RETURN(place, FindSharedPlace(db, member.organisation, member.cohort,
                                                  id::Uuid::FromBytes(after)));
          // Erased with its participant since.
          if (!place) {
            return status::Invalid("page_token", "PAGE_TOKEN_GONE", "Begin the list again.");
          }
        }
        return ListSharedActivities(db, member.organisation, member.cohort, place, limit);
      },
      // A token is readable: without the day, which a patron is not to see.
      [](const SharedActivity& shared) { return std::string(shared.share.bytes()); });
}

}  // namespace dap::activity
