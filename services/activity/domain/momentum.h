// How it is going, in a word, with the facts it was worked out from.
#ifndef DAP_SERVICES_ACTIVITY_DOMAIN_MOMENTUM_H_
#define DAP_SERVICES_ACTIVITY_DOMAIN_MOMENTUM_H_

#include <optional>
#include <string>

#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "services/activity/domain/settings.h"
#include "services/activity/domain/silence.h"
#include "services/activity/domain/weeks.h"

namespace dap::activity {

enum class Momentum {
  kPaused = 1,
  kAwaitingKickoff = 2,
  kResting = 3,
  kQuiet = 4,
  kThriving = 5,
  kSlowing = 6,
  kSteady = 7,
};

// What it is worked out from.
struct MomentumInput {
  bool standing_still = false;
  // Has been to the kick-off or a catch-up.
  bool started = false;
  Rung rung = Rung::kNone;
  int silent_days = 0;
  int agreed_minutes_per_week = 0;
  std::optional<absl::CivilDay> last_contribution;
  // The return from a pause, where silence counts from there.
  std::optional<absl::CivilDay> returned;
  // As WeeksOf gives them: the last is under way.
  absl::Span<const Week> weeks;
};

struct MomentumFacts {
  int weeks_active = 0;
  int weeks_counted = 0;
  int silent_days = 0;
  Rung rung = Rung::kNone;
  bool standing_still = false;
  int recent_minutes = 0;
  int agreed_minutes = 0;
  std::optional<absl::CivilDay> last_contribution;
  std::string sentence;
};

struct MomentumResult {
  Momentum momentum;
  MomentumFacts facts;
};

// The first rule that holds, in the order of the enum. The week under way can only help: it is
// looked at once it has a contribution, and never takes away a state that the finished weeks give.
MomentumResult MomentumOf(const MomentumInput& input, const Settings& settings);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_DOMAIN_MOMENTUM_H_
