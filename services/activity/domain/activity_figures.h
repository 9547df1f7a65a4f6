// Many people as one: counts and sums of a cohort or an organisation, and what of them may be
// shown.
#ifndef DAP_SERVICES_ACTIVITY_DOMAIN_ACTIVITY_FIGURES_H_
#define DAP_SERVICES_ACTIVITY_DOMAIN_ACTIVITY_FIGURES_H_

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "libs/privacy/suppress.h"
#include "services/activity/domain/momentum.h"
#include "services/activity/domain/settings.h"
#include "services/activity/domain/weeks.h"

namespace dap::activity {

inline constexpr int kMostMomentumWeeks = 4;
inline constexpr int kMomentumStates = 7;

// A value of some hundred bytes, and four for each active participant.
struct ActivityFigures {
  int participants = 0;
  // With a contribution in the last week.
  int active_in_week = 0;
  // Participants by active weeks, of the last four that count.
  std::array<int, kMostMomentumWeeks + 1> weeks_active = {};
  // Participants by momentum; the first is that of PAUSED.
  std::array<int, kMomentumStates> momentum = {};

  // Of the last four weeks of the calendar.
  int64_t on_minutes = 0;
  int64_t off_minutes = 0;
  int64_t gathering_minutes = 0;
  int64_t contributions = 0;
  // The self-directed minutes of each participant who contributed.
  std::vector<int> minutes;

  // One more participant, whose weeks are as WeeksOf gives them.
  void Add(const MomentumResult& momentum, absl::Span<const Week> weeks, const Settings& settings);
  void Add(const ActivityFigures& others);
  // Those who contributed in the last four weeks: the people behind the sums.
  int contributors() const { return static_cast<int>(minutes.size()); }
  // Between the two in the middle where they are even in number; 0 without any.
  int MedianMinutes() const;
};

// What may be shown of a group, alone or within a whole.
struct ShownGroup {
  std::optional<int64_t> participants;
  std::optional<int64_t> active_in_week;
  bool sums = false;
};
struct ShownFigures {
  ShownGroup whole;
  std::vector<std::optional<int64_t>> weeks_active;
  std::vector<std::optional<int64_t>> momentum;
  // In the order of the groups told one by one.
  std::vector<ShownGroup> groups;
};

// Hides what would tell of few people, in counts by privacy::Table and in sums by the people behind
// them. `groups` are parts of the whole; the rest of it is told by nothing but the difference,
// which counts as a group of its own. Takes time in the third power of what is hidden.
ShownFigures Suppress(const ActivityFigures& whole, absl::Span<const ActivityFigures> groups,
                      const privacy::Rules& rules);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_DOMAIN_ACTIVITY_FIGURES_H_
