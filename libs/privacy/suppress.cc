#include "libs/privacy/suppress.h"

#include <algorithm>
#include <utility>

namespace dap::privacy {
namespace {

// Sums are solved modulo a prime: exact, and no sum of a report has a determinant that is a
// multiple of this one but by design.
constexpr uint64_t kPrime = 2147483647;

uint64_t Power(uint64_t base, uint64_t exponent) {
  uint64_t result = 1;
  for (; exponent != 0; exponent >>= 1, base = base * base % kPrime) {
    if ((exponent & 1) != 0) result = result * base % kPrime;
  }
  return result;
}

using Row = std::vector<uint64_t>;

// Makes `row` 1 at `column` and all other rows 0 there.
void Eliminate(std::vector<Row>& rows, size_t row, size_t column) {
  const uint64_t inverse = Power(rows[row][column], kPrime - 2);
  for (uint64_t& value : rows[row]) value = value * inverse % kPrime;
  for (size_t other = 0; other < rows.size(); ++other) {
    const uint64_t factor = rows[other][column];
    if (other == row || factor == 0) continue;
    for (size_t i = 0; i < rows[other].size(); ++i) {
      rows[other][i] = (rows[other][i] + (kPrime - factor) * rows[row][i]) % kPrime;
    }
  }
}

// Brings the rows into reduced echelon form. An unknown is determined by them if and only if one of
// the rows that come out has nothing but that unknown.
void Reduce(std::vector<Row>& rows, size_t columns) {
  size_t done = 0;
  for (size_t column = 0; column < columns && done < rows.size(); ++column) {
    size_t pivot = done;
    while (pivot < rows.size() && rows[pivot][column] == 0) ++pivot;
    if (pivot == rows.size()) continue;
    std::swap(rows[done], rows[pivot]);
    Eliminate(rows, done, column);
    ++done;
  }
}

}  // namespace

Table::Cell Table::Add(int64_t count) {
  counts_.push_back(count);
  hidden_.push_back(false);
  return counts_.size() - 1;
}

void Table::AddTotal(Cell total, std::vector<Cell> parts) {
  sums_.push_back({total, std::move(parts)});
}

void Table::Suppress(const Rules& rules) {
  for (Cell cell = 0; cell < counts_.size(); ++cell) {
    hidden_[cell] = counts_[cell] < rules.smallest_count;
  }
  while (true) {
    while (GuardSums(rules)) {
    }
    const std::optional<Cell> determined = Determined();
    if (!determined.has_value() || !HideBeside(*determined)) return;
  }
}

std::optional<int64_t> Table::Shown(Cell cell) const {
  if (hidden_[cell]) return std::nullopt;
  return counts_[cell];
}

// Whether what is hidden in this sum does not follow from it.
bool Table::Guarded(const Sum& sum, const Rules& rules) const {
  int hidden = 0;
  int64_t people = 0;
  for (Cell part : sum.parts) {
    if (!hidden_[part]) continue;
    ++hidden;
    people += counts_[part];
  }
  if (hidden_[sum.total]) return hidden > 0;
  return hidden == 0 || (hidden > 1 && people >= rules.smallest_count);
}

// Hides the smallest part shown, or the total where there is none. False if all is hidden already.
bool Table::HideOneMoreOf(const Sum& sum) {
  std::optional<Cell> smallest;
  for (Cell part : sum.parts) {
    if (hidden_[part]) continue;
    if (!smallest.has_value() || counts_[part] < counts_[*smallest]) smallest = part;
  }
  if (!smallest.has_value() && hidden_[sum.total]) return false;
  hidden_[smallest.value_or(sum.total)] = true;
  return true;
}

// True if something was hidden.
bool Table::GuardSums(const Rules& rules) {
  bool hid = false;
  for (const Sum& sum : sums_) {
    while (!Guarded(sum, rules) && HideOneMoreOf(sum)) hid = true;
  }
  return hid;
}

// A hidden count that the sums give away together, if there is one.
std::optional<Table::Cell> Table::Determined() const {
  std::vector<size_t> column_of(counts_.size());
  std::vector<Cell> unknowns;
  for (Cell cell = 0; cell < counts_.size(); ++cell) {
    if (!hidden_[cell]) continue;
    column_of[cell] = unknowns.size();
    unknowns.push_back(cell);
  }
  std::vector<Row> rows;
  for (const Sum& sum : sums_) {
    Row row(unknowns.size(), 0);
    for (Cell part : sum.parts) {
      if (hidden_[part]) row[column_of[part]] = 1;
    }
    if (hidden_[sum.total]) row[column_of[sum.total]] = kPrime - 1;
    rows.push_back(std::move(row));
  }
  Reduce(rows, unknowns.size());
  for (const Row& row : rows) {
    if (std::count(row.begin(), row.end(), 0) + 1 != static_cast<int64_t>(row.size())) continue;
    const auto only = std::find_if(row.begin(), row.end(), [](uint64_t v) { return v != 0; });
    return unknowns[only - row.begin()];
  }
  return std::nullopt;
}

// Hides one more count of a sum that `cell` is in. False if there is none to hide.
bool Table::HideBeside(Cell cell) {
  for (const Sum& sum : sums_) {
    const bool in_sum =
        sum.total == cell || std::count(sum.parts.begin(), sum.parts.end(), cell) > 0;
    if (in_sum && HideOneMoreOf(sum)) return true;
  }
  return false;
}

}  // namespace dap::privacy
