// Reports of counts: what is told of recruitment and kick-offs, and what is hidden in it.
#ifndef DAP_SERVICES_ENROLMENT_DOMAIN_REPORTS_H_
#define DAP_SERVICES_ENROLMENT_DOMAIN_REPORTS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "libs/id/uuid.h"
#include "libs/privacy/suppress.h"

namespace dap::enrolment {

// What happens on the way into a cohort.
enum class RecruitmentStep { kApplied = 0, kNominated, kAccepted, kWaitlisted, kWithdrawn };
inline constexpr int kRecruitmentSteps = 5;

// How many took a step within a quarter of an hour, which no time zone divides.
struct RecruitmentCount {
  RecruitmentStep step = RecruitmentStep::kApplied;
  absl::Time from;
  int64_t count = 0;
};

// By step; nothing where it is hidden.
using RecruitmentTally = std::array<std::optional<int64_t>, kRecruitmentSteps>;

struct RecruitmentWeek {
  absl::CivilDay start;  // a Monday
  RecruitmentTally counts;
};

struct RecruitmentReport {
  RecruitmentTally total;
  // From the first in which something happened to the last whole one, the latest last.
  std::vector<RecruitmentWeek> weeks;
};

// The first day whose counts a report has, as seen from `today`: a Monday a year or two back, the
// same for a whole year, so that the beginning does not move from one report to the next.
absl::CivilDay FirstReportedDay(absl::CivilDay today);

// Of whole weeks from FirstReportedDay on. This report against the last one tells of no few people
// either: the total of a step grows only when those that came since are enough to be told as a
// count of their own, and what they come to is guarded as a sum of their weeks.
RecruitmentReport ReportRecruitment(const std::vector<RecruitmentCount>& counts,
                                    absl::TimeZone zone, absl::Time now,
                                    const privacy::Rules& rules);

// Who was at a kick-off.
struct KickOffCount {
  id::Uuid cohort = {};
  std::string title = {};
  absl::Time start_time = {};
  int64_t attended = 0;
  int64_t caught_up = 0;
  int64_t absent = 0;
};

// Nothing where it is hidden.
struct KickOffTally {
  std::optional<int64_t> invited;
  std::optional<int64_t> attended;
  std::optional<int64_t> caught_up;
  std::optional<int64_t> absent;
};

struct KickOffReport {
  KickOffTally total;
  // In the order of the counts.
  std::vector<KickOffTally> kick_offs;
};

KickOffReport ReportKickOffs(const std::vector<KickOffCount>& counts, const privacy::Rules& rules);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_DOMAIN_REPORTS_H_
