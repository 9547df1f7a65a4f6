#include "libs/privacy/suppress.h"

#include <functional>
#include <numeric>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dap::privacy {
namespace {

using ::testing::Eq;

// One total over parts; tells what is shown, "-" for hidden, the total last.
std::string ShownOf(const std::vector<int64_t>& parts) {
  Table table;
  std::vector<Table::Cell> cells;
  for (int64_t part : parts) cells.push_back(table.Add(part));
  const auto total = table.Add(std::accumulate(parts.begin(), parts.end(), int64_t{0}));
  table.AddTotal(total, cells);
  table.Suppress({});
  cells.push_back(total);
  return absl::StrJoin(cells, " ", [&](std::string* out, Table::Cell cell) {
    const auto shown = table.Shown(cell);
    absl::StrAppend(out, shown.has_value() ? absl::StrCat(*shown) : "-");
  });
}

TEST(SuppressTest, HidesSmallCountsAndWhatTheyWouldFollowFrom) {
  struct Case {
    const char* why;
    std::vector<int64_t> parts;
    const char* shown;
  };
  const Case cases[] = {
      {"nothing is small", {5, 6, 7}, "5 6 7 18"},
      {"one small: the next smallest goes with it", {4, 6, 7}, "- - 7 17"},
      {"zero is small", {0, 9, 30}, "- - 30 39"},
      {"two small ones of enough people guard each other", {4, 4, 9}, "- - 9 17"},
      {"two small ones of too few people do not", {1, 2, 9}, "- - - 12"},
      {"none of anything: the total is small too", {0, 0}, "- - -"},
      {"the parts all small, of enough people", {3, 4}, "- - 7"},
      {"one of two is small", {4, 80}, "- - 84"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.why);
    EXPECT_THAT(ShownOf(c.parts), Eq(c.shown));
  }
}

TEST(SuppressTest, ShowsScoresOfTenPeopleOrMore) {
  EXPECT_FALSE(MayShowScore(9, {}));
  EXPECT_TRUE(MayShowScore(10, {}));
}

TEST(SuppressTest, AnOrganisationMayBeStricter) {
  Table table;
  const auto cell = table.Add(9);
  table.Suppress({.smallest_count = 10});
  EXPECT_FALSE(table.Shown(cell).has_value());
}

TEST(SuppressTest, TheRestOfWhatIsWithinAnotherCountIsGuardedToo) {
  // 12 applied, 10 of them accepted: the two who did not would follow.
  Table table;
  const auto applied = table.Add(12);
  const auto accepted = table.Add(10);
  table.AddTotal(applied, {accepted, table.Add(2)});
  table.Suppress({});
  EXPECT_EQ(table.Shown(applied), 12);
  EXPECT_FALSE(table.Shown(accepted).has_value());
}

// A grid with its sums, as a report of weeks and states has it.
struct Grid {
  Table table;
  std::vector<Table::Cell> cells;
  std::vector<int64_t> counts;
  // Each: total first.
  std::vector<std::vector<Table::Cell>> sums;

  Grid(int rows, int columns, const std::function<int64_t()>& draw) {
    std::vector<std::vector<int64_t>> values(rows + 1, std::vector<int64_t>(columns + 1, 0));
    for (int r = 0; r < rows; ++r) {
      for (int c = 0; c < columns; ++c) {
        values[r][c] = draw();
        values[rows][c] += values[r][c];
        values[r][columns] += values[r][c];
        values[rows][columns] += values[r][c];
      }
    }
    for (const auto& row : values) {
      for (int64_t value : row) {
        cells.push_back(table.Add(value));
        counts.push_back(value);
      }
    }
    const auto at = [&](int r, int c) { return cells[r * (columns + 1) + c]; };
    for (int r = 0; r <= rows; ++r) {
      std::vector<Table::Cell> sum = {at(r, columns)};
      for (int c = 0; c < columns; ++c) sum.push_back(at(r, c));
      sums.push_back(sum);
    }
    for (int c = 0; c <= columns; ++c) {
      std::vector<Table::Cell> sum = {at(rows, c)};
      for (int r = 0; r < rows; ++r) sum.push_back(at(r, c));
      sums.push_back(sum);
    }
    for (const auto& sum : sums) table.AddTotal(sum[0], {sum.begin() + 1, sum.end()});
    table.Suppress({});
  }
};

// Whether everything that may be in the hidden cells adds up, and more than one value may be in
// each: by trying all, which knows nothing of linear algebra.
std::vector<std::set<int64_t>> PossibleValues(const Grid& grid, int64_t most) {
  std::vector<int64_t> guess = grid.counts;
  std::vector<Table::Cell> hidden;
  for (Table::Cell cell : grid.cells) {
    if (!grid.table.Shown(cell).has_value()) hidden.push_back(cell);
  }
  std::vector<std::set<int64_t>> possible(grid.cells.size());
  std::function<void(size_t)> fill = [&](size_t next) {
    for (const auto& sum : grid.sums) {
      int64_t parts = 0;
      bool open = false;
      for (Table::Cell cell : sum) {
        for (size_t i = next; i < hidden.size(); ++i) open = open || hidden[i] == cell;
        if (cell != sum[0]) parts += guess[cell];
      }
      if (!open && parts != guess[sum[0]]) return;
    }
    if (next == hidden.size()) {
      for (Table::Cell cell : hidden) possible[cell].insert(guess[cell]);
      return;
    }
    for (int64_t value = 0; value <= most; ++value) {
      guess[hidden[next]] = value;
      fill(next + 1);
    }
    guess[hidden[next]] = grid.counts[hidden[next]];
  };
  fill(0);
  return possible;
}

TEST(SuppressTest, NoHiddenCountFollowsFromARandomGrid) {
  std::mt19937 random(20261125);
  int with_hidden = 0;
  for (int round = 0; round < 300; ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    std::uniform_int_distribution<int64_t> draw(0, 9);
    const Grid grid(2, round % 2 + 2, [&] { return draw(random) < 3 ? draw(random) : 7; });
    int hidden = 0;
    for (Table::Cell cell : grid.cells) hidden += grid.table.Shown(cell).has_value() ? 0 : 1;
    if (hidden == 0 || hidden > 5) continue;
    ++with_hidden;
    const auto possible = PossibleValues(grid, 16);
    for (Table::Cell cell : grid.cells) {
      if (grid.table.Shown(cell).has_value()) continue;
      EXPECT_GT(possible[cell].size(), 1u) << "cell " << cell << " of " << grid.counts[cell];
    }
  }
  EXPECT_GT(with_hidden, 20);
}

TEST(SuppressTest, SumsThatGiveACountAwayOnlyTogetherAreSeen) {
  // a + b and b + c and a + c are shown: each two hide two, and all three determine a, b and c.
  Table table;
  const auto a = table.Add(3);
  const auto b = table.Add(3);
  const auto c = table.Add(3);
  const std::vector<Table::Cell> pairs = {table.Add(6), table.Add(6), table.Add(6)};
  table.AddTotal(pairs[0], {a, b});
  table.AddTotal(pairs[1], {b, c});
  table.AddTotal(pairs[2], {a, c});
  table.Suppress({});
  int shown = 0;
  for (Table::Cell pair : pairs) shown += table.Shown(pair).has_value() ? 1 : 0;
  EXPECT_LT(shown, 3);
}

}  // namespace
}  // namespace dap::privacy
