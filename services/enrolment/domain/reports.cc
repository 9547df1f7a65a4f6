#include "services/enrolment/domain/reports.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

#include "libs/time/calendar.h"

namespace dap::enrolment {
namespace {

using Cell = privacy::Table::Cell;
using Counts = std::array<int64_t, kRecruitmentSteps>;

// The sum of some cells; the cell itself where it is one.
Cell AddSum(privacy::Table& table, const std::vector<Cell>& parts, int64_t sum) {
  if (parts.size() == 1) return parts[0];
  const Cell total = table.Add(sum);
  if (!parts.empty()) table.AddTotal(total, parts);
  return total;
}

// A total that is told, and its cell.
struct Told {
  Cell cell = 0;
  int64_t sum = 0;
};

// The total of a step over the weeks, without the last of them that are too few together. Each time
// they were enough a report has told the total, so what came between two of these is known, too.
Told AddTotalOf(privacy::Table& table, const std::vector<int64_t>& counts,
                const std::vector<Cell>& cells, const privacy::Rules& rules) {
  Told told;
  std::vector<Cell> stretches;
  std::vector<Cell> pending;
  int64_t sum = 0;
  for (size_t week = 0; week < counts.size(); ++week) {
    pending.push_back(cells[week]);
    sum += counts[week];
    if (sum < rules.smallest_count) continue;
    stretches.push_back(AddSum(table, pending, sum));
    told.sum += sum;
    sum = 0;
    pending.clear();
  }
  told.cell = AddSum(table, stretches, told.sum);
  return told;
}

// Who asked are those who applied and those who were named; of them some accepted, and so on. Where
// all of that is told and the rest of them are few, the rest is a count that follows, so it is
// guarded with the others.
void AddRests(privacy::Table& table, const std::array<Told, kRecruitmentSteps>& totals,
              const privacy::Rules& rules) {
  const Told& applied = totals[static_cast<int>(RecruitmentStep::kApplied)];
  const Told& nominated = totals[static_cast<int>(RecruitmentStep::kNominated)];
  if (std::min(applied.sum, nominated.sum) < rules.smallest_count) return;
  const int64_t sum = applied.sum + nominated.sum;
  std::optional<Cell> asked;
  for (RecruitmentStep step :
       {RecruitmentStep::kAccepted, RecruitmentStep::kWaitlisted, RecruitmentStep::kWithdrawn}) {
    const Told& part = totals[static_cast<int>(step)];
    const int64_t rest = sum - part.sum;
    // Less than none: they are of different weeks.
    if (part.sum < rules.smallest_count || rest < 0 || rest >= rules.smallest_count) continue;
    if (!asked.has_value()) {
      asked = table.Add(sum);
      table.AddTotal(*asked, {applied.cell, nominated.cell});
    }
    table.AddTotal(*asked, {part.cell, table.Add(rest)});
  }
}

// Columns of kick-offs: invited, attended, caught up, absent.
constexpr int kColumns = 4;

int64_t ColumnOf(const KickOffCount& count, int column) {
  const int64_t parts[] = {count.attended, count.caught_up, count.absent};
  return column == 0 ? parts[0] + parts[1] + parts[2] : parts[column - 1];
}

// The totals over the kick-offs in the order in which they came into the report. Each column is
// told as far as it is guarded over time, so they may be of different kick-offs: what is missing in
// the parts is a count of few as well.
std::array<Cell, kColumns> AddKickOffTotals(privacy::Table& table,
                                            const std::vector<KickOffCount>& counts,
                                            const std::array<std::vector<Cell>, kColumns>& cells,
                                            const privacy::Rules& rules) {
  std::vector<size_t> order(counts.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&counts](size_t a, size_t b) {
    return std::tie(counts[a].start_time, counts[a].cohort) <
           std::tie(counts[b].start_time, counts[b].cohort);
  });
  std::array<Cell, kColumns> totals;
  int64_t rest = 0;
  for (int column = 0; column < kColumns; ++column) {
    std::vector<int64_t> of_column;
    std::vector<Cell> in_order;
    for (size_t i : order) {
      of_column.push_back(ColumnOf(counts[i], column));
      in_order.push_back(cells[column][i]);
    }
    const Told told = AddTotalOf(table, of_column, in_order, rules);
    totals[column] = told.cell;
    rest += column == 0 ? told.sum : -told.sum;
  }
  if (counts.size() > 1 && rest >= 0) {
    std::vector<Cell> parts = {totals[1], totals[2], totals[3]};
    if (rest > 0) parts.push_back(table.Add(rest));
    table.AddTotal(totals[0], std::move(parts));
  }
  return totals;
}

std::map<absl::CivilDay, Counts> ByWeek(const std::vector<RecruitmentCount>& counts,
                                        absl::TimeZone zone, absl::Time now) {
  const absl::CivilDay today = time::DayOf(now, zone);
  const absl::CivilDay this_week = time::WeekOf(today);
  const absl::CivilDay first = FirstReportedDay(today);
  std::map<absl::CivilDay, Counts> weeks;
  for (const RecruitmentCount& count : counts) {
    const absl::CivilDay week = time::WeekOf(time::DayOf(count.from, zone));
    if (week < first || week >= this_week) continue;
    weeks[week][static_cast<int>(count.step)] += count.count;
  }
  if (weeks.empty()) return weeks;
  for (absl::CivilDay week = weeks.begin()->first; week < this_week; week += 7) weeks[week];
  return weeks;
}

}  // namespace

absl::CivilDay FirstReportedDay(absl::CivilDay today) {
  return time::WeekOf(absl::CivilDay(today.year() - 1, 1, 1));
}

RecruitmentReport ReportRecruitment(const std::vector<RecruitmentCount>& counts,
                                    absl::TimeZone zone, absl::Time now,
                                    const privacy::Rules& rules) {
  const std::map<absl::CivilDay, Counts> weeks = ByWeek(counts, zone, now);
  privacy::Table table;
  std::array<std::vector<Cell>, kRecruitmentSteps> cells;
  std::array<Told, kRecruitmentSteps> totals;
  for (int step = 0; step < kRecruitmentSteps; ++step) {
    std::vector<int64_t> of_step;
    for (const auto& [week, of_week] : weeks) {
      of_step.push_back(of_week[step]);
      cells[step].push_back(table.Add(of_week[step]));
    }
    totals[step] = AddTotalOf(table, of_step, cells[step], rules);
  }
  AddRests(table, totals, rules);
  table.Suppress(rules);
  RecruitmentReport report;
  size_t at = 0;
  for (const auto& [week, of_week] : weeks) {
    RecruitmentWeek& told = report.weeks.emplace_back(RecruitmentWeek{week, {}});
    for (int step = 0; step < kRecruitmentSteps; ++step) {
      told.counts[step] = table.Shown(cells[step][at]);
    }
    ++at;
  }
  for (int step = 0; step < kRecruitmentSteps; ++step) {
    report.total[step] = table.Shown(totals[step].cell);
  }
  return report;
}

KickOffReport ReportKickOffs(const std::vector<KickOffCount>& counts, const privacy::Rules& rules) {
  privacy::Table table;
  std::array<std::vector<Cell>, kColumns> cells;
  for (const KickOffCount& count : counts) {
    for (int column = 0; column < kColumns; ++column) {
      cells[column].push_back(table.Add(ColumnOf(count, column)));
    }
    table.AddTotal(cells[0].back(), {cells[1].back(), cells[2].back(), cells[3].back()});
  }
  const std::array<Cell, kColumns> totals = AddKickOffTotals(table, counts, cells, rules);
  table.Suppress(rules);
  const auto tally = [&table](Cell invited, Cell attended, Cell caught_up, Cell absent) {
    return KickOffTally{table.Shown(invited), table.Shown(attended), table.Shown(caught_up),
                        table.Shown(absent)};
  };
  KickOffReport report;
  report.total = tally(totals[0], totals[1], totals[2], totals[3]);
  for (size_t i = 0; i < counts.size(); ++i) {
    report.kick_offs.push_back(tally(cells[0][i], cells[1][i], cells[2][i], cells[3][i]));
  }
  return report;
}

}  // namespace dap::enrolment
