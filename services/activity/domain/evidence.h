// What barriers cost an organisation: the figures of its evidence pack. Pure.
#ifndef DAP_SERVICES_ACTIVITY_DOMAIN_EVIDENCE_H_
#define DAP_SERVICES_ACTIVITY_DOMAIN_EVIDENCE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "libs/id/uuid.h"
#include "services/activity/domain/barrier.h"

namespace dap::activity {

// One person's report of a barrier, and one goal that it blocks.
struct ReportFact {
  id::Uuid barrier;
  id::Uuid staff;
  int minutes_lost = 0;
  absl::Time create_time;
};
struct GoalFact {
  id::Uuid barrier;
  id::Uuid goal;
  absl::Time create_time;
};

struct EvidenceFacts {
  std::vector<Barrier> barriers;  // without merged ones; oldest first
  std::vector<ReportFact> reports;
  std::vector<GoalFact> goals;
};

// What people lost; nothing where it is hidden.
struct Cost {
  absl::optional<int64_t> people;
  absl::optional<int64_t> minutes_lost;
  absl::optional<int64_t> goals_blocked;
};

struct EvidenceFigures {
  int barriers = 0;
  int open_barriers = 0;
  Cost cost;
  int64_t days_open = 0;
  int longest_days_open = 0;
};

struct ToolEvidence {
  std::string tool;  // empty: all that there was no row for
  EvidenceFigures figures;
  BarrierState state = BarrierState::kUnspecified;  // of the latest
  std::string ticket;                               // of the latest
};

struct CategoryEvidence {
  BarrierCategory category = BarrierCategory::kUnspecified;
  EvidenceFigures figures;
  std::vector<ToolEvidence> tools;
};

struct MonthEvidence {
  absl::CivilMonth month;
  int reported = 0;
  int ended = 0;
  int open = 0;  // at its end
  Cost cost;
};

struct EvidencePack {
  absl::CivilDay make_day;
  int smallest_count = 0;
  EvidenceFigures total;
  std::vector<CategoryEvidence> categories;
  std::vector<MonthEvidence> months;
};

// The pack as of `now`, with days and months in `zone`, and a trend over so many months.
//
// People and goals count once in each figure, however many barriers they are of; minutes add up.
// What is hidden, privacy::Table decides from people: tools make up categories, those the total,
// and so do the months with all that came before. Since a person may be in several of them, the
// sums say less than the table assumes, which is on the safe side. Minutes and goals are hidden
// with the people, and goals also where they are few themselves. A month in which no barrier was
// open says nothing of anybody, and tells its zeros.
EvidencePack MakeEvidencePack(const EvidenceFacts& facts, absl::Time now, absl::TimeZone zone,
                              int months, const BarrierSettings& settings);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_DOMAIN_EVIDENCE_H_
