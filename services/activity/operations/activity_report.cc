#include "services/activity/operations/activity_report.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "libs/id/resource_name.h"
#include "libs/status/macros.h"
#include "services/activity/convert.h"
#include "services/activity/operations/work_out_progress.h"

namespace dap::activity {
namespace {

v1::ActivitySums SumsOf(const ActivityFigures& figures) {
  v1::ActivitySums sums;
  sums.set_on_platform_minutes(figures.on_minutes);
  sums.set_off_platform_minutes(figures.off_minutes);
  sums.set_gathering_minutes(figures.gathering_minutes);
  sums.set_contributions(figures.contributions);
  sums.set_median_minutes(figures.MedianMinutes());
  return sums;
}

// What a report and a cohort within it have in common.
template <typename Proto>
void Fill(const ActivityFigures& figures, const ShownGroup& shown, Proto& proto) {
  if (shown.participants) proto.set_participants(static_cast<int32_t>(*shown.participants));
  if (shown.active_in_week) proto.set_active_in_week(static_cast<int32_t>(*shown.active_in_week));
  if (shown.sums) *proto.mutable_sums() = SumsOf(figures);
}

v1::ActivityReport WholeOf(const ActivityFigures& whole, const ShownFigures& shown,
                           absl::CivilDay as_of) {
  v1::ActivityReport report;
  *report.mutable_as_of_date() = ToProto(as_of);
  Fill(whole, shown.whole, report);
  for (size_t i = 0; i < shown.weeks_active.size(); ++i) {
    v1::WeeksActiveCount& count = *report.add_weeks_active();
    count.set_weeks_active(static_cast<int32_t>(i));
    if (shown.weeks_active[i]) count.set_participants(static_cast<int32_t>(*shown.weeks_active[i]));
  }
  for (size_t i = 0; i < shown.momentum.size(); ++i) {
    v1::MomentumCount& count = *report.add_momentum();
    count.set_momentum(static_cast<v1::Momentum>(i + 1));
    if (shown.momentum[i]) count.set_participants(static_cast<int32_t>(*shown.momentum[i]));
  }
  return report;
}

// Those that are told one by one, in the order of their ids.
std::vector<FiguresByCohort::const_iterator> Largest(const FiguresByCohort& cohorts,
                                                     const privacy::Rules& rules, size_t most) {
  std::vector<FiguresByCohort::const_iterator> largest;
  if (cohorts.size() < 2) return largest;
  for (auto it = cohorts.begin(); it != cohorts.end(); ++it) {
    if (it->second.figures.participants >= rules.smallest_group) largest.push_back(it);
  }
  if (largest.size() <= most) return largest;
  std::stable_sort(largest.begin(), largest.end(), [](const auto& a, const auto& b) {
    return a->second.figures.participants > b->second.figures.participants;
  });
  largest.resize(most);
  std::sort(largest.begin(), largest.end(),
            [](const auto& a, const auto& b) { return a->first < b->first; });
  return largest;
}

}  // namespace

absl::Status AddFigures(const Context& context, absl::Time deadline,
                        absl::Span<const roster::Entry> entries,
                        std::optional<absl::CivilDay> as_of, FiguresByCohort& figures) {
  ASSIGN_OR_RETURN(std::vector<ProgressResult> progress,
                   WorkOutProgress(context, deadline, entries, as_of, "day"));
  for (size_t i = 0; i < entries.size(); ++i) {
    CohortFigures& cohort = figures[entries[i].cohort];
    cohort.title = entries[i].cohort_title;
    cohort.figures.Add(progress[i].momentum, progress[i].weeks, context.settings);
  }
  return absl::OkStatus();
}

v1::ActivityReport ReportOf(const ActivityFigures& cohort, absl::CivilDay as_of) {
  return WholeOf(cohort, Suppress(cohort, {}, privacy::Rules()), as_of);
}

v1::ActivityReport ReportOf(const id::Uuid& organisation, const FiguresByCohort& cohorts,
                            absl::CivilDay as_of, const Settings& settings) {
  const privacy::Rules rules;
  ActivityFigures whole;
  for (const auto& [id, cohort] : cohorts) whole.Add(cohort.figures);
  const auto told = Largest(cohorts, rules, settings.report_cohorts);
  std::vector<ActivityFigures> groups;
  for (const auto& cohort : told) groups.push_back(cohort->second.figures);
  const ShownFigures shown = Suppress(whole, groups, rules);
  v1::ActivityReport report = WholeOf(whole, shown, as_of);
  for (size_t i = 0; i < told.size(); ++i) {
    v1::CohortActivity& cohort = *report.add_cohorts();
    cohort.set_cohort(id::Name({{"organisations", organisation}, {"cohorts", told[i]->first}}));
    cohort.set_cohort_title(told[i]->second.title);
    Fill(groups[i], shown.groups[i], cohort);
  }
  return report;
}

}  // namespace dap::activity
