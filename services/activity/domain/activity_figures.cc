#include "services/activity/domain/activity_figures.h"

#include <algorithm>
#include <utility>

namespace dap::activity {
namespace {

using Cell = privacy::Table::Cell;

// A group's people: all, those active in the week, and the others, who are not shown but follow.
struct GroupCells {
  Cell participants;
  Cell active;
  Cell inactive;
};

GroupCells AddGroup(privacy::Table& table, int participants, int active) {
  const GroupCells cells = {table.Add(participants), table.Add(active),
                            table.Add(participants - active)};
  table.AddTotal(cells.participants, {cells.active, cells.inactive});
  return cells;
}

template <typename Counts>
std::vector<Cell> AddDistribution(privacy::Table& table, Cell total, const Counts& counts) {
  std::vector<Cell> cells;
  for (int count : counts) cells.push_back(table.Add(count));
  table.AddTotal(total, cells);
  return cells;
}

std::vector<std::optional<int64_t>> ShownOf(const privacy::Table& table,
                                            const std::vector<Cell>& cells) {
  std::vector<std::optional<int64_t>> shown;
  for (Cell cell : cells) shown.push_back(table.Shown(cell));
  return shown;
}

// What is left of the whole without the groups that are told one by one.
struct Rest {
  int participants;
  int active;
  int contributors;
};

Rest RestOf(const ActivityFigures& whole, absl::Span<const ActivityFigures> groups) {
  Rest rest = {whole.participants, whole.active_in_week, whole.contributors()};
  for (const ActivityFigures& group : groups) {
    rest.participants -= group.participants;
    rest.active -= group.active_in_week;
    rest.contributors -= group.contributors();
  }
  return rest;
}

void SuppressCounts(const ActivityFigures& whole, absl::Span<const ActivityFigures> groups,
                    const privacy::Rules& rules, ShownFigures& shown) {
  privacy::Table table;
  const GroupCells all = AddGroup(table, whole.participants, whole.active_in_week);
  const auto weeks = AddDistribution(table, all.participants, whole.weeks_active);
  const auto momentum = AddDistribution(table, all.participants, whole.momentum);
  std::vector<GroupCells> parts;
  for (const ActivityFigures& group : groups) {
    parts.push_back(AddGroup(table, group.participants, group.active_in_week));
  }
  const Rest rest = RestOf(whole, groups);
  if (rest.participants > 0) parts.push_back(AddGroup(table, rest.participants, rest.active));
  for (Cell GroupCells::*cell :
       {&GroupCells::participants, &GroupCells::active, &GroupCells::inactive}) {
    std::vector<Cell> of_parts;
    for (const GroupCells& part : parts) of_parts.push_back(part.*cell);
    if (!groups.empty()) table.AddTotal(all.*cell, std::move(of_parts));
  }
  table.Suppress(rules);
  shown.whole.participants = table.Shown(all.participants);
  shown.whole.active_in_week = table.Shown(all.active);
  shown.weeks_active = ShownOf(table, weeks);
  shown.momentum = ShownOf(table, momentum);
  for (size_t i = 0; i < groups.size(); ++i) {
    shown.groups[i].participants = table.Shown(parts[i].participants);
    shown.groups[i].active_in_week = table.Shown(parts[i].active);
  }
}

// A sum is shown where the people behind it may be told as a group, and none of the groups whose
// sums are hidden follows from it: the same table, of contributors.
void SuppressSums(const ActivityFigures& whole, absl::Span<const ActivityFigures> groups,
                  const privacy::Rules& rules, ShownFigures& shown) {
  privacy::Table table;
  const Cell all = table.Add(whole.contributors());
  std::vector<Cell> parts;
  for (const ActivityFigures& group : groups) parts.push_back(table.Add(group.contributors()));
  const Rest rest = RestOf(whole, groups);
  if (rest.participants > 0) parts.push_back(table.Add(rest.contributors));
  if (!groups.empty()) table.AddTotal(all, parts);
  privacy::Rules of_sums = rules;
  of_sums.smallest_count = rules.smallest_group;
  table.Suppress(of_sums);
  shown.whole.sums = table.Shown(all).has_value();
  for (size_t i = 0; i < groups.size(); ++i) {
    shown.groups[i].sums = table.Shown(parts[i]).has_value();
  }
}

}  // namespace

void ActivityFigures::Add(const MomentumResult& of, absl::Span<const Week> weeks,
                          const Settings& settings) {
  ++participants;
  if (!weeks.empty() && weeks.back().contributions > 0) ++active_in_week;
  ++weeks_active[std::clamp(of.facts.weeks_active, 0, kMostMomentumWeeks)];
  ++momentum[static_cast<int>(of.momentum) - 1];
  const size_t last = std::min<size_t>(weeks.size(), settings.momentum_weeks);
  int contributed = 0;
  int self_directed = 0;
  for (const Week& week : weeks.last(last)) {
    on_minutes += week.on_minutes;
    off_minutes += week.off_minutes;
    gathering_minutes += week.gathering_minutes;
    contributed += week.contributions;
    self_directed += week.self_directed_minutes();
  }
  contributions += contributed;
  if (contributed > 0) minutes.push_back(self_directed);
}

void ActivityFigures::Add(const ActivityFigures& others) {
  participants += others.participants;
  active_in_week += others.active_in_week;
  for (size_t i = 0; i < weeks_active.size(); ++i) weeks_active[i] += others.weeks_active[i];
  for (size_t i = 0; i < momentum.size(); ++i) momentum[i] += others.momentum[i];
  on_minutes += others.on_minutes;
  off_minutes += others.off_minutes;
  gathering_minutes += others.gathering_minutes;
  contributions += others.contributions;
  minutes.insert(minutes.end(), others.minutes.begin(), others.minutes.end());
}

int ActivityFigures::MedianMinutes() const {
  if (minutes.empty()) return 0;
  std::vector<int> sorted = minutes;
  std::sort(sorted.begin(), sorted.end());
  const size_t middle = sorted.size() / 2;
  if (sorted.size() % 2 == 1) return sorted[middle];
  return (sorted[middle - 1] + sorted[middle]) / 2;
}

ShownFigures Suppress(const ActivityFigures& whole, absl::Span<const ActivityFigures> groups,
                      const privacy::Rules& rules) {
  ShownFigures shown;
  shown.groups.resize(groups.size());
  SuppressCounts(whole, groups, rules, shown);
  SuppressSums(whole, groups, rules, shown);
  return shown;
}

}  // namespace dap::activity
