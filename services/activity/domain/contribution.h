// What a participant did, as the rules see it. The numbers of the enums are those of the protos and
// of the tables.
#ifndef DAP_SERVICES_ACTIVITY_DOMAIN_CONTRIBUTION_H_
#define DAP_SERVICES_ACTIVITY_DOMAIN_CONTRIBUTION_H_

#include <vector>

#include "absl/time/time.h"

namespace dap::activity {

enum class Kind {
  kUnspecified = 0,
  kRead = 1,
  kWatch = 2,
  kTry = 3,
  kPublish = 4,
  kConnect = 5,
  kReflect = 6,
  kGather = 7,
};

enum class Setting { kUnspecified = 0, kOnPlatform = 1, kOffPlatform = 2, kGathering = 3 };

// A contribution that is no activity, so has no minutes.
enum class ContributionKind {
  kExperience = 1,
  kGoalStep = 2,
  kAssessment = 3,
  // An answer to a check-in.
  kAnswer = 4,
  // The first report of a barrier.
  kBarrierReport = 5,
};

// Anything a participant did or shared. Not an activity: setting is kUnspecified and minutes 0.
struct Contribution {
  absl::Time time;
  Setting setting = Setting::kUnspecified;
  int minutes = 0;

  bool self_directed() const {
    return setting == Setting::kOnPlatform || setting == Setting::kOffPlatform;
  }
  bool is_activity() const { return setting != Setting::kUnspecified; }
};

// A time during which every clock of the enrolment stands still: a pause (leave is one) or every
// open goal blocked. `end` is not part of it; InfiniteFuture while it lasts.
struct Standstill {
  absl::Time start;
  absl::Time end = absl::InfiniteFuture();
  // A pause: whoever comes back from it begins silence anew. Other standstills only stop the
  // clocks.
  bool pause = false;
};

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_DOMAIN_CONTRIBUTION_H_
