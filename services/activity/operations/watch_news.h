// What changed in a cohort, in the words of its watchers: read once, told to each as they may see
// it.
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_WATCH_NEWS_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_WATCH_NEWS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "dap/activity/v1/experience_service.pb.h"
#include "libs/db/connection.h"
#include "services/activity/operations/membership.h"
#include "services/activity/store/cohort_changes.h"

namespace dap::activity {

// Some changes of one cohort. Several of one thing are told as one, as it is now. Not thread-safe.
class WatchNews {
 public:
  // `changes` are in order. One or two queries for each thing that changed.
  static absl::StatusOr<WatchNews> Load(db::Connection& db, const CohortKey& cohort,
                                        const std::vector<CohortChangeRow>& changes);

  // What the member gets of it, in answers that are small enough to wait in a buffer, the last with
  // `position`; none where they see nothing of it. The same for all who see the same, made once.
  const std::vector<v1::WatchCohortResponse>& For(const Member& member, int64_t position);

  // Whether an enrolment changed.
  bool members_changed() const { return members_changed_; }

 private:
  struct Item {
    ExperienceRow experience;
    Audience audience_before = Audience::kUnspecified;
    v1::CohortChange seen;
    // Of an experience: for who saw it before and does not any more.
    v1::CohortChange gone;
  };
  enum class Sight : char { kNothing = '0', kSeen = '1', kGone = '2' };

  static Sight SightOf(const Item& item, const Member& member);
  std::vector<v1::WatchCohortResponse> Make(const std::string& sights, int64_t position) const;

  std::vector<Item> items_;
  std::map<std::string, std::vector<v1::WatchCohortResponse>> made_;
  bool members_changed_ = false;
};

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_WATCH_NEWS_H_
