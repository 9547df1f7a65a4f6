#include "services/activity/domain/evidence.h"

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "libs/privacy/suppress.h"
#include "libs/time/calendar.h"

namespace dap::activity {
namespace {

using Ids = absl::flat_hash_set<id::Uuid>;

// Before anything is hidden.
struct Tally {
  Ids people;
  Ids goals;
  int64_t minutes = 0;

  void Add(const Tally& other) {
    people.insert(other.people.begin(), other.people.end());
    goals.insert(other.goals.begin(), other.goals.end());
    minutes += other.minutes;
  }
};

// Which of the tallies make up which, and what of them may be shown.
class Suppression {
 public:
  explicit Suppression(int smallest_count) : rules_{.smallest_count = smallest_count} {}

  size_t Add(const Tally& tally) {
    tallies_.push_back(&tally);
    return people_.Add(static_cast<int64_t>(tally.people.size()));
  }
  // A total of one part is that part.
  size_t AddTotal(const Tally& tally, const std::vector<size_t>& parts) {
    if (parts.size() == 1) return parts.front();
    const size_t total = Add(tally);
    AddParts(total, parts);
    return total;
  }
  void AddParts(size_t total, const std::vector<size_t>& parts) {
    if (parts.size() < 2) return;
    people_.AddTotal(total, parts);
    sums_.emplace_back(total, parts);
  }

  // The goals of hidden people are hidden like none at all.
  void Suppress() {
    people_.Suppress(rules_);
    for (size_t cell = 0; cell < tallies_.size(); ++cell) {
      const size_t goals = tallies_[cell]->goals.size();
      goals_.Add(people_.Shown(cell).has_value() ? static_cast<int64_t>(goals) : 0);
    }
    for (const auto& [total, parts] : sums_) goals_.AddTotal(total, parts);
    goals_.Suppress(rules_);
  }

  Cost Shown(size_t cell) const {
    Cost cost;
    const auto people = people_.Shown(cell);
    if (!people.has_value()) return cost;
    cost.people = *people;
    cost.minutes_lost = tallies_[cell]->minutes;
    const auto goals = goals_.Shown(cell);
    if (goals.has_value()) cost.goals_blocked = *goals;
    return cost;
  }

 private:
  const privacy::Rules rules_;
  std::vector<const Tally*> tallies_;
  std::vector<std::pair<size_t, std::vector<size_t>>> sums_;
  privacy::Table people_;
  privacy::Table goals_;
};

struct ToolTally {
  Tally tally;
  ToolEvidence evidence;
  size_t cell = 0;
};

struct CategoryTally {
  Tally tally;
  CategoryEvidence evidence;
  std::vector<ToolTally> tools;
  size_t cell = 0;
};

struct MonthTally {
  Tally tally;
  MonthEvidence evidence;
  bool barriers_open = false;  // at any time in it
  absl::optional<size_t> cell;
};

void Count(const Barrier& barrier, absl::Time now, absl::TimeZone zone, EvidenceFigures& figures) {
  ++figures.barriers;
  if (IsOpen(barrier.state)) ++figures.open_barriers;
  const absl::CivilDay end = time::DayOf(barrier.end_time.value_or(now), zone);
  const int days = static_cast<int>(
      std::max<absl::civil_diff_t>(0, end - time::DayOf(barrier.create_time, zone)));
  figures.days_open += days;
  figures.longest_days_open = std::max(figures.longest_days_open, days);
}

void Fold(const EvidenceFigures& from, EvidenceFigures& into) {
  into.barriers += from.barriers;
  into.open_barriers += from.open_barriers;
  into.days_open += from.days_open;
  into.longest_days_open = std::max(into.longest_days_open, from.longest_days_open);
}

// What the reports and goals of each barrier come to.
absl::flat_hash_map<id::Uuid, Tally> TallyBarriers(const EvidenceFacts& facts) {
  absl::flat_hash_map<id::Uuid, Tally> tallies;
  for (const Barrier& barrier : facts.barriers) tallies[barrier.barrier];
  for (const ReportFact& report : facts.reports) {
    const auto found = tallies.find(report.barrier);
    if (found == tallies.end()) continue;
    found->second.people.insert(report.staff);
    found->second.minutes += report.minutes_lost;
  }
  for (const GoalFact& goal : facts.goals) {
    const auto found = tallies.find(goal.barrier);
    if (found != tallies.end()) found->second.goals.insert(goal.goal);
  }
  return tallies;
}

bool MorePeople(const ToolTally& a, const ToolTally& b) {
  return a.tally.people.size() > b.tally.people.size();
}

// Leaves the rows of most people over all categories, and folds the others into one a category.
void FoldRows(std::vector<CategoryTally>& categories, int rows) {
  std::vector<size_t> sizes;
  for (CategoryTally& category : categories) {
    std::stable_sort(category.tools.begin(), category.tools.end(), MorePeople);
    for (const ToolTally& tool : category.tools) sizes.push_back(tool.tally.people.size());
  }
  if (sizes.size() <= static_cast<size_t>(rows)) return;
  std::nth_element(sizes.begin(), sizes.begin() + rows, sizes.end(), std::greater<>());
  const size_t least = sizes[rows];  // of the first row too many
  for (CategoryTally& category : categories) {
    const auto others =
        std::find_if(category.tools.begin(), category.tools.end(),
                     [&](const ToolTally& tool) { return tool.tally.people.size() <= least; });
    if (others == category.tools.end()) continue;
    ToolTally folded;
    for (auto tool = others; tool != category.tools.end(); ++tool) {
      folded.tally.Add(tool->tally);
      Fold(tool->evidence.figures, folded.evidence.figures);
    }
    category.tools.erase(others, category.tools.end());
    category.tools.push_back(std::move(folded));
  }
}

std::vector<CategoryTally> TallyCategories(const EvidenceFacts& facts, absl::Time now,
                                           absl::TimeZone zone) {
  absl::flat_hash_map<id::Uuid, Tally> of_barrier = TallyBarriers(facts);
  std::map<BarrierCategory, std::map<std::string, ToolTally>> by_tool;
  for (const Barrier& barrier : facts.barriers) {
    ToolTally& tool = by_tool[barrier.category][barrier.tool_key];
    tool.tally.Add(of_barrier[barrier.barrier]);
    tool.evidence.tool = barrier.tool;
    tool.evidence.state = barrier.state;
    tool.evidence.ticket = barrier.ticket;
    Count(barrier, now, zone, tool.evidence.figures);
  }
  std::vector<CategoryTally> categories;
  for (auto& [category, tools] : by_tool) {
    CategoryTally& added = categories.emplace_back();
    added.evidence.category = category;
    for (auto& [key, tool] : tools) {
      added.tally.Add(tool.tally);
      Fold(tool.evidence.figures, added.evidence.figures);
      added.tools.push_back(std::move(tool));
    }
  }
  return categories;
}

// The place of a time among the months; nothing before the first.
absl::optional<size_t> MonthOf(absl::Time time, absl::CivilMonth first, size_t count,
                               absl::TimeZone zone) {
  const absl::civil_diff_t place = absl::CivilMonth(time::DayOf(time, zone)) - first;
  if (place < 0) return absl::nullopt;
  return std::min(static_cast<size_t>(place), count - 1);
}

void CountBarriers(const EvidenceFacts& facts, absl::TimeZone zone,
                   std::vector<MonthTally>& months) {
  for (MonthTally& month : months) {
    const absl::Time start = time::StartOf(absl::CivilDay(month.evidence.month), zone);
    const absl::Time end = time::StartOf(absl::CivilDay(month.evidence.month + 1), zone);
    for (const Barrier& barrier : facts.barriers) {
      const absl::Time ended = barrier.end_time.value_or(absl::InfiniteFuture());
      if (barrier.create_time >= end || ended < start) continue;
      month.barriers_open = true;
      if (barrier.create_time >= start) ++month.evidence.reported;
      if (ended < end) {
        ++month.evidence.ended;
      } else {
        ++month.evidence.open;
      }
    }
  }
}

// The months of the trend, and in `before` what is older.
std::vector<MonthTally> TallyMonths(const EvidenceFacts& facts, absl::Time now, absl::TimeZone zone,
                                    int count, Tally& before) {
  std::vector<MonthTally> months(std::max(count, 1));
  const absl::CivilMonth last(time::DayOf(now, zone));
  const absl::CivilMonth first = last - (static_cast<int>(months.size()) - 1);
  for (size_t i = 0; i < months.size(); ++i) {
    months[i].evidence.month = first + static_cast<absl::civil_diff_t>(i);
  }
  CountBarriers(facts, zone, months);
  const auto tally_of = [&](absl::Time time) -> Tally& {
    const auto place = MonthOf(time, first, months.size(), zone);
    return place.has_value() ? months[*place].tally : before;
  };
  for (const ReportFact& report : facts.reports) {
    Tally& tally = tally_of(report.create_time);
    tally.people.insert(report.staff);
    tally.minutes += report.minutes_lost;
  }
  Ids counted;
  std::vector<GoalFact> goals = facts.goals;
  std::sort(goals.begin(), goals.end(),
            [](const GoalFact& a, const GoalFact& b) { return a.create_time < b.create_time; });
  for (const GoalFact& goal : goals) {
    if (counted.insert(goal.goal).second) tally_of(goal.create_time).goals.insert(goal.goal);
  }
  return months;
}

// Rows with figures first, those of most people before the others; hidden ones by name, so that
// their order says nothing.
bool ShownBefore(const ToolEvidence& a, const ToolEvidence& b) {
  if (a.tool.empty() != b.tool.empty()) return b.tool.empty();
  if (a.figures.cost.people != b.figures.cost.people) {
    return a.figures.cost.people > b.figures.cost.people;
  }
  return a.tool < b.tool;
}

// All tallies with the sums they are in; gives the cell of the total.
size_t AddCategories(std::vector<CategoryTally>& categories, const Tally& total,
                     Suppression& suppression) {
  std::vector<size_t> category_cells;
  for (CategoryTally& category : categories) {
    std::vector<size_t> cells;
    for (ToolTally& tool : category.tools) {
      cells.push_back(tool.cell = suppression.Add(tool.tally));
    }
    category.cell = suppression.AddTotal(category.tally, cells);
    category_cells.push_back(category.cell);
  }
  if (category_cells.empty()) return suppression.Add(total);
  return suppression.AddTotal(total, category_cells);
}

void AddMonths(std::vector<MonthTally>& months, const Tally& before, size_t total_cell,
               Suppression& suppression) {
  const auto open = std::count_if(months.begin(), months.end(),
                                  [](const MonthTally& month) { return month.barriers_open; });
  const bool all_in_one = open == 1 && before.people.empty();
  std::vector<size_t> cells;
  for (MonthTally& month : months) {
    if (!month.barriers_open) continue;
    month.cell = all_in_one ? total_cell : suppression.Add(month.tally);
    cells.push_back(*month.cell);
  }
  if (!before.people.empty()) cells.push_back(suppression.Add(before));
  suppression.AddParts(total_cell, cells);
}

CategoryEvidence Tell(CategoryTally& category, const Suppression& suppression) {
  CategoryEvidence told = std::move(category.evidence);
  told.figures.cost = suppression.Shown(category.cell);
  for (ToolTally& tool : category.tools) {
    tool.evidence.figures.cost = suppression.Shown(tool.cell);
    told.tools.push_back(std::move(tool.evidence));
  }
  std::sort(told.tools.begin(), told.tools.end(), ShownBefore);
  return told;
}

}  // namespace

EvidencePack MakeEvidencePack(const EvidenceFacts& facts, absl::Time now, absl::TimeZone zone,
                              int months, const BarrierSettings& settings) {
  EvidencePack pack;
  pack.make_day = time::DayOf(now, zone);
  pack.smallest_count = settings.smallest_count;
  std::vector<CategoryTally> categories = TallyCategories(facts, now, zone);
  FoldRows(categories, settings.evidence_tools);
  Tally total;
  for (const CategoryTally& category : categories) {
    total.Add(category.tally);
    Fold(category.evidence.figures, pack.total);
  }
  Tally before;
  std::vector<MonthTally> trend = TallyMonths(facts, now, zone, months, before);

  Suppression suppression(settings.smallest_count);
  const size_t total_cell = AddCategories(categories, total, suppression);
  AddMonths(trend, before, total_cell, suppression);
  suppression.Suppress();

  pack.total.cost = suppression.Shown(total_cell);
  for (CategoryTally& category : categories) {
    pack.categories.push_back(Tell(category, suppression));
  }
  for (MonthTally& month : trend) {
    month.evidence.cost = month.cell.has_value() ? suppression.Shown(*month.cell) : Cost{0, 0, 0};
    pack.months.push_back(month.evidence);
  }
  return pack;
}

}  // namespace dap::activity
