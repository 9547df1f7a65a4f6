// The tables activity and contribution: what participants did.
#ifndef DAP_SERVICES_ACTIVITY_STORE_ACTIVITIES_H_
#define DAP_SERVICES_ACTIVITY_STORE_ACTIVITIES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/activity/domain/contribution.h"

namespace dap::activity {

struct ActivityRow {
  id::Uuid organisation;
  id::Uuid enrolment;
  absl::Time activity_time;
  id::Uuid activity;
  Kind kind = Kind::kUnspecified;
  Setting setting = Setting::kUnspecified;
  int minutes = 0;
  int visibility = 0;  // dap.activity.v1.Visibility
  id::Uuid goal;       // nil: none
  std::string link;
  std::string note;
  absl::Time create_time;
};

// All rows in as few statements as InsertRows makes of them.
absl::Status InsertActivities(db::Connection& tx, absl::Span<const ActivityRow> rows);

// Whether the enrolment has an activity with that id; reads the enrolment's rows.
absl::StatusOr<bool> HasActivity(db::Connection& db, const id::Uuid& organisation,
                                 const id::Uuid& enrolment, const id::Uuid& activity);

// The enrolment's activity with that id; reads the enrolment's rows.
absl::StatusOr<std::optional<ActivityRow>> FindActivity(db::Connection& db,
                                                        const id::Uuid& organisation,
                                                        const id::Uuid& enrolment,
                                                        const id::Uuid& activity);

// Puts `after` in place of `before`, which has the same ids and create_time. One row by its key.
absl::Status ReplaceActivity(db::Connection& tx, const ActivityRow& before,
                             const ActivityRow& after);
absl::Status DeleteActivity(db::Connection& tx, const ActivityRow& row);

struct ActivityPlace {
  absl::Time activity_time;
  id::Uuid activity;
};
// Newest first, after that place; at most `limit`. Along the primary key.
absl::StatusOr<std::vector<ActivityRow>> ListActivities(db::Connection& db,
                                                        const id::Uuid& organisation,
                                                        const id::Uuid& enrolment,
                                                        const std::optional<ActivityPlace>& after,
                                                        int limit);

struct ContributionRow {
  id::Uuid organisation;
  id::Uuid enrolment;
  absl::Time time;
  id::Uuid source;
  int part = 0;
  ContributionKind kind = ContributionKind::kExperience;
};
// One that is there already changes nothing.
absl::Status InsertContribution(db::Connection& tx, const ContributionRow& row);

// A contribution and when it was told of, which is later for a late entry.
struct ToldContribution {
  Contribution contribution;
  absl::Time told;
};
// All of these enrolments with a time in [from, to), without texts, by enrolment; those without are
// left out. Two reads along the primary keys, a range for each enrolment.
absl::StatusOr<absl::flat_hash_map<id::Uuid, std::vector<ToldContribution>>> ListContributions(
    db::Connection& db, const id::Uuid& organisation, absl::Span<const id::Uuid> enrolments,
    absl::Time from, absl::Time to);
// When each last told of a contribution before `before`; those who had not are left out. Two reads
// of the enrolments' rows, since what is told late stands where it was done.
absl::StatusOr<absl::flat_hash_map<id::Uuid, absl::Time>> ListLastTold(
    db::Connection& db, const id::Uuid& organisation, absl::Span<const id::Uuid> enrolments,
    absl::Time before);

// When the enrolment last told of a contribution; reads the enrolment's rows.
absl::StatusOr<std::optional<absl::Time>> LastTold(db::Connection& db, const id::Uuid& organisation,
                                                   const id::Uuid& enrolment);

// The statements of the lists, for the test that they go by their keys; those of ListContributions
// are followed by the list of enrolments and these ends.
extern const absl::string_view kListActivitiesSql;
extern const absl::string_view kListActivityFactsSql;
extern const absl::string_view kActivitiesWithinSql;
extern const absl::string_view kListContributionsSql;
extern const absl::string_view kContributionsWithinSql;
// Those of ListLastTold are followed by the list and the last of these.
extern const absl::string_view kLastToldActivitiesSql;
extern const absl::string_view kLastToldContributionsSql;
extern const absl::string_view kByEnrolmentSql;

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_STORE_ACTIVITIES_H_
